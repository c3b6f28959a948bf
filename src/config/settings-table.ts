/**
 * Every environment variable that Parley reads: what it means, what it is without being given, what it must look like.
 * The operator's documents (`.env.example`, docs/settings.md) name exactly these; a test holds them to it.
 */
import { namedPlaces, places } from './hand-over-places.ts';
import {
  addresses,
  accountSid,
  ariUrl,
  callerIds,
  currency,
  dialTemplates,
  flag,
  grpcUrl,
  headers,
  hostName,
  httpUrl,
  key,
  listenAddress,
  oneOf,
  password,
  path,
  port,
  recordPolicy,
  price,
  secretUrl,
  shortNumbers,
  speechProviders,
  text,
  token,
  variableNames,
  whole,
  wsUrl,
} from './setting-kinds.ts';
import { optional, or } from './setting.ts';
import type { Setting } from './setting.ts';
import { GUARDS_SETTINGS } from './guards-table.ts';
import { STORES_SETTINGS } from './stores-table.ts';

export type { Setting } from './setting.ts';

export const SETTINGS = {
  ARI_URL: or('http://127.0.0.1:8088', ariUrl, "Asterisk's HTTP server, without /ari"),
  ARI_USERNAME: optional(text, 'the user in ari.conf; required, unless Twilio is the telephone'),
  ARI_PASSWORD: optional(password, "that user's password"),
  ARI_APP: or('voicebot', text, 'the application that Stasis() names in the dialplan'),
  ARI_LISTEN: optional(
    listenAddress,
    'where Asterisk connects to (outbound_websocket in ari.conf); if not given, Parley connects to ARI_URL',
  ),

  TWILIO_ACCOUNT_SID: optional(accountSid, 'the account at Twilio; without it there is no Twilio'),
  TWILIO_AUTH_TOKEN: optional(key, "the account's primary auth token: it signs what Twilio asks for"),
  PUBLIC_URL: optional(httpUrl, 'how Twilio reaches this service, such as https://voice.example.com'),
  DOMAIN_NAME: optional(hostName, 'the host of PUBLIC_URL, where that is https'),
  WS_URL: optional(wsUrl, 'where Twilio brings the audio; /ws of PUBLIC_URL if not given'),
  TWILIO_API_URL: or('https://api.twilio.com', httpUrl, 'where calls are ended, put through and made'),
  TWILIO_CALLS_OUT: or(
    'stream',
    oneOf('stream', 'classic'),
    'how calls that Parley makes over Twilio are talked: classic for an account without streams',
  ),

  DIAL_TEMPLATE: optional(
    dialTemplates,
    'how Asterisk calls a number: PJSIP/{number}@trunk; further ways, divided by semicolons, where the first is out of service',
  ),
  OUTBOUND_CALLER_ID: optional(
    callerIds,
    'what the callee sees: one for each way of DIAL_TEMPLATE, divided by semicolons; twilio=NUMBER over Twilio',
  ),
  OUTBOUND_SHORT_NUMBERS: optional(
    shortNumbers,
    "short numbers of one's own house that may be called though they are emergency numbers elsewhere, such as 101,102",
  ),
  RING_SECONDS: or('40', whole('seconds', 5, 180), 'how long a call that Parley makes may ring'),

  MEDIA_MODE: or(
    'auto',
    oneOf('auto', 'file', 'stream'),
    'how audio travels: file, stream, or auto: stream where Asterisk can',
  ),
  MEDIA_FORMAT: or(
    'slin16',
    oneOf('slin16', 'slin', 'ulaw'),
    'what stream mode carries: 16 kHz, 8 kHz, or G.711',
  ),
  MEDIA_DIR: or('data/media', path, 'sound files for Asterisk to play; both must see it under the same path'),
  DIALPLAN_FALLBACK: optional(
    places,
    'where a call goes that Parley cannot serve: context,extension,priority for Asterisk, a number for Twilio; or both, divided by ;',
  ),
  TRANSFER_TARGETS: optional(
    namedPlaces,
    'places that operators transfer callers to, by name: NAME=context,extension,priority; for callers over Twilio NAME=+NUMBER; …',
  ),
  DRAIN_SECONDS: or(
    '180',
    whole('seconds', 0, 86_400),
    'how long live calls may go on after SIGTERM; most last less than three minutes',
  ),
  MAX_CALLS: or(
    '100',
    whole('calls', 1, 10_000),
    'calls at once; a further one goes to the fallback unanswered',
  ),
  MAX_EVENT_LOOP_LAG_MS: or(
    '50',
    whole('milliseconds', 5, 10_000),
    'no further call while the process is this late on average: speech would stutter',
  ),
  BOTS_DIR: or('config/bots', path, 'the bot profiles, NAME.yaml each'),
  TENANTS_FILE: optional(
    path,
    'who shares this service, in YAML: whose each number and each bot is, and how much of the service is theirs',
  ),
  BOT_SECRETS: optional(
    variableNames,
    'variables that bot profiles may use as ${NAME}, divided by commas: each is given itself, or as NAME_FILE',
  ),
  DATA_DIR: or('data', path, 'what Parley keeps for itself'),

  RECORD_CALLS: or(
    'off',
    recordPolicy,
    'which calls are kept under DATA_DIR/calls: off, all, alerts (where something was slow or failed), or a share such as 10%',
  ),
  RECORD_REDACT: or(
    'none',
    oneOf('none', 'text', 'audio'),
    'what is masked before that: nothing, digits and names in texts, or those in the audio as well',
  ),
  RECORD_PAUSES: or(
    'false',
    flag,
    'true keeps beside each recorded call where the caller has paused, and what the words sounded like: parley tune learns of it',
  ),
  RECORD_KEEP_DAYS: or('30', whole('days', 0, 3650), 'recorded calls older than that are deleted'),
  RECORD_KEEP_MB: or('10240', whole('mebibytes', 1, 100_000_000), 'beyond so much, the oldest are deleted'),
  HISTORY_KEEP_DAYS: or(
    '90',
    whole('days', 0, 3650),
    'how long ended calls can be searched and looked at; 0 keeps none',
  ),
  HISTORY_KEEP_MB: or(
    '1024',
    whole('mebibytes', 1, 1_000_000),
    'beyond so much on disk, the oldest are deleted; a call of three minutes takes about 10 KiB',
  ),

  HTTP_HOST: or('127.0.0.1', text, 'the address that the HTTP interface listens on'),
  HTTP_PORT: or('8080', port, 'its port; 0 takes any free one'),
  PORT: optional(port, 'another name of HTTP_PORT, which goes before it'),
  HTTP_TOKEN: optional(
    token,
    'whoever asks for more than health must show it; required where others reach HTTP_HOST',
  ),
  HTTP_TRUSTED_PROXIES: optional(
    addresses,
    'proxies that may say in X-Forwarded-For for whom they ask: what bounds one address then bounds each of those',
  ),
  HTTP_TRANSCRIPTS: optional(
    oneOf('all', 'own'),
    "whose words and numbers the page shows: all callers', or those of calls from the page alone; as LOG_TRANSCRIPTS if not given",
  ),

  SPEECH_API_OPEN: optional(
    flag,
    'true lets whoever is on this machine use the speech API without a key, false nobody; if not given, as long as there is no key',
  ),

  VOICE_MAX_CONCURRENT: or(
    '100',
    whole('requests', 1, 100_000),
    'what the speech API speaks and recognises at once; each may hold 25 MB',
  ),
  SPEECH_API_KEYS_FILE: or('data/speech-keys.json', path, 'the keys of the speech API: `parley keys`'),
  SPEECH_SIGNATURE_SECRET: optional(
    token,
    'whoever shows a key of the speech API signs each request with it as well',
  ),
  SPEECH_TTS_PER_MINUTE: or(
    '50',
    whole('requests a minute', 1, 1_000_000),
    'what a key may have spoken, unless it has a bound of its own',
  ),
  SPEECH_STT_PER_MINUTE: or('100', whole('requests a minute', 1, 1_000_000), 'what it may have recognised'),

  SPEECH_HEDGE: or(
    'false',
    flag,
    'true asks a second provider where the first is slower than 19 of 20 times: sooner, for some requests more',
  ),
  ...STORES_SETTINGS,
  ...GUARDS_SETTINGS,

  LOG_LEVEL: or(
    'info',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
    'the least important lines that are written',
  ),
  LOG_TRANSCRIPTS: or('false', flag, 'true writes phone numbers and what was said into the log'),

  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    httpUrl,
    'the collector of traces, over HTTP, such as http://127.0.0.1:4318; nothing is traced without',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(
    httpUrl,
    'where traces are posted, whole; /v1/traces of the collector if not given',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: optional(
    headers,
    'what the collector is shown, such as authorization=Bearer%20KEY; divided by commas',
  ),
  OTEL_SERVICE_NAME: or('parley', text, 'how traces name this service'),
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: or(
    'false',
    flag,
    'true writes what was said into traces',
  ),

  RESULT_WEBHOOK_SECRET: optional(
    token,
    'signs the results of calls that are posted to the webhook of a bot; unsigned without',
  ),

  ALERT_WEBHOOK_URL: optional(secretUrl, 'where alerts are posted as JSON; never shown'),
  ALERT_WINDOW_SECONDS: or(
    '300',
    whole('seconds', 1, 3600),
    'how far back an alert looks at what went wrong',
  ),
  ALERT_MIN_SAMPLES: or(
    '10',
    whole('samples', 1, 10_000),
    'with fewer turns or requests in that time no alert is raised',
  ),
  ALERT_CALM_SECONDS: or('60', whole('seconds', 0, 86_400), 'how long all must be well to clear an alert'),

  PRICE_CURRENCY: or('RUB', currency, 'of the prices, which are 0 for no cost to be shown'),
  PRICE_TTS_PER_REQUEST: or('0', price, 'a synthesis over gRPC (v3): Yandex bills requests'),
  PRICE_TTS_PER_MILLION_CHARS: or('0', price, 'synthesis over HTTP (v1): Yandex bills characters'),
  PRICE_GOOGLE_TTS_PER_MILLION_CHARS: or('0', price, 'synthesis by Google'),
  PRICE_OPENAI_TTS_PER_MILLION_CHARS: or(
    '0',
    price,
    'synthesis by OpenAI; of models that bill audio: a minute of speech has about 900 characters',
  ),
  PRICE_STT_PER_UNIT: or('0', price, 'recognition of up to 15 s of speech: Yandex rounds up to that'),
  PRICE_LLM_INPUT_PER_MILLION_TOKENS: or('0', price, 'what the model reads'),
  PRICE_LLM_OUTPUT_PER_MILLION_TOKENS: or('0', price, 'what the model writes'),

  SPEECH_PROVIDERS: or(
    'yandex',
    speechProviders,
    'who speaks and hears, in the order in which they are asked; the next one where one fails',
  ),
  YANDEX_API_KEY: optional(key, "a service account's API key; or one of the next two"),
  YANDEX_SERVICE_ACCOUNT_KEY_FILE: optional(path, "a service account's authorized key (JSON)"),
  YANDEX_IAM_TOKEN: optional(key, 'an IAM token; good for 12 hours at most, for trying things out'),
  YANDEX_FOLDER_ID: optional(text, 'the folder that pays for the speech; required for yandex'),
  YANDEX_TTS_GRPC_URL: or('grpcs://tts.api.cloud.yandex.net:443', grpcUrl, 'synthesis'),
  YANDEX_STT_GRPC_URL: or('grpcs://stt.api.cloud.yandex.net:443', grpcUrl, 'streaming recognition'),
  YANDEX_TTS_HTTP_URL: or(
    'https://tts.api.cloud.yandex.net/speech/v1/tts:synthesize',
    httpUrl,
    'synthesis when gRPC fails or is late',
  ),
  YANDEX_STT_HTTP_URL: or(
    'https://stt.api.cloud.yandex.net/speech/v1/stt:recognize',
    httpUrl,
    'recognition of whole utterances',
  ),
  YANDEX_IAM_URL: or(
    'https://iam.api.cloud.yandex.net/iam/v1/tokens',
    httpUrl,
    'tokens for a service-account key',
  ),

  GOOGLE_APPLICATION_CREDENTIALS: optional(
    path,
    'the key file (JSON) of a service account; required for google',
  ),
  GOOGLE_TTS_GRPC_URL: or('grpcs://texttospeech.googleapis.com:443', grpcUrl, "Google's synthesis"),
  GOOGLE_STT_GRPC_URL: or(
    'grpcs://speech.googleapis.com:443',
    grpcUrl,
    "Google's recognition; that of a region where GOOGLE_STT_LOCATION names one",
  ),
  GOOGLE_STT_LOCATION: or(
    'global',
    text,
    'where recognition is done: global, or a region such as europe-west4',
  ),
  GOOGLE_STT_MODEL: or(
    'long',
    text,
    'the model that hears: not every one is everywhere, nor in every language',
  ),

  OPENAI_SPEECH_API_KEY: optional(key, 'the key for speech; a server of your own may ask for none'),
  OPENAI_SPEECH_BASE_URL: or(
    'https://api.openai.com/v1',
    httpUrl,
    "any server that speaks OpenAI's protocol for audio",
  ),
  OPENAI_SPEECH_TTS_MODEL: or('gpt-4o-mini-tts', text, 'the model that speaks'),
  OPENAI_SPEECH_STT_MODEL: or('gpt-4o-mini-transcribe', text, 'the model that hears'),

  OPENAI_API_KEY: optional(
    key,
    'the key for the chat endpoint; any word if it asks for none; required, unless GEMINI_API_KEY is given',
  ),
  OPENAI_BASE_URL: or('https://api.openai.com/v1', httpUrl, 'any endpoint that speaks the same protocol'),
  OPENAI_MODEL: or('gpt-4.1-mini', text, 'the model, unless a bot profile names another'),
  OPENAI_FALLBACK_MODEL: optional(
    text,
    'a second model, asked when the first is late or fails; none without it',
  ),
  OPENAI_FALLBACK_BASE_URL: optional(httpUrl, 'where the second model is; OPENAI_BASE_URL if not given'),
  OPENAI_FALLBACK_API_KEY: optional(key, 'the key for it; OPENAI_API_KEY if not given'),

  GEMINI_API_KEY: optional(
    key,
    "a key for Google's models; bots ask them that say so, and all of them where there is no OPENAI_API_KEY",
  ),
  GEMINI_BASE_URL: or(
    'https://generativelanguage.googleapis.com/v1beta/openai',
    httpUrl,
    "where Google's models speak OpenAI's protocol",
  ),
  GEMINI_MODEL: or('gemini-2.5-flash', text, 'the model of Google, unless a bot profile names another'),

  ASR_TIMEOUT_MS: or('4000', whole('milliseconds', 100, 60_000), "how long an utterance's text may take"),
  ASR_EAGER: or('true', flag, 'false asks for the text only once the turn is over'),
  LLM_FIRST_TOKEN_MS: or(
    '4000',
    whole('milliseconds', 100, 60_000),
    "how long the model's first word may take",
  ),
  LLM_TOTAL_MS: or(
    '30000',
    whole('milliseconds', 1000, 300_000),
    'how long a whole answer of the model may take',
  ),
  LLM_KEEP_WARM: or(
    'auto',
    oneOf('auto', 'on', 'off'),
    "keeps a model of one's own server loaded by asking it now and then; auto: where OPENAI_BASE_URL is private",
  ),
  TTS_FIRST_AUDIO_MS: or(
    '700',
    whole('milliseconds', 50, 10_000),
    'how long a synthesizer may take to the first sound before the next one is asked',
  ),
  TTS_CHANNELS: or('4', whole('connections', 1, 64), 'gRPC connections kept open for synthesis'),
  TTS_WINDOW: or(
    '3',
    whole('chunks', 0, 16),
    'chunks of an answer that are synthesized at once, ahead of playback',
  ),
  TTS_CACHE_MB: or('64', whole('mebibytes', 0, 4096), 'memory for speech that was synthesized before'),
  TTS_QUOTA_PER_SECOND: or(
    '40',
    whole('requests a second', 1, 100_000),
    'syntheses that the provider grants, in a fleet all daemons together; no further call when they run short',
  ),
  ASR_QUOTA_PER_SECOND: or(
    '20',
    whole('requests a second', 1, 100_000),
    'recognitions that it grants, in a fleet all together; 40 where only streams are recognised',
  ),
  TTS_BREAKER_FAILURES: or(
    '5',
    whole('failures', 1, 1000),
    'failures in a row after which a provider of speech rests',
  ),
  TTS_BREAKER_OPEN_SECONDS: or('60', whole('seconds', 1, 3600), 'how long it rests'),
  TTS_BREAKER_SUCCESSES: or(
    '3',
    whole('successes', 1, 1000),
    'successes in a row after which it is trusted again',
  ),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** What a setting's variable becomes once it is read. */
export type SettingValues = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer T>
    ? T | ((typeof SETTINGS)[Name]['otherwise'] extends 'nothing' ? undefined : never)
    : never;
};

/** A secret is never shown, and can be given as a file that holds it: `NAME_FILE`. */
export function isSecret(name: SettingName): boolean {
  const { kind }: Setting = SETTINGS[name];
  return kind.secret === true;
}

export function settingNames(): readonly SettingName[] {
  return Object.keys(SETTINGS) as SettingName[];
}
