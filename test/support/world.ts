/**
 * Everything around a call: a telephone network, the speech and chat providers' stand-ins, and the real service between them, built from
 * environment variables as an operator would.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { durationMs } from '../../src/audio/pcm.ts';
import type { Timeline } from '../../src/timeline/timeline.ts';
import { readSettings } from '../../src/config/settings.ts';
import type { Settings } from '../../src/config/settings.ts';
import { startService } from '../../src/main.ts';
import type { Service } from '../../src/main.ts';
import { createLog } from '../../src/ops/log.ts';
import type { DialOptions, PhoneCall } from '../../src/lab/phone/phone.ts';
import { LevelDetector } from '../../src/telephony/streaming/testing/level-detector.ts';
import { startChatSimulator } from '../../src/lab/simulator/chat.ts';
import type { ChatPace, ChatScript, ChatSimulator } from '../../src/lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';
import type { SpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';
import type { SimulatedVoice } from '../../src/lab/simulator/speechkit/voice.ts';
import { prepareEnvironment, TEST_BOT } from './environment.ts';
import type { BotPatch, Documents } from './environment.ts';
import { heardPieces, heardTexts } from './heard-texts.ts';
import type { HeardText } from './heard-texts.ts';
import { lookedFor } from './looking.ts';
import { startTelephony } from './telephony.ts';
import type { StandInOptions, Telephony, TelephonyKind } from './telephony.ts';

export interface WorldOptions {
  readonly kind: TelephonyKind;
  readonly reply: ChatScript;
  /** What differs from the test bot, by name of bot; `default` is the test bot itself. */
  readonly bots?: Readonly<Record<string, BotPatch>>;
  /** What these answer from. */
  readonly documents?: Documents;
  readonly env?: Readonly<Record<string, string>>;
  /** What stream mode takes for speech: anything loud, so that tones may be spoken; or voices, as in production. */
  readonly hears?: 'sounds' | 'voices';
  /** How long the model takes; no time, if not given. */
  readonly chatPace?: ChatPace;
  /** How the bot sounds; each text as a tone of its own, if not given. */
  readonly voice?: SimulatedVoice;
  /** Where the telephone network is the stand-in. */
  readonly standIn?: StandInOptions;
}

/** Everything but the service. */
export interface Surroundings {
  readonly telephony: Telephony;
  readonly speech: SpeechKitSimulator;
  readonly chat: ChatSimulator;
  /** Of a service that lives among them. */
  readonly settings: Settings;
  /** The variables that these settings were read from, and the directory of its own that such a service lives in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly dir: string;
  stop(): Promise<void>;
}

/** What phones heard, decoded from the audio. */
export interface Listening {
  heard(call: PhoneCall): readonly HeardText[];
  /** The texts in their order, but for being told to wait: whether an answer takes so long is the machine's affair. */
  told(call: PhoneCall): readonly string[];
  /** The pieces in which a text was heard, if it was paused on the way. */
  heardPieces(call: PhoneCall, text: string): readonly HeardText[];
  /** Waits until the phone hears the beginning of `text`. */
  untilStarted(call: PhoneCall, text: string, withinMs?: number): Promise<void>;
  /** Waits until the phone has heard all of `text`, and returns when that was. */
  untilHeard(call: PhoneCall, text: string, withinMs?: number): Promise<HeardText>;
}

export interface World extends Surroundings, Listening {
  readonly service: Service;
  /** Of every call since the start, in their order. */
  readonly timelines: readonly Timeline[];
  /** The service's log, a line each. */
  readonly log: readonly Record<string, unknown>[];
  /** Calls an extension; what is still up at the end of the test is hung up. */
  dial(extension: string, options?: DialOptions): Promise<PhoneCall>;
  hangupAll(): Promise<void>;
}

/** How long a text sounds, ms a character and at least 400 ms: twice as quick as people, to save everybody's time. */
export const MS_PER_CHARACTER = 30;

/** What a busy machine may lose of a sound, or add to a pause, ms: a few packets. */
export const LATE_PACKETS_MS = 160;

/** How long a text may take to be heard before a test gives up, ms: far beyond any answer. */
const HEARD_WITHIN_MS = 30_000;

export async function startWorld(options: WorldOptions): Promise<World> {
  const surroundings = await startSurroundings(options);
  const { telephony, speech, settings } = surroundings;
  const { lines, to } = collectedLog();
  const timelines: Timeline[] = [];
  const starting = startService(settings, createLog(settings.log, to), {
    onCall: (timeline) => timelines.push(timeline),
    ...(options.hears !== 'voices' && { speechDetector: (rateHz: number) => new LevelDetector(rateHz) }),
  });
  // What was started for a suite that does not come about would go on beside all others.
  const service = await starting.catch(async (error: unknown) => {
    await surroundings.stop();
    throw error;
  });
  telephony.twilio?.serve(service.httpUrl);
  await service.prepared;
  const calls = new Set<PhoneCall>();
  return {
    ...surroundings,
    ...listeningTo(speech),
    service,
    timelines,
    log: lines,
    async dial(extension, options) {
      const call = await telephony.phone.dial(extension, options);
      calls.add(call);
      void call.ended.then(() => calls.delete(call));
      return call;
    },
    hangupAll: async () => void (await Promise.all([...calls].map((call) => call.hangup()))),
    async stop() {
      await service.stop();
      await surroundings.stop();
    },
  };
}

/** Of `fallback,s,1;+15550002001` what this telephone can reach: Twilio has no dialplan, Asterisk dials no numbers, and settings refuse what nobody can. */
function fallbackAt(kind: TelephonyKind, places: string | undefined): Readonly<Record<string, string>> {
  if (places === undefined) return {};
  const reached = places.split(';').filter((place) => place.includes(',') !== (kind === 'twilio'));
  return { DIALPLAN_FALLBACK: reached.join(';') };
}

export async function startSurroundings(options: WorldOptions): Promise<Surroundings> {
  const { kind, reply, chatPace, bots = {}, documents, env = {}, standIn, voice } = options;
  const profiles: Record<string, BotPatch> = { default: {}, ...bots };
  const telephony = await startTelephony(kind, Object.keys(profiles), standIn);
  const speech = await startSpeechKitSimulator({
    tonePace: { perCharMs: MS_PER_CHARACTER },
    ...(voice && { voice }),
  });
  const chat = await startChatSimulator({ reply, ...chatPace });
  const dir = await mkdtemp(join(tmpdir(), 'parley-world-'));
  const prepared = await prepareEnvironment(dir, { telephony, speech, chat }, profiles, documents);
  const environment = { ...prepared, ...env, ...fallbackAt(kind, env['DIALPLAN_FALLBACK']) };
  return {
    telephony,
    speech,
    chat,
    settings: readSettings(environment),
    environment,
    dir,
    async stop() {
      await Promise.all([telephony.stop(), speech.stop(), chat.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Understands what this stand-in has said. */
export function listeningTo(speech: SpeechKitSimulator): Listening {
  const pieces = (call: PhoneCall) => heardPieces(call, speech);
  const heard = (call: PhoneCall) => heardTexts(pieces(call), (text) => durationMs(speech.callerTone(text)));
  return {
    heard,
    told: (call) => heard(call).flatMap(({ text }) => (isToldToWait(text) ? [] : [text])),
    heardPieces: (call, wanted) => pieces(call).filter(({ text }) => text === wanted),
    untilStarted: async (call, text, withinMs = HEARD_WITHIN_MS) => {
      await lookFor(
        () => heard(call),
        text,
        withinMs,
        () => true,
      );
    },
    untilHeard: (call, text, withinMs = HEARD_WITHIN_MS) =>
      lookFor(() => heard(call), text, withinMs, isOver),
  };
}

const isToldToWait = (text: string) => TEST_BOT.hold.some((phrase) => phrase === text);

/** Longer than a cough pauses the bot. */
const OVER_AFTER_MS = 600;

/** When the next word, or silence, has followed for a moment. */
function isOver(found: HeardText): boolean {
  return performance.now() - found.endedAtMs > OVER_AFTER_MS;
}

async function lookFor(
  heard: () => readonly HeardText[],
  text: string,
  withinMs: number,
  isEnough: (found: HeardText) => boolean,
): Promise<HeardText> {
  const look = () => heard().find((candidate) => candidate.text === text && isEnough(candidate));
  const found = await lookedFor(look, withinMs);
  if (found) return found;
  const instead = heard().map((one) => one.text);
  throw new Error(`«${text}» was not heard within ${withinMs} ms, but: ${instead.join(' ')}`);
}

function collectedLog() {
  const lines: Record<string, unknown>[] = [];
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n').filter(Boolean))
        lines.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });
  return { lines, to };
}
