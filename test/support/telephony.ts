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
import { startTwilioSimulator } from '../../src/lab/simulator/twilio/twilio-simulator.ts';
import type { TwilioSimulator } from '../../src/lab/simulator/twilio/twilio-simulator.ts';
import { startAsterisk } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { findOrInstallAsterisk } from '../../src/lab/local-asterisk/install-asterisk.ts';
import type { Leftovers } from '../../src/lab/local-asterisk/leftovers.ts';

export interface Telephony {
  /** What a service is told of it, as an operator would. */
  readonly env: Readonly<Record<string, string>>;
  /** Twilio has none: asking for it there is a fault of the test. */
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
  /** The stand-in for Twilio, where that is the network. */
  readonly twilio: TwilioSimulator | undefined;
  /** What calls have left behind, once it is nothing or a few seconds have passed. */
  leftovers(): Promise<Leftovers>;
  /** A crash: nobody is told anything. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Those that speak ARI. */
export const TELEPHONIES = ['simulator', 'asterisk'] as const;
/** For what is heard the same over each; Twilio streams, and knows no file mode. */
export const EVERY_TELEPHONY = [...TELEPHONIES, 'twilio'] as const;
export type TelephonyKind = (typeof EVERY_TELEPHONY)[number];

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
  if (kind === 'twilio') return twilio(bots);
  return kind === 'simulator' ? simulated(bots, standIn) : real(bots);
}

export function ariEnv(
  { url, username, password, app }: Telephony['ari'],
  mediaDir: string,
): Readonly<Record<string, string>> {
  return {
    ARI_URL: url,
    ARI_USERNAME: username,
    ARI_PASSWORD: password,
    ARI_APP: app,
    MEDIA_DIR: mediaDir,
    MEDIA_MODE: 'file',
  };
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
  const ari = { url, username, password, app: APP };
  return {
    env: ariEnv(ari, mediaDir),
    ari,
    mediaDir,
    phone: simulator.phone(),
    desk: simulator.phoneAt(DESK),
    sip: undefined,
    simulator,
    twilio: undefined,
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

/** `at-a` is the daemon `a` of a fleet, with the default bot; `order-at-a` the same daemon, with the bot that takes orders. */
const DAEMONS = [
  `exten => _at-.,1,Stasis(${APP}-\${EXTEN:3},default)`,
  ' same => n,Hangup()',
  `exten => _order-at-.,1,Stasis(${APP}-\${EXTEN:9},orders)`,
  ' same => n,Hangup()',
];

/** Numbers of companies; whose they are, and so which bot answers, no dialplan says. */
const NUMBERS = [`exten => _70X,1,Stasis(${APP})`, ' same => n,Hangup()'];

/** Where the desk is rung whatever its own endpoint is. */
const DESK = 'Local/s@desks';

/**
 * A telephone behind a place of the dialplan, as an operator would have it. Until Asterisk is started again the variable is the desk's endpoint.
 * Whoever rings a desk this way is told why nobody answers: only what is hung up with its cause has one.
 */
const DESKS = ['[desks]', 'exten => s,1,Dial(${DESK},20)', 'exten => s,2,Hangup(${HANGUPCAUSE})'];

async function real(bots: readonly string[]): Promise<Telephony> {
  const installation = await findOrInstallAsterisk();
  if (!installation.available) throw new Error(`no Asterisk: ${installation.reason}`);
  const dialplan = [
    ...REFUSED,
    ...DESKS,
    '[phones]',
    ...bots.map((bot) => `exten => ${bot},1,Stasis(${APP},${bot})`),
    ...DAEMONS,
    ...NUMBERS,
  ].join('\n');
  const server = await startAsterisk({ installation, dialplan: `${dialplan}\n` });
  const at = { serverHost: server.sipHost, serverPort: server.sipPort };
  const [phone, desk] = await Promise.all([createSipPhone(at), createSipPhone(at)]);
  await server.command(`dialplan set global DESK ${desk.endpoint}`);
  const ari = {
    url: server.ariUrl,
    username: server.username,
    password: server.password,
    app: server.app,
  };
  return {
    env: ariEnv(ari, server.mediaDir),
    ari,
    mediaDir: server.mediaDir,
    phone,
    desk,
    sip: { host: server.sipHost, port: server.sipPort },
    simulator: undefined,
    twilio: undefined,
    leftovers: () => server.leftovers(),
    kill: () => server.kill('SIGKILL'),
    restart: () => server.restart(),
    async stop() {
      await Promise.all([phone.close(), desk.close()]);
      await server.stop();
    },
  };
}

/** Where the world would find the service. */
const PUBLIC_URL = 'https://voice.example.com';
/** A colleague's number at Twilio. */
export const TWILIO_DESK = '+12125550101';

async function twilio(bots: readonly string[]): Promise<Telephony> {
  const numbers = bots.map((bot) => [bot, `/voice-stream?bot=${encodeURIComponent(bot)}`] as const);
  const standIn = await startTwilioSimulator({
    publicUrl: PUBLIC_URL,
    numbers: { ...Object.fromEntries(numbers), 100: '/voice-stream' },
    statusPath: '/twilio/status',
  });
  const look = async (): Promise<Leftovers> => ({
    channels: standIn.leftovers(),
    bridges: [],
    recordings: [],
    mediaFiles: [],
  });
  const none = (what: string): never => {
    throw new Error(`Twilio has no ${what}`);
  };
  return {
    env: {
      TWILIO_ACCOUNT_SID: standIn.accountSid,
      TWILIO_AUTH_TOKEN: standIn.authToken,
      TWILIO_API_URL: standIn.apiUrl,
      PUBLIC_URL,
    },
    get ari() {
      return none('ARI');
    },
    get mediaDir() {
      return none('directory of media');
    },
    phone: standIn.phone(),
    desk: standIn.phoneAt(TWILIO_DESK),
    sip: undefined,
    simulator: undefined,
    twilio: standIn,
    leftovers: () => settled(look),
    kill: async () => none('crash that could be made here'),
    restart: async () => none('crash that could be made here'),
    stop: () => standIn.stop(),
  };
}

/** How long what a call leaves may take to go, ms: a few round trips, each of which a busy machine may take a second for. */
const SETTLE_WITHIN_MS = 15_000;
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
