/**
 * What stays in Asterisk when Parley dies in a call, or Asterisk itself: callers whom nobody speaks to any more, the channels and
 * bridges that carried their sound, recordings. A channel that is in the application stays there however long nobody listens for it.
 */
import type { Log } from '../../base/log.ts';
import type { AriChannel, AriPort } from './ari/ari-port.ts';
import { tolerant } from './ari/hangup-race.ts';

/** How everything that belongs to one call is named in Asterisk and MEDIA_DIR, or begins to be. The call's id begins with the channel's. */
export function ourName(callId: string): string {
  return `${OURS}${callId}`;
}

const OURS = 'parley-';

/** A channel's id as the beginning of its calls' ids: it may hold characters that no file name may. */
export function nameOfChannel(channelId: string): string {
  return `${channelId.replace(/[^\w.-]/g, '_')}-`;
}

/** Whether the call came in on that channel. Asked of thousands of channels at once: most differ in their length already. */
export function isChannelOf(channelId: string, callId: string): boolean {
  return callId[channelId.length] === '-' && callId.startsWith(nameOfChannel(channelId));
}

/**
 * Asterisk names the channels that hear and speak for us so; one that nobody expects was left by a Parley that died. A media channel whose
 * socket was never opened is in no application yet, and ends by itself after 30 s.
 */
export function isHelper(channel: AriChannel): boolean {
  return /^(Snoop|WebSocket)\//.test(channel.name) || channel.id.includes(COLLEAGUE);
}

/** The id of the channel of a colleague who is rung for a call: it tells whose it is, and that it is no caller's. */
export function colleagueOf(callId: string, count: number): string {
  return `${callId}${COLLEAGUE}${count}`;
}

const COLLEAGUE = '-colleague-';

/** The id of the channel by which somebody is called: it tells which call it is. `attempt`: over which trunk, from 0. */
export function outboundChannel(callId: string, attempt: number): string {
  return `outbound-${attempt}-${callId}`;
}

/** The call that was to come of it; undefined for any other channel. */
export function callOfOutbound(channelId: string): string | undefined {
  return /^outbound-\d+-(.+)$/.exec(channelId)?.[1];
}

export interface LeftBehindOptions {
  readonly ari: Pick<
    AriPort,
    'channels' | 'hangup' | 'bridges' | 'destroyBridge' | 'storedRecordings' | 'deleteRecording'
  >;
  readonly app: string;
  /** Ids of the calls that are live here. */
  readonly liveCalls: () => readonly string[];
  /** Whether this channel has been put through to another one: it is nobody's to delete. */
  readonly isJoined?: (channelId: string) => boolean;
  readonly log: Log;
}

/**
 * Deletes what belongs to no live call, also to one of another Parley that this Asterisk has outlived. Resolves with the callers in the
 * application, live or not. Throws ARI_* if Asterisk cannot be asked.
 */
export async function deleteLeftBehind({
  ari,
  app,
  liveCalls,
  isJoined = () => false,
  log,
}: LeftBehindOptions): Promise<readonly AriChannel[]> {
  // In this order: a channel that is listed later may be the one of a name that was listed before, never the other way.
  const [recordings, bridges] = await Promise.all([ari.storedRecordings(), ari.bridges()]);
  const channels = await ari.channels();
  const here = channels.filter((channel) => channel.stasis?.app === app && !isJoined(channel.id));
  const elsewhere = channels.filter((channel) => !here.includes(channel));
  const callsOf = ({ id }: AriChannel) => [nameOfChannel(id), ...[callOfOutbound(id) ?? []].flat()];
  const lives = [...liveCalls(), ...elsewhere.flatMap(callsOf)].map(ourName);
  const isDead = (name: string) => name.startsWith(OURS) && !lives.some((live) => name.startsWith(live));
  const isDeadHelper = (channel: AriChannel) =>
    isHelper(channel) && !liveCalls().some((call) => channel.id.includes(call));

  const remove = (names: readonly string[], request: (name: string) => Promise<void>) =>
    Promise.all(names.map((name) => tolerant(log, 'leftBehind.delete', () => request(name))));
  const helpers = await remove(
    here.filter(isDeadHelper).map(({ id }) => id),
    (id) => ari.hangup(id),
  );
  // Only when nobody writes or speaks there any more.
  const others = await Promise.all([
    remove(recordings.filter(isDead), (name) => ari.deleteRecording(name)),
    remove(bridges.filter(isDead), (id) => ari.destroyBridge(id)),
  ]);
  const deleted = helpers.length + others.flat().length;
  if (deleted > 0) log.info({ event: 'leftBehind.deleted', deleted }, 'Deleted what dead calls have left');
  return here.filter((channel) => !isHelper(channel));
}
