/** The settings of `parley speech`: it needs no telephone, no model, and no provider's key. */
import { join } from 'node:path';
import { ParleyError } from '../base/errors.ts';
import { isLoopback } from '../base/loopback.ts';
import type { SpeechProviderName } from './setting-kinds.ts';
import { messageOf, readSetting } from './settings.ts';
import { vendorSettings } from './speech-settings.ts';
import type { Environment } from './speech-settings.ts';
import { settingNames } from './settings-table.ts';
import type { SettingName, SettingValues } from './settings-table.ts';
import { tracingSettings } from './tracing-settings.ts';

/** Of calls alone: they may be missing. */
const OF_CALLS: readonly SettingName[] = ['OPENAI_API_KEY', 'ARI_USERNAME', 'ARI_PASSWORD'];

/** These say that somebody has an account at Yandex. */
const OF_YANDEX = ['YANDEX_API_KEY', 'YANDEX_SERVICE_ACCOUNT_KEY_FILE', 'YANDEX_IAM_TOKEN'];

/** And these at OpenAI, or a server that speaks its protocol. */
const OF_OPENAI = ['OPENAI_SPEECH_API_KEY', 'OPENAI_SPEECH_API_KEY_FILE', 'OPENAI_SPEECH_BASE_URL'];

/** Half a minute of speech is recognised within it, ms: a program waits, and no caller. */
const RECOGNISED_WITHIN_MS = 15_000;

const DAY_MS = 24 * 60 * 60 * 1000;

export type SpeechApiSettings = ReturnType<typeof readSpeechApiSettings>;

/** Whoever says who may use the speech API has the service that answers calls answer its requests too. */
const ASKS_FOR_IT: readonly SettingName[] = ['SPEECH_API_KEYS_FILE', 'SPEECH_API_OPEN'];

/** For a service that answers calls; undefined where nobody asks for the speech API. Throws as readSpeechApiSettings does. */
export function speechApiBesideCalls(env: Environment): SpeechApiSettings | undefined {
  const isAsked = ASKS_FOR_IT.some((name) => env[name]?.trim());
  return isAsked ? readSpeechApiSettings(env) : undefined;
}

/** Throws SETTINGS_INVALID whose message has a line for each fault of these. */
export function readSpeechApiSettings(env: Environment) {
  const faults: string[] = [];
  const names = settingNames().filter((name) => !OF_CALLS.includes(name));
  const values = Object.fromEntries(
    names.map((name) => [name, readSetting(name, env, faults)]),
  ) as unknown as SettingValues;
  if (!isLoopback(values.HTTP_HOST) && values.SPEECH_API_OPEN)
    faults.push(
      `SPEECH_API_OPEN: is "true"; expected false, for others can reach HTTP_HOST "${values.HTTP_HOST}"`,
    );
  const vendors = vendorSettings(vendorsOf(values, env), values, env, faults);
  const storage = storagePlace(values, faults);
  if (faults.length > 0) throw new ParleyError('SETTINGS_INVALID', messageOf(faults));
  return {
    ...vendors,
    tts: { channels: values.TTS_CHANNELS },
    asr: { timeoutMs: RECOGNISED_WITHIN_MS },
    tenantsFile: values.TENANTS_FILE,
    mostAtOnce: values.VOICE_MAX_CONCURRENT,
    cacheBytes: values.TTS_CACHE_MB * 1024 * 1024,
    cacheTtlMs: values.VOICE_CACHE_TTL * 1000,
    redisUrl: values.REDIS_URL,
    hedges: values.SPEECH_HEDGE,
    storage: { place: storage, keepMs: values.STORAGE_KEEP_DAYS * DAY_MS },
    guards: {
      moderation: {
        url: values.SPEECH_MODERATION_URL,
        key: values.SPEECH_MODERATION_KEY,
        failing: values.SPEECH_MODERATION_FAIL,
      },
      antivirus: { address: values.SPEECH_ANTIVIRUS_URL, failing: values.SPEECH_ANTIVIRUS_FAIL },
    },
    batchesDir: join(values.DATA_DIR, 'speech-batches'),
    host: values.HTTP_HOST,
    // Whoever comes from elsewhere needs a key, also while there is none.
    isOpen: isLoopback(values.HTTP_HOST) ? values.SPEECH_API_OPEN : false,
    keysFile: values.SPEECH_API_KEYS_FILE,
    signatureSecret: values.SPEECH_SIGNATURE_SECRET,
    perMinute: { tts: values.SPEECH_TTS_PER_MINUTE, stt: values.SPEECH_STT_PER_MINUTE },
    log: { level: values.LOG_LEVEL, transcripts: values.LOG_TRANSCRIPTS },
    tracing: tracingSettings(values),
  } as const;
}

/** Whoever gives the address of MinIO, and no other, wants the audio there. */
function storagePlace(values: SettingValues, faults: string[]) {
  const { STORAGE_URL: given, MINIO_ENDPOINT: endpoint, MINIO_REGION: region } = values;
  const { MINIO_ACCESS_KEY: accessKey, MINIO_SECRET_KEY: secretKey } = values;
  const isDirectory = given ? given.kind === 'directory' : endpoint === undefined;
  if (isDirectory) {
    const dir = given?.kind === 'directory' ? given.dir : join(values.DATA_DIR, 'audio');
    return { kind: 'directory' as const, dir };
  }
  if (accessKey === undefined) faults.push('MINIO_ACCESS_KEY: is missing; expected the name of a key for s3');
  if (secretKey === undefined) faults.push('MINIO_SECRET_KEY: is missing; expected the secret of that key');
  return {
    kind: 's3' as const,
    endpoint: endpoint ?? `https://s3.${region}.amazonaws.com`,
    region,
    accessKey: accessKey ?? '',
    secretKey: secretKey ?? '',
    bucket: given?.kind === 's3' ? given.bucket : undefined,
  };
}

/** Those that SPEECH_PROVIDERS names; if it is not given, whoever there is a key for, and the one that needs none. */
function vendorsOf(values: SettingValues, env: Environment): readonly SpeechProviderName[] | undefined {
  if (env['SPEECH_PROVIDERS']?.trim()) return values.SPEECH_PROVIDERS;
  const hasYandex = OF_YANDEX.some((name) => env[name]?.trim() || env[`${name}_FILE`]?.trim());
  const hasOpenAi = OF_OPENAI.some((name) => env[name]?.trim());
  return [
    ...(hasOpenAi ? ['openai' as const] : []),
    ...(values.GOOGLE_APPLICATION_CREDENTIALS === undefined ? [] : ['google' as const]),
    ...(hasYandex ? ['yandex' as const] : []),
    'espeak',
  ];
}
