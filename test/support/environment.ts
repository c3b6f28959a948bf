/** The environment variables and files that an operator would give the service, for a service whose neighbours are all stand-ins. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { ChatSimulator } from '../../src/lab/simulator/chat.ts';
import type { SpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';
import type { Telephony } from './telephony.ts';

export type BotPatch = Readonly<Record<string, unknown>>;

/** What bots answer from, by path in the bots' directory. */
export type Documents = Readonly<Record<string, string>>;

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

/** Where the stand-ins are that speak, hear and think. */
export interface Providers {
  readonly speech: Pick<
    SpeechKitSimulator,
    'ttsGrpcUrl' | 'ttsHttpUrl' | 'sttGrpcUrl' | 'sttHttpUrl' | 'iamUrl'
  >;
  readonly chat: Pick<ChatSimulator, 'baseUrl'>;
}

export interface Neighbours {
  readonly telephony: Pick<Telephony, 'env'>;
  readonly speech: SpeechKitSimulator;
  readonly chat: ChatSimulator;
}

/**
 * Writes the profiles (what differs from the test bot, by name of bot) into `dir` and returns the variables of a service that lives there
 * and talks to these neighbours.
 */
export async function prepareEnvironment(
  dir: string,
  { telephony, speech, chat }: Pick<Neighbours, 'telephony'> & Providers,
  bots: Readonly<Record<string, BotPatch>>,
  documents: Documents = {},
): Promise<Record<string, string>> {
  const botsDir = join(dir, 'bots');
  await mkdir(botsDir, { recursive: true });
  for (const [path, text] of Object.entries(documents)) {
    await mkdir(join(botsDir, dirname(path)), { recursive: true });
    await writeFile(join(botsDir, path), text);
  }
  for (const [name, patch] of Object.entries(bots)) {
    await writeFile(join(botsDir, `${name}.yaml`), stringify(merged(TEST_BOT, patch)));
  }
  return {
    ...telephony.env,
    BOTS_DIR: botsDir,
    // Every request to the stand-in is a test's own.
    LLM_KEEP_WARM: 'off',
    DATA_DIR: join(dir, 'data'),
    HTTP_PORT: '0',
    // A test's end must not wait for its calls, stand-ins grant whatever is asked, and a busy machine is no reason to refuse.
    DRAIN_SECONDS: '0',
    MAX_EVENT_LOOP_LAG_MS: '10000',
    TTS_QUOTA_PER_SECOND: '10000',
    ASR_QUOTA_PER_SECOND: '10000',
    // A thread more in every service would be felt on two cores; who tests the history turns it on.
    HISTORY_KEEP_DAYS: '0',
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
  };
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
