/**
 * Everything around a call: a telephone network, the speech and chat providers' stand-ins, and the real service between them, built from
 * environment variables as an operator would.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { stringify } from 'yaml';
import { durationMs } from '../../src/audio/pcm.ts';
import type { Timeline } from '../../src/call/timeline.ts';
import { readSettings } from '../../src/config/settings.ts';
import type { Settings } from '../../src/config/settings.ts';
import { startService } from '../../src/main.ts';
import type { Service } from '../../src/main.ts';
import { createLog } from '../../src/ops/log.ts';
import type { PhoneCall } from '../../src/phone/phone.ts';
import { startChatSimulator } from '../../src/simulator/chat.ts';
import type { ChatScript, ChatSimulator } from '../../src/simulator/chat.ts';
import { startSpeechKitSimulator } from '../../src/simulator/speechkit/speechkit.ts';
import type { SpeechKitSimulator } from '../../src/simulator/speechkit/speechkit.ts';
import { startTelephony } from './telephony.ts';
import type { Telephony, TelephonyKind } from './telephony.ts';
import { tonesSoFar } from './tones-so-far.ts';

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

/** Everything but the service. */
export interface Surroundings {
  readonly telephony: Telephony;
  readonly speech: SpeechKitSimulator;
  readonly chat: ChatSimulator;
  /** What the service needs to live in them. */
  readonly settings: Settings;
  stop(): Promise<void>;
}

export interface World extends Surroundings {
  readonly service: Service;
  /** Of every call since the start, in their order. */
  readonly timelines: readonly Timeline[];
  /** The service's log, a line each. */
  readonly log: readonly Record<string, unknown>[];
  /** What the phone heard, decoded from the audio. */
  heard(call: PhoneCall): readonly HeardText[];
  /** Waits until the phone has heard all of `text`, and returns when that was. */
  untilHeard(call: PhoneCall, text: string, withinMs?: number): Promise<HeardText>;
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
const SAME_HEARING_MS = 150;

/** Two pieces of a text that together are no more than the text are one hearing with a hole of up to this, ms: the machine stood still. */
const TORN_WITHIN_MS = 1000;

/** How much longer than it is a text may seem, ms: its edges are found to 20 ms each. */
const EDGES_MS = 40;

/** How long a text may take to be heard before a test gives up, ms: far beyond any answer. */
const HEARD_WITHIN_MS = 15_000;

export async function startWorld(options: WorldOptions): Promise<World> {
  const surroundings = await startSurroundings(options);
  const { speech, settings } = surroundings;
  const { lines, to } = collectedLog();
  const timelines: Timeline[] = [];
  const service = await startService(settings, createLog(settings.log, to), {
    onCall: (timeline) => timelines.push(timeline),
  });
  await service.prepared;
  const heard = (call: PhoneCall) => textsOf(call, speech);
  return {
    ...surroundings,
    service,
    timelines,
    log: lines,
    heard,
    untilHeard: (call, text, withinMs = HEARD_WITHIN_MS) => untilHeard(() => heard(call), text, withinMs),
    async stop() {
      await service.stop();
      await surroundings.stop();
    },
  };
}

export async function startSurroundings(options: WorldOptions): Promise<Surroundings> {
  const { kind, reply, bots = {}, env = {} } = options;
  const profiles: Record<string, BotPatch> = { default: {}, ...bots };
  const telephony = await startTelephony(kind, Object.keys(profiles));
  const speech = await startSpeechKitSimulator();
  const chat = await startChatSimulator({ reply });
  const dir = await mkdtemp(join(tmpdir(), 'parley-world-'));
  const botsDir = join(dir, 'bots');
  await mkdir(botsDir);
  for (const [name, patch] of Object.entries(profiles)) {
    await writeFile(join(botsDir, `${name}.yaml`), stringify(merged(TEST_BOT, patch)));
  }
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
  return {
    telephony,
    speech,
    chat,
    settings,
    async stop() {
      await Promise.all([telephony.stop(), speech.stop(), chat.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Tones that stand for a text; speech and noise stand for none. */
function textsOf(call: PhoneCall, speech: SpeechKitSimulator): HeardText[] {
  const texts: HeardText[] = [];
  for (const { hz, startedAtMs, endedAtMs } of tonesSoFar(call)) {
    const text = speech.textOf(hz);
    if (text === undefined) continue;
    const last = texts.at(-1);
    const soundMs = endedAtMs - startedAtMs;
    const gapMs = startedAtMs - (last?.endedAtMs ?? 0);
    const isTorn =
      last?.text === text &&
      gapMs < TORN_WITHIN_MS &&
      last.soundMs + soundMs < durationMs(speech.callerTone(text)) + EDGES_MS;
    if (last?.text === text && (gapMs < SAME_HEARING_MS || isTorn))
      texts[texts.length - 1] = { ...last, endedAtMs, soundMs: last.soundMs + soundMs };
    else texts.push({ text, startedAtMs, endedAtMs, soundMs });
  }
  return texts;
}

const LOOK_EVERY_MS = 50;

async function untilHeard(
  heard: () => readonly HeardText[],
  text: string,
  withinMs: number,
): Promise<HeardText> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const found = heard().find((candidate) => candidate.text === text);
    // It is over when something else, or silence, has followed for a moment.
    if (found && performance.now() - found.endedAtMs > 2 * LOOK_EVERY_MS) return found;
    if (performance.now() > untilMs) {
      throw new Error(
        `«${text}» was not heard within ${withinMs} ms, but: ${heard()
          .map((one) => one.text)
          .join(' ')}`,
      );
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
