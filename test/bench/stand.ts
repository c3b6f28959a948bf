/**
 * What benches are run on: a real Asterisk, a SIP phone, stand-ins for the speech and chat providers, and the service in a process of its
 * own, so that it shares no event loop with what measures it. Everything is on the loopback, and everything that is started is ended.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pcm } from '../../src/audio/pcm.ts';
import { tone } from '../../src/audio/tone.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import type { Phone, PhoneCall } from '../../src/lab/phone/phone.ts';
import { startChatSimulator } from '../../src/lab/simulator/chat.ts';
import type { ChatSimulator, ReceivedMessage, ScriptedAnswer } from '../../src/lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';
import type {
  SpeechKitSimulator,
  SpeechKitSimulatorOptions,
} from '../../src/lab/simulator/speechkit/speechkit.ts';
import type { SimulatedVoice } from '../../src/lab/simulator/speechkit/voice.ts';
import { prepareEnvironment } from '../support/environment.ts';
import type { BotPatch, Documents, Providers } from '../support/environment.ts';
import { startTelephony } from '../support/telephony.ts';
import type { Telephony, TelephonyKind } from '../support/telephony.ts';
import { startProvidersApart } from './providers-apart.ts';
import type { ProvidersApart } from './providers-apart.ts';
import { builtProgram, startServiceProcess } from './service-process.ts';
import type { ProcessOptions, ServiceProcess } from './service-process.ts';

/** How long the providers take, in milliseconds: about what the real ones need on a good day. */
export const PROVIDER_DELAYS = { recognitionMs: 200, firstTokenMs: 600, firstAudioMs: 150 } as const;

/** The caller's turn is over after this much silence, ms. Short, to measure often; its length is taken off every figure. */
export const SILENCE_MS = 300;

/** Every text takes at least this long to say, ms. */
export const SHORTEST_SPEECH_MS = 400;

/** Where callers and the service are. */
interface GroundOptions {
  /** A real Asterisk unless said otherwise. */
  readonly telephony?: TelephonyKind;
  /** Further bots, by the number at which each is called: how they differ from the test bot. */
  readonly others?: Readonly<Record<string, BotPatch>>;
  /** What bots answer from, by path in the bots' directory. */
  readonly documents?: Documents;
}

/** What can be told to another thread of the providers. */
export interface ProviderOptions {
  readonly delays?: Partial<Record<keyof typeof PROVIDER_DELAYS, number>>;
  readonly realTimeFactor?: number;
  /** What a character takes to say, ms. */
  readonly perCharMs?: number;
  /** How the speech providers differ from the usual. */
  readonly speech?: Pick<SpeechKitSimulatorOptions, 'everythingIs' | 'delays'>;
}

export interface StandOptions extends GroundOptions, ProviderOptions {
  /** The bot's answer to its n-th request, counted over all calls. Answers that differ cannot come out of a cache. */
  readonly reply: (index: number, messages: readonly ReceivedMessage[]) => ScriptedAnswer;
  /** If not given, the bot says each text as a tone of its own. */
  readonly voice?: SimulatedVoice;
}

export interface Ground {
  readonly telephony: Telephony;
  readonly phone: Phone;
  /** The service with a bot that differs from the test bot by `bot`. It has answered one call with one question already. */
  serve(bot: BotPatch, env?: Readonly<Record<string, string>>, how?: ProcessOptions): Promise<ServiceProcess>;
}

export interface Stand extends Ground {
  readonly speech: SpeechKitSimulator;
  readonly chat: ChatSimulator;
}

/** For a crowd: its providers take none of the phones' time, and answer every request with a number. */
export interface CrowdStand extends Ground {
  readonly providers: ProvidersApart;
}

/** Runs `work` on a stand, and ends the stand whatever comes of it. */
export async function onStand<Result>(
  options: StandOptions,
  work: (stand: Stand) => Promise<Result>,
): Promise<Result> {
  return onGround(options, async (opened, groundFor) => {
    const speech = await opened(
      startSpeechKitSimulator({ ...speechOptions(options), ...(options.voice && { voice: options.voice }) }),
      (it) => it.stop(),
    );
    const chat = await opened(startChat(options), (it) => it.stop());
    const ground = groundFor({ speech, chat }, speech.callerTone('вопрос'));
    return work({ ...ground, speech, chat });
  });
}

/** The same for a crowd, where everything that is said is understood as one text. */
export async function onCrowdStand<Result>(
  options: GroundOptions & ProviderOptions,
  work: (stand: CrowdStand) => Promise<Result>,
): Promise<Result> {
  const { firstTokenMs } = { ...PROVIDER_DELAYS, ...options.delays };
  return onGround(options, async (opened, groundFor) => {
    const order = { speech: speechOptions(options), firstTokenMs };
    const providers = await opened(startProvidersApart(order), (it) => it.stop());
    return work({ ...groundFor(providers, tone(WARM_HZ, SHORTEST_SPEECH_MS, 8000)), providers });
  });
}

/** What it opens is closed when all is over, in the opposite order. */
type Opened = <T>(opening: Promise<T>, close: (opened: T) => Promise<unknown>) => Promise<T>;

async function onGround<Result>(
  { telephony: kind = 'asterisk', others = {}, documents }: GroundOptions,
  work: (opened: Opened, groundFor: (providers: Providers, question: Pcm) => Ground) => Promise<Result>,
): Promise<Result> {
  const program = builtProgram();
  const closers: (() => Promise<unknown>)[] = [];
  const opened: Opened = async (opening, close) => {
    const result = await opening;
    closers.push(() => close(result));
    return result;
  };
  const end = () => closeAll(closers.splice(0).reverse());
  stands.add(end);
  try {
    const telephony = await opened(startTelephony(kind, Object.keys(others)), (it) => it.stop());
    const serve = async (
      { bot, env, how }: { bot: BotPatch; env: Readonly<Record<string, string>>; how: ProcessOptions },
      providers: Providers,
      question: Pcm,
    ) => {
      const dir = await opened(mkdtemp(join(tmpdir(), 'parley-bench-')), (it) =>
        rm(it, { recursive: true, force: true }),
      );
      const bots = Object.entries({ default: bot, ...others }).map(
        ([name, patch]) => [name, { endpointing: { silenceMs: SILENCE_MS }, ...patch }] as const,
      );
      const neighbours = { telephony, ...providers };
      const environment = await prepareEnvironment(dir, neighbours, Object.fromEntries(bots), documents);
      const quiet = { LOG_LEVEL: 'info', LOG_TRANSCRIPTS: 'false' };
      // Twilio has to be told where the service is.
      const port = telephony.twilio ? await freeTcpPort() : 0;
      telephony.twilio?.serve(`http://127.0.0.1:${port}`);
      const variables = { ...environment, ...quiet, HTTP_PORT: String(port), ...env };
      const service = await opened(startServiceProcess(dir, variables, { program, ...how }), (it) =>
        it.stop(),
      );
      // Of several on one Asterisk each is called by its name.
      const daemon = env['INSTANCE_ID'] ?? env['ARI_APP']?.replace(`${telephony.ari.app}-`, '');
      await warmUp(telephony.phone, question, daemon === undefined ? '100' : `at-${daemon}`);
      return service;
    };
    return await work(opened, (providers, question) => ({
      telephony,
      phone: telephony.phone,
      serve: (bot, env = {}, how = {}) => serve({ bot, env, how }, providers, question),
    }));
  } finally {
    stands.delete(end);
    await end();
  }
}

/** Of all stands that are there now. */
const stands = new Set<() => Promise<void>>();

/** For a process that has to end in the middle of its work: no Asterisk, service or directory stays behind. Never rejects. */
export async function endStands(): Promise<void> {
  await Promise.allSettled([...stands].map((end) => end()));
}

/** One that does not close keeps no other open. Rejects with the first failure. */
async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Where everything is understood as the same, the first question may be any sound. */
const WARM_HZ = 440;

/** What a turn of the warming call may take, ms: any bench's answer has begun by then. */
const WARM_TURN_MS = 2000;

/** A whole call with a question: phrases get rendered, connections opened, code compiled. A service that runs for months is warm. */
async function warmUp(phone: Phone, question: Pcm, extension: string): Promise<void> {
  const call = await phone.dial(extension);
  await pauseMs(1000);
  await call.say(question);
  await pauseMs(WARM_TURN_MS);
  await call.hangup();
}

function speechOptions({ delays = {}, realTimeFactor = 0, perCharMs = 20, speech = {} }: ProviderOptions) {
  const { recognitionMs, firstAudioMs } = { ...PROVIDER_DELAYS, ...delays };
  return {
    tonePace: { perCharMs, minMs: SHORTEST_SPEECH_MS },
    ...speech,
    delays: { recognitionMs, firstAudioMs, realTimeFactor, ...speech.delays },
  };
}

function startChat({ reply, delays = {} }: StandOptions): Promise<ChatSimulator> {
  const { firstTokenMs } = { ...PROVIDER_DELAYS, ...delays };
  let asked = 0;
  return startChatSimulator({ reply: (messages) => reply(asked++, messages), firstTokenMs });
}

export function pauseMs(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

export interface Dialling {
  /** How far apart the calls begin, ms. */
  readonly dialEveryMs?: number | undefined;
  /** The test bot's if not given. */
  readonly extension?: string | undefined;
  /** Told how many are on the line whenever one comes or goes. */
  readonly onPresent?: ((calls: number) => void) | undefined;
  /** A call that cannot be held is told of, and the others go on; without it, it ends the bench. */
  readonly onFailed?: ((error: unknown) => void) | undefined;
}

/** How far apart the calls of a crowd begin, ms, unless told otherwise: nobody's callers all dial at the same instant. */
const DIAL_EVERY_MS = 30;

/** Holds `count` calls at once; each is hung up when its `talk` is over, or has failed. Nobody is on the line any more when it resolves or rejects. */
export async function inCalls<Result>(
  phone: Pick<Phone, 'dial'>,
  count: number,
  talk: (call: PhoneCall, index: number) => Promise<Result>,
  { dialEveryMs = DIAL_EVERY_MS, extension = '100', onPresent, onFailed }: Dialling = {},
): Promise<Result[]> {
  let present = 0;
  const hold = async (index: number): Promise<Result> => {
    await pauseMs(index * dialEveryMs);
    const call = await phone.dial(extension);
    onPresent?.(++present);
    const talked = await talk(call, index).catch(async (error: unknown) => {
      onPresent?.(--present);
      await call.hangup().catch(() => undefined);
      throw error;
    });
    onPresent?.(--present);
    await call.hangup();
    return talked;
  };
  const held = await Promise.allSettled(Array.from({ length: count }, (_, index) => hold(index)));
  const failures = held.filter((each) => each.status === 'rejected').map(({ reason }) => reason as unknown);
  for (const failure of failures) {
    if (!onFailed) throw failure;
    onFailed(failure);
  }
  return held.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
}
