/**
 * Everything around a call: a telephone network, the speech and chat providers' stand-ins, and the real service between them, built from
 * environment variables as an operator would.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { stringify } from 'yaml';
import type { Timeline } from '../../src/call/timeline.ts';
import { readSettings } from '../../src/config/settings.ts';
import { startService } from '../../src/main.ts';
import type { Service } from '../../src/main.ts';
import { createLog } from '../../src/ops/log.ts';
import { tonesHeard } from '../../src/phone/tones.ts';
import type { PhoneCall } from '../../src/phone/phone.ts';
import { startChatSimulator } from '../../src/simulator/chat.ts';
import type { ChatScript, ChatSimulator } from '../../src/simulator/chat.ts';
import { startSpeechKitSimulator } from '../../src/simulator/speechkit/speechkit.ts';
import type { SpeechKitSimulator } from '../../src/simulator/speechkit/speechkit.ts';
import { startTelephony } from './telephony.ts';
import type { Telephony, TelephonyKind } from './telephony.ts';

export type BotPatch = Readonly<Record<string, unknown>>;

export interface WorldOptions {
  readonly kind: TelephonyKind;
  readonly reply: ChatScript;
  /** What differs from the test bot, by name of bot; `default` is the test bot itself. */
  readonly bots?: Readonly<Record<string, BotPatch>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface HeardText {
  /** What the bot said, by the tone that stands for it. */
  readonly text: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** How long it sounded; less than from start to end if it was paused on the way. */
  readonly soundMs: number;
}

export interface World {
  readonly telephony: Telephony;
  readonly speech: SpeechKitSimulator;
  readonly chat: ChatSimulator;
  readonly service: Service;
  /** Of every call since the start, in their order. */
  readonly timelines: readonly Timeline[];
  /** The service's log, a line each. */
  readonly log: readonly Record<string, unknown>[];
  /** Calls an extension; what is still up at the end of the test is hung up. */
  dial(extension: string): Promise<PhoneCall>;
  hangupAll(): Promise<void>;
  /** What the phone heard, decoded from the audio. */
  heard(call: PhoneCall): readonly HeardText[];
  /** The pieces in which a text was heard, if it was paused on the way. */
  heardPieces(call: PhoneCall, text: string): readonly HeardText[];
  /** Waits until the phone hears the beginning of `text`. */
  untilStarted(call: PhoneCall, text: string, withinMs?: number): Promise<void>;
  /** Waits until the phone has heard all of `text`, and returns when that was. */
  untilHeard(call: PhoneCall, text: string, withinMs?: number): Promise<HeardText>;
  stop(): Promise<void>;
}

/** Few and short phrases, so that each has a tone of its own. */
export const TEST_BOT = {
  language: 'ru-RU',
  greeting: 'Добрый день!',
  prompt: 'Ты отвечаешь на звонки.',
  endpointing: { silenceMs: 400 },
  fillers: {
    enabled: false,
    afterMs: 100,
    phrases: {
      question: ['Секунду.'],
      statement: ['Понятно.'],
      thanks: ['Пожалуйста.'],
      hesitation: ['Да-да.'],
    },
  },
  hold: ['Ещё немного.'],
  repeat: ['Повторите.'],
  silence: { afterMs: 6000, phrases: ['Вы тут?'], maxPrompts: 1, goodbye: 'Всего доброго.' },
  apology: 'Извините.',
} as const;

/** A text that stops for less has not stopped, ms: packets come late where the machine is busy. Far less than any pause of a bot. */
const SAME_PIECE_MS = 150;

/** How long a text sounds, ms a character and at least 400 ms: twice as quick as people, to save everybody's time. */
export const MS_PER_CHARACTER = 30;

/** How long a text may take to be heard before a test gives up, ms: far beyond any answer. */
const HEARD_WITHIN_MS = 15_000;

export async function startWorld({ kind, reply, bots = {}, env = {} }: WorldOptions): Promise<World> {
  const profiles: Record<string, BotPatch> = { default: {}, ...bots };
  const telephony = await startTelephony(kind, Object.keys(profiles));
  const speech = await startSpeechKitSimulator({ tonePace: { perCharMs: MS_PER_CHARACTER } });
  const chat = await startChatSimulator({ reply });
  const dir = await mkdtemp(join(tmpdir(), 'parley-world-'));
  const botsDir = join(dir, 'bots');
  await mkdir(botsDir);
  for (const [name, patch] of Object.entries(profiles)) {
    await writeFile(join(botsDir, `${name}.yaml`), stringify(merged(TEST_BOT, patch)));
  }
  const { lines, to } = collectedLog();
  const timelines: Timeline[] = [];
  const settings = readSettings({
    ARI_URL: telephony.ari.url,
    ARI_USERNAME: telephony.ari.username,
    ARI_PASSWORD: telephony.ari.password,
    ARI_APP: telephony.ari.app,
    MEDIA_DIR: telephony.mediaDir,
    MEDIA_MODE: 'file',
    BOTS_DIR: botsDir,
    DATA_DIR: join(dir, 'data'),
    HTTP_PORT: '0',
    LOG_LEVEL: 'debug',
    LOG_TRANSCRIPTS: 'true',
    YANDEX_API_KEY: 'test-key',
    YANDEX_FOLDER_ID: 'test-folder',
    YANDEX_TTS_GRPC_URL: speech.ttsGrpcUrl,
    YANDEX_STT_GRPC_URL: speech.sttGrpcUrl,
    YANDEX_TTS_HTTP_URL: speech.ttsHttpUrl,
    YANDEX_STT_HTTP_URL: speech.sttHttpUrl,
    YANDEX_IAM_URL: speech.iamUrl,
    OPENAI_API_KEY: 'test-key',
    OPENAI_BASE_URL: chat.baseUrl,
    OPENAI_MODEL: 'test-model',
    ...env,
  });
  const service = await startService(settings, createLog(settings.log, to), {
    onCall: (timeline) => timelines.push(timeline),
  });
  await service.prepared;
  const calls = new Set<PhoneCall>();
  const pieces = (call: PhoneCall) => piecesOf(call, speech);
  const heard = (call: PhoneCall) => textsOf(pieces(call));
  return {
    telephony,
    speech,
    chat,
    service,
    timelines,
    log: lines,
    async dial(extension) {
      const call = await telephony.phone.dial(extension);
      calls.add(call);
      void call.ended.then(() => calls.delete(call));
      return call;
    },
    hangupAll: async () => void (await Promise.all([...calls].map((call) => call.hangup()))),
    heard,
    heardPieces: (call, wanted) => pieces(call).filter(({ text }) => text === wanted),
    untilStarted: async (call, text, withinMs = HEARD_WITHIN_MS) =>
      void (await until(
        () => heard(call),
        text,
        withinMs,
        () => true,
      )),
    untilHeard: (call, text, withinMs = HEARD_WITHIN_MS) => until(() => heard(call), text, withinMs, isOver),
    async stop() {
      await service.stop();
      await Promise.all([telephony.stop(), speech.stop(), chat.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Tones that stand for a text; speech and noise stand for none. */
function piecesOf(call: PhoneCall, speech: SpeechKitSimulator): HeardText[] {
  const named = tonesHeard(call.heard()).flatMap(({ hz, startedAtMs, endedAtMs }) => {
    const text = speech.textOf(hz);
    return text === undefined ? [] : [{ text, startedAtMs, endedAtMs, soundMs: endedAtMs - startedAtMs }];
  });
  return joined(named, SAME_PIECE_MS);
}

/** What was said, whether or not it was paused on the way. */
function textsOf(pieces: readonly HeardText[]): HeardText[] {
  return joined(pieces, Infinity);
}

function joined(pieces: readonly HeardText[], acrossMs: number): HeardText[] {
  const texts: HeardText[] = [];
  for (const piece of pieces) {
    const last = texts.at(-1);
    if (last?.text === piece.text && piece.startedAtMs - last.endedAtMs < acrossMs) {
      texts[texts.length - 1] = {
        ...last,
        endedAtMs: piece.endedAtMs,
        soundMs: last.soundMs + piece.soundMs,
      };
    } else texts.push(piece);
  }
  return texts;
}

const LOOK_EVERY_MS = 50;
/** Longer than a cough pauses the bot. */
const OVER_AFTER_MS = 600;

/** When the next word, or silence, has followed for a moment. */
function isOver(found: HeardText): boolean {
  return performance.now() - found.endedAtMs > OVER_AFTER_MS;
}

async function until(
  heard: () => readonly HeardText[],
  text: string,
  withinMs: number,
  isEnough: (found: HeardText) => boolean,
): Promise<HeardText> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const found = heard().find((candidate) => candidate.text === text);
    if (found && isEnough(found)) return found;
    if (performance.now() > untilMs) {
      const instead = heard().map((one) => one.text);
      throw new Error(`«${text}» was not heard within ${withinMs} ms, but: ${instead.join(' ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
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

function merged(base: BotPatch, patch: BotPatch): BotPatch {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    const nest = isGroup(old) && isGroup(value);
    result[key] = nest ? merged(old, value) : value;
  }
  return result;
}

function isGroup(value: unknown): value is BotPatch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
