/**
 * Settings from the environment, as one plain object. Every fault is told at once, in one message, with no secret in it.
 */
import { readFileSync } from 'node:fs';
import { ParleyError } from '../base/errors.ts';
import { isLoopback } from '../base/loopback.ts';
import { likelyMeant } from './nearest-name.ts';
import { password } from './setting-kinds.ts';
import { ariAppOf, fleetSettings } from './fleet-settings.ts';
import type { FleetSettings } from './fleet-settings.ts';
import { placeFaults } from './hand-over-places.ts';
import type { Place } from './hand-over-places.ts';
import { speechSettings } from './speech-settings.ts';
import type { Environment, SpeechSettings } from './speech-settings.ts';
import { systemCode } from '../base/system-code.ts';
import type { ChatProvider } from '../llm/chat.ts';
import { dialectOf } from '../llm/dialect.ts';
import { chatModels } from './chat-models.ts';
import type { ChatModel, ChatModels } from './chat-models.ts';
import { SETTINGS, isSecret, settingNames } from './settings-table.ts';
import type { Setting, SettingName, SettingValues } from './settings-table.ts';
import { tracingSettings } from './tracing-settings.ts';

export type Settings = ReturnType<typeof grouped>;

export type { Environment } from './speech-settings.ts';

/**
 * Reads and checks all settings. A variable that is empty counts as not given.
 * Throws SETTINGS_INVALID whose message has a line for each fault.
 */
export function readSettings(env: Environment): Settings {
  const faults: string[] = [];
  const values = Object.fromEntries(
    settingNames().map((name) => [name, readSetting(name, env, faults)]),
  ) as unknown as SettingValues;
  const twilio = twilioSettings(values, faults);
  const hasAsterisk = isAsteriskGiven(values, env, faults);
  const has = { asterisk: hasAsterisk, twilio: twilio !== undefined };
  faults.push(
    ...placeFaults('DIALPLAN_FALLBACK', values.DIALPLAN_FALLBACK ?? [], has),
    ...placeFaults('TRANSFER_TARGETS', [...(values.TRANSFER_TARGETS?.values() ?? [])], has),
  );
  const speech = speechSettings(values, env, faults);
  const models = givenModels(values, faults);
  const fleet = fleetSettings(values, faults);
  const secretNames = values.BOT_SECRETS ?? [];
  const botSecrets = readBotSecrets(secretNames, env, faults);
  faults.push(...openDoors(values, env), ...slipsOfTheKeyboard(env, secretNames));
  if (faults.length > 0) throw new ParleyError('SETTINGS_INVALID', messageOf(faults));
  const ways = { telephones: { asterisk: hasAsterisk }, twilio, fleet };
  const httpPort = env['HTTP_PORT']?.trim() ? values.HTTP_PORT : (values.PORT ?? values.HTTP_PORT);
  return grouped({ ...values, HTTP_PORT: httpPort }, speech, botSecrets, models, ways);
}

/** Where the bots are, where Parley keeps things, and the bots' secrets: for commands that need nothing else. */
export interface BotSettings {
  readonly botsDir: string;
  readonly dataDir: string;
  readonly secrets: ReadonlyMap<string, string>;
}

/** Throws SETTINGS_INVALID whose message has a line for each fault of these. */
export function readBotSettings(env: Environment): BotSettings {
  const faults: string[] = [];
  const read = <Name extends SettingName>(name: Name) =>
    readSetting(name, env, faults) as SettingValues[Name];
  const [botsDir, dataDir] = [read('BOTS_DIR'), read('DATA_DIR')];
  const secrets = readBotSecrets(read('BOT_SECRETS') ?? [], env, faults);
  if (faults.length > 0) throw new ParleyError('SETTINGS_INVALID', messageOf(faults));
  return { botsDir, dataDir, secrets };
}

/** What Asterisk is told of Parley: for commands that need nothing else. Throws SETTINGS_INVALID whose message has a line for each fault. */
export function readAriSettings(env: Environment) {
  const faults: string[] = [];
  const read = <Name extends SettingName>(name: Name) =>
    readSetting(name, env, faults) as SettingValues[Name];
  const [app, username, given] = [read('ARI_APP'), read('ARI_USERNAME'), read('ARI_PASSWORD')];
  if (faults.length === 0 && username === undefined)
    faults.push('ARI_USERNAME: is missing; expected the user in ari.conf');
  if (faults.length === 0 && given === undefined)
    faults.push("ARI_PASSWORD: is missing; expected that user's password");
  if (faults.length > 0) throw new ParleyError('SETTINGS_INVALID', messageOf(faults));
  return { app, username: username ?? '', password: given ?? '' };
}

/** How the model is asked: for commands that need nothing else. */
export interface ChatSettings extends ChatModel {
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

/** `provider`: whose, if a bot names one. Throws SETTINGS_INVALID whose message has a line for each fault of these. */
export function readChatSettings(env: Environment, provider?: ChatProvider): ChatSettings {
  const faults: string[] = [];
  const read = <Name extends SettingName>(name: Name) =>
    readSetting(name, env, faults) as SettingValues[Name];
  const { first, named } = givenModels(
    {
      OPENAI_API_KEY: read('OPENAI_API_KEY'),
      OPENAI_BASE_URL: read('OPENAI_BASE_URL'),
      OPENAI_MODEL: read('OPENAI_MODEL'),
      GEMINI_API_KEY: read('GEMINI_API_KEY'),
      GEMINI_BASE_URL: read('GEMINI_BASE_URL'),
      GEMINI_MODEL: read('GEMINI_MODEL'),
    },
    faults,
  );
  const settings = {
    ...((provider && named[provider]) ?? first),
    firstTokenMs: read('LLM_FIRST_TOKEN_MS'),
    totalMs: read('LLM_TOTAL_MS'),
  };
  if (faults.length > 0) throw new ParleyError('SETTINGS_INVALID', messageOf(faults));
  return settings;
}

function grouped(
  values: SettingValues,
  speech: SpeechSettings,
  botSecrets: ReadonlyMap<string, string>,
  models: ChatModels,
  ways: {
    readonly telephones: TelephoneChoice;
    readonly twilio: TwilioChoice | undefined;
    /** Undefined where this daemon is alone. */
    readonly fleet: FleetSettings | undefined;
  },
) {
  return {
    ...ways,
    /** Of use where Asterisk is one of the telephones. */
    ari: {
      url: values.ARI_URL,
      username: values.ARI_USERNAME ?? '',
      password: values.ARI_PASSWORD ?? '',
      app: ariAppOf(values.ARI_APP, ways.fleet),
      listen: values.ARI_LISTEN,
    },
    media: { mode: values.MEDIA_MODE, format: values.MEDIA_FORMAT, dir: values.MEDIA_DIR },
    outbound: {
      trunks: trunksOf(values),
      ringMs: values.RING_SECONDS * 1000,
      ownNumbers: values.OUTBOUND_SHORT_NUMBERS,
    },
    /** The first that a caller's telephone can. */
    fallbacks: values.DIALPLAN_FALLBACK ?? [],
    operator: {
      transferTargets: values.TRANSFER_TARGETS ?? new Map<string, Place>(),
      // Whoever may read the words in the log may read them in the page, unless told otherwise.
      transcripts: values.HTTP_TRANSCRIPTS ?? (values.LOG_TRANSCRIPTS ? 'all' : 'own'),
    },
    drainMs: values.DRAIN_SECONDS * 1000,
    admission: {
      maxCalls: values.MAX_CALLS,
      maxLagMs: values.MAX_EVENT_LOOP_LAG_MS,
      synthesesPerSecond: values.TTS_QUOTA_PER_SECOND,
      recognitionsPerSecond: values.ASR_QUOTA_PER_SECOND,
    },
    bots: { dir: values.BOTS_DIR, secrets: botSecrets },
    tenants: { file: values.TENANTS_FILE },
    data: { dir: values.DATA_DIR },
    record: {
      policy: values.RECORD_CALLS,
      redaction: values.RECORD_REDACT,
      keepsPauses: values.RECORD_PAUSES,
      maxAgeMs: values.RECORD_KEEP_DAYS * 24 * 60 * 60 * 1000,
      maxBytes: values.RECORD_KEEP_MB * 1024 * 1024,
    },
    history: {
      maxAgeMs: values.HISTORY_KEEP_DAYS * 24 * 60 * 60 * 1000,
      maxBytes: values.HISTORY_KEEP_MB * 1024 * 1024,
    },
    http: {
      host: values.HTTP_HOST,
      port: values.HTTP_PORT,
      token: values.HTTP_TOKEN,
      trustedProxies: values.HTTP_TRUSTED_PROXIES ?? [],
    },
    log: { level: values.LOG_LEVEL, transcripts: values.LOG_TRANSCRIPTS },
    tracing: tracingSettings(values),
    results: { secret: values.RESULT_WEBHOOK_SECRET },
    alerts: {
      webhookUrl: values.ALERT_WEBHOOK_URL,
      pace: {
        windowMs: values.ALERT_WINDOW_SECONDS * 1000,
        minSamples: values.ALERT_MIN_SAMPLES,
        calmMs: values.ALERT_CALM_SECONDS * 1000,
      },
    },
    prices: {
      currency: values.PRICE_CURRENCY,
      synthesisRequest: values.PRICE_TTS_PER_REQUEST,
      synthesisMillionCharacters: values.PRICE_TTS_PER_MILLION_CHARS,
      googleMillionCharacters: values.PRICE_GOOGLE_TTS_PER_MILLION_CHARS,
      openaiMillionCharacters: values.PRICE_OPENAI_TTS_PER_MILLION_CHARS,
      recognitionUnit: values.PRICE_STT_PER_UNIT,
      inputMillionTokens: values.PRICE_LLM_INPUT_PER_MILLION_TOKENS,
      outputMillionTokens: values.PRICE_LLM_OUTPUT_PER_MILLION_TOKENS,
    },
    ...speech,
    openai: {
      ...models.first,
      named: models.named,
      fallback: fallbackOf(values, models),
    },
    asr: { timeoutMs: values.ASR_TIMEOUT_MS, eager: values.ASR_EAGER },
    llm: {
      firstTokenMs: values.LLM_FIRST_TOKEN_MS,
      totalMs: values.LLM_TOTAL_MS,
      keepWarm: values.LLM_KEEP_WARM,
    },
    tts: {
      firstAudioMs: values.TTS_FIRST_AUDIO_MS,
      channels: values.TTS_CHANNELS,
      window: values.TTS_WINDOW,
      cacheBytes: values.TTS_CACHE_MB * 1024 * 1024,
      breaker: {
        failures: values.TTS_BREAKER_FAILURES,
        openSeconds: values.TTS_BREAKER_OPEN_SECONDS,
        successes: values.TTS_BREAKER_SUCCESSES,
      },
    },
  } as const;
}

/** Half of what is missing is told as what most want. */
function givenModels(values: Parameters<typeof chatModels>[0], faults: string[]): ChatModels {
  const models = chatModels(values);
  if (models) return models;
  if (!faults.some((fault) => /^(OPENAI|GEMINI)_API_KEY/.test(fault)))
    faults.push(`OPENAI_API_KEY: is missing; expected ${SETTINGS.OPENAI_API_KEY.meaning}`);
  const nothing = { apiKey: '', baseUrl: '', model: '', dialect: 'openai' } as const;
  return { first: nothing, named: { openai: undefined, gemini: undefined } };
}

/** The second model, at the first one's endpoint unless it is said to be elsewhere. */
function fallbackOf(values: SettingValues, { first }: ChatModels) {
  const {
    OPENAI_FALLBACK_MODEL: model,
    OPENAI_FALLBACK_BASE_URL: url,
    OPENAI_FALLBACK_API_KEY: key,
  } = values;
  const baseUrl = url ?? first.baseUrl;
  return {
    model,
    apiKey: key ?? first.apiKey,
    baseUrl,
    dialect: url === undefined ? first.dialect : dialectOf(url),
    isGiven: [model, url, key].some((given) => given !== undefined),
  };
}

/** The last caller id serves the trunks that have none of their own. */
function trunksOf({ DIAL_TEMPLATE: templates = [], OUTBOUND_CALLER_ID: ids }: SettingValues) {
  const { trunks = [] } = ids ?? {};
  return templates.map((template, index) => ({ template, callerId: trunks[index] ?? trunks.at(-1) }));
}

/** What the setting is; notes what is wrong with it in `faults`. */
export function readSetting(name: SettingName, env: Environment, faults: string[]): unknown {
  const { kind, otherwise }: Setting = SETTINGS[name];
  const given = givenValue(name, env, faults);
  if (given === 'faulty') return undefined;
  if (given === undefined && otherwise === 'nothing') return undefined;
  const raw = given?.raw ?? (typeof otherwise === 'object' ? otherwise.value : '');
  const parsed = kind.schema.safeParse(raw);
  if (!parsed.success) faults.push(`${name}: ${shown(name, raw)}; expected ${kind.expected}`);
  return parsed.data;
}

/** The variable itself or, for a secret, the content of the file that `NAME_FILE` names. */
function givenValue(name: SettingName, env: Environment, faults: string[]) {
  return valueGiven(name, isSecret(name), env, faults);
}

function valueGiven(name: string, mayBeFile: boolean, env: Environment, faults: string[]) {
  const raw = env[name]?.trim() || undefined;
  const fileVariable = `${name}_FILE`;
  const file = mayBeFile ? env[fileVariable]?.trim() || undefined : undefined;
  if (file === undefined) return raw === undefined ? undefined : { raw };
  if (raw !== undefined) {
    faults.push(`${name}: is given, and ${fileVariable} too; expected one of them`);
    return 'faulty';
  }
  try {
    return { raw: readFileSync(file, 'utf8').trim() };
  } catch (error) {
    faults.push(
      `${fileVariable}: "${file}" cannot be read (${systemCode(error) ?? 'unknown reason'}); expected a file with the secret in it`,
    );
    return 'faulty';
  }
}

/** Each of those that BOT_SECRETS names, by its name. They go into headers and addresses: one line each. */
function readBotSecrets(
  names: readonly string[],
  env: Environment,
  faults: string[],
): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const name of names) {
    const given = valueGiven(name, true, env, faults);
    if (given === 'faulty') continue;
    if (given === undefined) faults.push(`${name}: is missing; BOT_SECRETS names it`);
    else if (!password.schema.safeParse(given.raw).success)
      faults.push(
        `${name}: has ${given.raw.length} characters and is not usable; expected ${password.expected}`,
      );
    else secrets.set(name, given.raw);
  }
  return secrets;
}

interface TelephoneChoice {
  readonly asterisk: boolean;
}

interface TwilioChoice {
  readonly accountSid: string;
  readonly authToken: string;
  readonly publicUrl: string;
  readonly wsUrl: string;
  readonly apiUrl: string;
  readonly callerId: string | undefined;
  readonly callsOut: 'stream' | 'classic';
  /** Through which servers know whose a call without a stream is. */
  readonly redisUrl: string | undefined;
}

/** Undefined where nothing of Twilio is given. */
function twilioSettings(values: SettingValues, faults: string[]): TwilioChoice | undefined {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, DOMAIN_NAME: host } = values;
  if (accountSid === undefined && authToken === undefined) return undefined;
  const publicUrl = values.PUBLIC_URL ?? (host === undefined ? undefined : `https://${host}`);
  if (accountSid === undefined)
    faults.push(`TWILIO_ACCOUNT_SID: is missing; expected ${SETTINGS.TWILIO_ACCOUNT_SID.kind.expected}`);
  if (authToken === undefined)
    faults.push(`TWILIO_AUTH_TOKEN: is missing; expected ${SETTINGS.TWILIO_AUTH_TOKEN.meaning}`);
  if (publicUrl === undefined)
    faults.push(
      'PUBLIC_URL, DOMAIN_NAME: none is given; expected one of them: Twilio must reach this service',
    );
  if (accountSid === undefined || authToken === undefined || publicUrl === undefined) return undefined;
  const wsUrl = values.WS_URL ?? `${publicUrl.replace(/^http/, 'ws')}/ws`;
  const callerId = values.OUTBOUND_CALLER_ID?.twilio ?? values.OUTBOUND_CALLER_ID?.trunks[0];
  const { TWILIO_API_URL: apiUrl, TWILIO_CALLS_OUT: callsOut, REDIS_URL: redisUrl } = values;
  return { accountSid, authToken, publicUrl, wsUrl, apiUrl, callerId, callsOut, redisUrl };
}

/** It need not be where Twilio is and nothing is said of a user; half of it is a fault. */
function isAsteriskGiven(values: SettingValues, env: Environment, faults: string[]): boolean {
  const { ARI_USERNAME: username, ARI_PASSWORD: password } = values;
  const isNamed = ['ARI_USERNAME', 'ARI_PASSWORD', 'ARI_PASSWORD_FILE'].some((name) => env[name]?.trim());
  const isTwilio = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_AUTH_TOKEN_FILE'].some((name) =>
    env[name]?.trim(),
  );
  if (!isNamed && isTwilio) return false;
  const isFaulty = (name: string) => faults.some((fault) => fault.startsWith(name));
  if (username === undefined && !isFaulty('ARI_USERNAME'))
    faults.push('ARI_USERNAME: is missing; expected the user in ari.conf');
  if (password === undefined && !isFaulty('ARI_PASSWORD'))
    faults.push("ARI_PASSWORD: is missing; expected that user's password");
  return true;
}

/** Orders to a running service must not be anybody's to give. */
function openDoors({ HTTP_HOST: host }: SettingValues, env: Environment): string[] {
  const hasToken = [env['HTTP_TOKEN'], env['HTTP_TOKEN_FILE']].some((given) => given?.trim());
  if (hasToken || isLoopback(host)) return [];
  return [
    `HTTP_TOKEN: is missing; others can reach HTTP_HOST "${host}"; expected ${SETTINGS.HTTP_TOKEN.kind.expected}`,
  ];
}

/** Variables that nobody reads although somebody surely meant one that is read and is not given. */
function slipsOfTheKeyboard(env: Environment, secretNames: readonly string[]): string[] {
  const readable = new Set<string>([
    ...settingNames().flatMap((name) => (isSecret(name) ? [name, `${name}_FILE`] : [name])),
    ...secretNames.flatMap((name) => [name, `${name}_FILE`]),
  ]);
  const missing = [...readable].filter((name) => !env[name]);
  return Object.keys(env)
    .filter((name) => env[name] && !readable.has(name))
    .map((name) => ({ name, meant: likelyMeant(name, missing) }))
    .filter(({ meant }) => meant.length > 0)
    .map(({ name, meant }) => `${name}: is no setting of Parley; did you mean ${meant.join(' or ')}?`);
}

/** What was given, as far as it may be told. */
function shown(name: SettingName, raw: string): string {
  if (isSecret(name)) return `has ${raw.length} characters and is not usable`;
  const withoutPassword = raw.replaceAll(/\/\/[^/@]*@/g, '//***@');
  return `is "${withoutPassword.length > 80 ? `${withoutPassword.slice(0, 80)}…` : withoutPassword}"`;
}

/** Of SETTINGS_INVALID. */
export function messageOf(faults: readonly string[]): string {
  const title = faults.length === 1 ? 'One setting is wrong:' : `${faults.length} settings are wrong:`;
  return [title, ...faults.map((fault) => `  ${fault}`), ''].join('\n');
}
