/**
 * What Asterisk needs to know of several Parleys: whom a call goes to, and, where Asterisk is to connect to them, where each listens.
 * The formats are those of Asterisk 22's samples of extensions.conf, ari.conf and websocket_client.conf. Pure.
 */
import { PRESENCE_MS, presenceOf } from './ari/outbound/presence.ts';

/** Whoever has not told for so long that he is there gets no call. */
const BELIEVED_SECONDS = (3 * PRESENCE_MS) / 1000;

export interface FleetConfigOptions {
  /** What ARI_APP is: each daemon's application is this, a hyphen, and its INSTANCE_ID. */
  readonly app: string;
  /** INSTANCE_ID of each. At least one. */
  readonly instances: readonly string[];
  /** Where a call goes that none of them takes: `context,extension,priority`. */
  readonly fallback: string;
  /** Where each listens for Asterisk, with `{instance}` for its name: `ws://parley-{instance}:8089/ari`. */
  readonly listen?: string | undefined;
  /** The user in ari.conf, whom Asterisk also shows to those who listen. */
  readonly username: string;
  readonly password: string;
}

/** Contents of files by their paths below Asterisk's directory of configuration. */
export type FleetConfig = ReadonlyMap<string, string>;

export function fleetConfig(options: FleetConfigOptions): FleetConfig {
  const files = new Map([['extensions.d/parley-fleet.conf', dialplan(options)]]);
  const { listen } = options;
  if (listen !== undefined) {
    files.set('ari.d/parley-fleet.conf', outboundSockets(options));
    files.set('websocket_client.d/parley-fleet.conf', socketClients({ ...options, listen }));
  }
  return files;
}

/** A ring: each call begins with the next daemon, and goes round until one takes it. */
function dialplan({ app, instances, fallback, listen }: FleetConfigOptions): string {
  const count = instances.length;
  const isThere = (instance: string) =>
    `$[\${EPOCH} - 0\${${presenceOf(`${app}-${instance}`)}} <= ${BELIEVED_SECONDS}]`;
  const daemons = instances.flatMap((instance, index) => [
    ` same => n(daemon-${index}),Set(STASISSTATUS=FAILED)`,
    // An application whose socket Asterisk opens is registered even while nobody is there: Stasis() would wait for him.
    ...(listen === undefined ? [] : [` same => n,GotoIf(${isThere(instance)}?:away-${index})`]),
    ` same => n,Stasis(${app}-${instance},\${PARLEY_BOT})`,
    ` same => n(away-${index}),Set(PARLEY_TURN=${(index + 1) % count})`,
    ' same => n,Goto(came-back)',
  ]);
  return lines(
    `; Calls for ${count} Parleys. A number's line: exten => 100,1,Goto(parley,default,1); "default" names the bot. On each of them:`,
    '; DIALPLAN_FALLBACK=parley-next,s,1',
    '[parley]',
    '; At least two characters, so that no special extension (h, i, t) is taken for a bot.',
    'exten => _[a-zA-Z0-9][-_a-zA-Z0-9]!,1,Set(PARLEY_BOT=${EXTEN})',
    // Two calls at once may take the same turn: then one daemon gets a call more, and nobody is the worse for it.
    ` same => n,Set(PARLEY_TURN=$[(0\${PARLEY_NEXT} + 1) % ${count}])`,
    ' same => n,Set(GLOBAL(PARLEY_NEXT)=${PARLEY_TURN})',
    ` same => n,Set(PARLEY_LEFT=${count})`,
    ' same => n,Goto(parley-ring,s,try)',
    '',
    '[parley-ring]',
    'exten => s,1(try),GotoIf($[0${PARLEY_LEFT} = 0]?nobody)',
    ' same => n,Set(PARLEY_LEFT=$[${PARLEY_LEFT} - 1])',
    ' same => n,Set(PARLEY_REFUSED=)',
    ' same => n,Goto(daemon-${PARLEY_TURN})',
    ...daemons,
    '; FAILED: that one is not connected.',
    ' same => n(came-back),GotoIf($["${STASISSTATUS}" = "FAILED"]?try)',
    ' same => n,Hangup()',
    ` same => n(nobody),Goto(${fallback})`,
    '',
    '; Where a Parley sends a call that it does not take (it has too many, or is about to stop): the next one is asked. A caller who has',
    '; been talked to goes to a person.',
    '[parley-next]',
    `exten => s,1,GotoIf($["\${PARLEY_REFUSED}" = ""]?${fallback})`,
    // Whichever daemon sent it here, PARLEY_TURN still names that one: the line behind its Stasis() has not been reached.
    ` same => n,Set(PARLEY_TURN=$[(0\${PARLEY_TURN} + 1) % ${count}])`,
    ' same => n,Goto(parley-ring,s,try)',
  );
}

function outboundSockets({ app, instances, username }: FleetConfigOptions): string {
  const sections = instances.flatMap((instance) => [
    '',
    `[parley-${instance}]`,
    'type = outbound_websocket',
    `websocket_client_id = parley-${instance}`,
    `apps = ${app}-${instance}`,
    `local_ari_user = ${username}`,
  ]);
  return lines('; Asterisk connects to each Parley, which listens there by ARI_LISTEN.', ...sections);
}

function socketClients({
  instances,
  listen,
  username,
  password,
}: FleetConfigOptions & { readonly listen: string }): string {
  const sections = instances.flatMap((instance) => [
    '',
    `[parley-${instance}]`,
    'type = websocket_client',
    '; per_call_config would cost half a second of silence at the beginning of every call.',
    'connection_type = persistent',
    `uri = ${escaped(listen.replaceAll('{instance}', instance))}`,
    'protocols = ari',
    `username = ${escaped(username)}`,
    `password = ${escaped(password)}`,
  ]);
  return lines('; Where each Parley listens, and what it is shown. Readable by Asterisk alone.', ...sections);
}

/** A semicolon begins a comment. */
function escaped(value: string): string {
  return value.replaceAll(';', String.raw`\;`);
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
