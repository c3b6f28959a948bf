/** Who speaks and hears, and what each of them needs to be asked. */
import { accessSync, constants } from 'node:fs';
import type { SpeechProviderName } from './setting-kinds.ts';
import { isSecret } from './settings-table.ts';
import type { SettingValues } from './settings-table.ts';
import { systemCode } from '../base/system-code.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type SpeechSettings = ReturnType<typeof speechSettings>;

/** How Parley proves to Yandex who it is. */
export type YandexCredentials =
  | { readonly kind: 'apiKey'; readonly apiKey: string }
  | { readonly kind: 'serviceAccountKeyFile'; readonly path: string }
  | { readonly kind: 'iamToken'; readonly iamToken: string };

/** Those that also recognise speech. */
const HEARING: readonly SpeechProviderName[] = ['yandex', 'google', 'openai'];

/** What is missing of those whom SPEECH_PROVIDERS names is told; what is given of others is left alone. */
export function speechSettings(values: SettingValues, env: Environment, faults: string[]) {
  // Undefined where the list is faulty, which is told of by itself.
  const names = values.SPEECH_PROVIDERS as readonly SpeechProviderName[] | undefined;
  if (names && !names.some((name) => HEARING.includes(name)))
    faults.push(`SPEECH_PROVIDERS: nobody among them hears; expected ${HEARING.join(' or ')} as well`);
  return vendorSettings(names, values, env, faults);
}

/** The same of these vendors, whether or not anybody among them hears. */
export function vendorSettings(
  names: readonly SpeechProviderName[] | undefined,
  values: SettingValues,
  env: Environment,
  faults: string[],
) {
  const isAsked = (name: SpeechProviderName) => names?.includes(name) ?? name === 'yandex';
  if (isAsked('google')) missingGoogleKey(values, faults);
  if (isAsked('openai')) missingOpenAiKey(values, env, faults);
  return {
    speech: { providers: names ?? [] },
    yandex: {
      /** Undefined where nobody asks Yandex. */
      credentials: isAsked('yandex') ? yandexCredentials(values, env, faults) : undefined,
      folderId: values.YANDEX_FOLDER_ID ?? '',
      ttsGrpcUrl: values.YANDEX_TTS_GRPC_URL,
      sttGrpcUrl: values.YANDEX_STT_GRPC_URL,
      ttsHttpUrl: values.YANDEX_TTS_HTTP_URL,
      sttHttpUrl: values.YANDEX_STT_HTTP_URL,
      iamUrl: values.YANDEX_IAM_URL,
    },
    google: {
      keyPath: values.GOOGLE_APPLICATION_CREDENTIALS,
      ttsUrl: values.GOOGLE_TTS_GRPC_URL,
      sttUrl: values.GOOGLE_STT_GRPC_URL,
      location: values.GOOGLE_STT_LOCATION,
      model: values.GOOGLE_STT_MODEL,
    },
    openaiSpeech: {
      apiKey: values.OPENAI_SPEECH_API_KEY,
      baseUrl: values.OPENAI_SPEECH_BASE_URL,
      ttsModel: values.OPENAI_SPEECH_TTS_MODEL,
      sttModel: values.OPENAI_SPEECH_STT_MODEL,
    },
  };
}

function missingGoogleKey({ GOOGLE_APPLICATION_CREDENTIALS: path }: SettingValues, faults: string[]): void {
  if (path === undefined)
    faults.push('GOOGLE_APPLICATION_CREDENTIALS: is missing; expected the key file of a service account');
  else if (!isReadable(path))
    faults.push(`GOOGLE_APPLICATION_CREDENTIALS: "${path}" cannot be read; expected a key file`);
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** OpenAI itself asks for one; a server of one's own may not. */
function missingOpenAiKey(
  { OPENAI_SPEECH_BASE_URL: baseUrl }: SettingValues,
  env: Environment,
  faults: string[],
): void {
  const isGiven = ['OPENAI_SPEECH_API_KEY', 'OPENAI_SPEECH_API_KEY_FILE'].some((name) => env[name]?.trim());
  if (!isGiven && /^https:\/\/api\.openai\.com\b/.test(baseUrl ?? ''))
    faults.push('OPENAI_SPEECH_API_KEY: is missing; expected the key for speech');
}

function yandexCredentials(
  values: SettingValues,
  env: Environment,
  faults: string[],
): YandexCredentials | undefined {
  if (!env['YANDEX_FOLDER_ID']?.trim())
    faults.push('YANDEX_FOLDER_ID: is missing; expected the folder that pays for the speech');
  const ways = ['YANDEX_API_KEY', 'YANDEX_SERVICE_ACCOUNT_KEY_FILE', 'YANDEX_IAM_TOKEN'] as const;
  const given = ways.filter((name) => env[name]?.trim() || (isSecret(name) && env[`${name}_FILE`]?.trim()));
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none is given' : `${given.length} are given (${given.join(', ')})`;
    faults.push(`${ways.join(', ')}: ${found}; expected exactly one of them`);
    return undefined;
  }
  const {
    YANDEX_API_KEY: apiKey,
    YANDEX_SERVICE_ACCOUNT_KEY_FILE: path,
    YANDEX_IAM_TOKEN: iamToken,
  } = values;
  if (apiKey !== undefined) return { kind: 'apiKey', apiKey };
  if (iamToken !== undefined) return { kind: 'iamToken', iamToken };
  if (path === undefined) return undefined;
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    faults.push(
      `YANDEX_SERVICE_ACCOUNT_KEY_FILE: "${path}" cannot be read (${systemCode(error) ?? 'unknown reason'}); expected a key file`,
    );
  }
  return { kind: 'serviceAccountKeyFile', path };
}
