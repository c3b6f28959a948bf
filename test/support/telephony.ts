/**
 * What the end-to-end suites call through: the stand-in Asterisk and a real one, alike. Every scenario runs on both, so that the stand-in
 * cannot drift from the real thing.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../src/base/project-root.ts';
import { createSipPhone } from '../../src/lab/phone/sip/sip-phone.ts';
import type { CallablePhone, Phone } from '../../src/lab/phone/phone.ts';
import { startAsteriskSimulator } from '../../src/lab/simulator/asterisk/asterisk-simulator.ts';
import type { AsteriskSimulator } from '../../src/lab/simulator/asterisk/asterisk-simulator.ts';
import { startAsterisk } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { findOrInstallAsterisk } from '../../src/lab/local-asterisk/install-asterisk.ts';
import type { Leftovers } from '../../src/lab/local-asterisk/leftovers.ts';

export interface Telephony {
  readonly ari: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly app: string;
  };
  readonly mediaDir: string;
  readonly phone: Phone;
  /** Of a colleague: it can be rung at its endpoint. */
  readonly desk: CallablePhone;
  /** Where other phones can call it; the stand-in knows no SIP. */
  readonly sip: { readonly host: string; readonly port: number } | undefined;
  /** The stand-in, where it is one: it can be asked for faults and for what it saw. */
  readonly simulator: AsteriskSimulator | undefined;
  /** What calls have left behind, once it is nothing or a few seconds have passed. */
  leftovers(): Promise<Leftovers>;
  /** A crash: nobody is told anything. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const TELEPHONIES = ['simulator', 'asterisk'] as const;
export type TelephonyKind = (typeof TELEPHONIES)[number];

const APP = 'voicebot';

/** What the shipped dialplan plays to a caller whom Parley hands back; path without `.wav`. */
export const FALLBACK_SOUND = join(projectRoot(), 'sounds/ru-RU/apology-1');

export interface StandInOptions {
  /** Of ARI. */
  readonly password?: string;
  /** Further extensions, and the bot that each is for, as the dialplan might have it. */
  readonly extensions?: Readonly<Record<string, string>>;
}

/** `bots`: each is dialled by its name. Extension 100 is the default bot. Only the stand-in can be made otherwise. */
export async function startTelephony(
  kind: TelephonyKind,
  bots: readonly string[],
  standIn: StandInOptions = {},
): Promise<Telephony> {
  return kind === 'simulator' ? simulated(bots, standIn) : real(bots);
}

async function simulated(bots: readonly string[], standIn: StandInOptions): Promise<Telephony> {
  const mediaDir = await mkdtemp(join(tmpdir(), 'parley-media-'));
  const numbers = [...bots.map((bot) => [bot, bot] as const), ...Object.entries(standIn.extensions ?? {})];
  const extensions = Object.fromEntries(numbers.map(([number, bot]) => [number, { app: APP, args: [bot] }]));
  const simulator = await startAsteriskSimulator({
    mediaDir,
    ...(standIn.password !== undefined && { password: standIn.password }),
    dialplan: {
      extensions: { ...extensions, 100: { app: APP, args: ['default'] } },
      fallback: { place: 'fallback,s,1', sound: FALLBACK_SOUND },
    },
  });
  const { url, username, password } = simulator;
  const look = async (): Promise<Leftovers> => {
    const { channels, bridges, liveRecordings, storedRecordings } = simulator.leftovers();
    return {
      channels,
      bridges,
      recordings: [...liveRecordings, ...storedRecordings],
      mediaFiles: await readdir(mediaDir),
    };
  };
  return {
    ari: { url, username, password, app: APP },
    mediaDir,
    phone: simulator.phone(),
    desk: simulator.phoneAt(DESK),
    sip: undefined,
    simulator,
    leftovers: () => settled(look),
    kill: () => simulator.kill(),
    restart: () => simulator.restart(),
    async stop() {
      await simulator.stop();
      await rm(mediaDir, { recursive: true, force: true });
    },
  };
}

/** A place that only leads to the fallback if Parley has said that it has too many calls. */
const REFUSED = [
  '[refused]',
  'exten => s,1,GotoIf($["${PARLEY_REFUSED}" = "too-many-calls"]?fallback,s,1)',
  ' same => n,Hangup()',
];

/** Where the desk is rung whatever its own endpoint is. */
const DESK = 'Local/s@desks';

/** A telephone behind a place of the dialplan, as an operator would have it. Until Asterisk is started again the variable is the desk's endpoint. */
const DESKS = ['[desks]', 'exten => s,1,Dial(${DESK},20)'];

async function real(bots: readonly string[]): Promise<Telephony> {
  const installation = await findOrInstallAsterisk();
  if (!installation.available) throw new Error(`no Asterisk: ${installation.reason}`);
  const dialplan = [
    ...REFUSED,
    ...DESKS,
    '[phones]',
    ...bots.map((bot) => `exten => ${bot},1,Stasis(${APP},${bot})`),
  ].join('\n');
  const server = await startAsterisk({ installation, dialplan: `${dialplan}\n` });
  const at = { serverHost: server.sipHost, serverPort: server.sipPort };
  const [phone, desk] = await Promise.all([createSipPhone(at), createSipPhone(at)]);
  await server.command(`dialplan set global DESK ${desk.endpoint}`);
  return {
    ari: { url: server.ariUrl, username: server.username, password: server.password, app: server.app },
    mediaDir: server.mediaDir,
    phone,
    desk,
    sip: { host: server.sipHost, port: server.sipPort },
    simulator: undefined,
    leftovers: () => server.leftovers(),
    kill: () => server.kill('SIGKILL'),
    restart: () => server.restart(),
    async stop() {
      await Promise.all([phone.close(), desk.close()]);
      await server.stop();
    },
  };
}

/** How long what a call leaves may take to go, ms: a few round trips. */
const SETTLE_WITHIN_MS = 3000;
const LOOK_EVERY_MS = 20;

async function settled(look: () => Promise<Leftovers>): Promise<Leftovers> {
  const untilMs = performance.now() + SETTLE_WITHIN_MS;
  for (;;) {
    const leftovers = await look();
    const isClean = Object.values(leftovers).every((names: readonly string[]) => names.length === 0);
    if (isClean || performance.now() > untilMs) return leftovers;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
