/** The vendors of speech that the settings name, in their order, each with its interfaces, bare. */
import { systemClock } from '../base/clock.ts';
import { reaches } from '../base/reaches.ts';
import type { Log } from '../base/log.ts';
import type { SpeechProviderName } from '../config/setting-kinds.ts';
import type { Settings } from '../config/settings.ts';
import type { YandexCredentials } from '../config/speech-settings.ts';
import type { ChannelPools } from '../ops/provider-metrics.ts';
import { EspeakSynthesizer } from '../speech/espeak/espeak-synthesizer.ts';
import { GoogleRecognizer } from '../speech/google/google-recognizer.ts';
import { GoogleSynthesizer } from '../speech/google/google-synthesizer.ts';
import { bearerFor, readServiceAccount } from '../speech/google/service-account.ts';
import { OpenAiRecognizer } from '../speech/openai/openai-recognizer.ts';
import { openAiIsThere } from '../speech/openai/is-there.ts';
import { OpenAiSynthesizer } from '../speech/openai/openai-synthesizer.ts';
import type { SpeechVendor as ProbedVendor, VendorModels } from '../speech-api/vendor.ts';
import type { RecognitionProvider } from '../speech/recognition/recognizer.ts';
import type { SynthesisProvider } from '../speech/synthesis/provider.ts';
import { CHANNEL_POOL_DEFAULTS } from '../speech/yandex/channel-pool.ts';
import {
  apiKeyCredentials,
  iamTokenCredentials,
  serviceAccountCredentials,
} from '../speech/yandex/credentials.ts';
import type { Credentials } from '../speech/yandex/credentials.ts';
import { ShortRecognizer } from '../speech/yandex/recognition/short-recognizer.ts';
import { StreamingRecognizer } from '../speech/yandex/recognition/streaming-recognizer.ts';
import { GrpcSynthesizer } from '../speech/yandex/synthesis/grpc-synthesizer.ts';
import { HttpSynthesizer } from '../speech/yandex/synthesis/http-synthesizer.ts';

/** What may keep connections. */
type Pooled<Provider> = Provider & { readonly channels?: ChannelPools | undefined };

/** What is needed of the settings. */
export type VendorSettings = Pick<Settings, 'speech' | 'yandex' | 'google' | 'openaiSpeech'> & {
  readonly tts: Pick<Settings['tts'], 'channels'>;
  readonly asr: Pick<Settings['asr'], 'timeoutMs'>;
};

/** Each function makes new ones, which whoever calls it closes. */
export interface SpeechVendor {
  readonly name: SpeechProviderName;
  /** Who speaks, the best first. */
  readonly synthesizers: () => readonly Pooled<SynthesisProvider>[];
  /** Who hears live speech while it is spoken, if anybody. Connects in the background. */
  readonly streaming: () => Pooled<RecognitionProvider> | undefined;
  /** Who hears whole utterances, if anybody. */
  readonly whole: () => RecognitionProvider | undefined;
  /** Where the settings choose among several. */
  readonly models?: VendorModels;
  /** As the speech API asks whether it is there. */
  readonly probe?: ProbedVendor['probe'];
}

/** Reads the keys that lie in files. Throws CREDENTIALS_INVALID. */
export async function speechVendors(settings: VendorSettings, log: Log): Promise<readonly SpeechVendor[]> {
  const vendors: Record<SpeechProviderName, () => Promise<SpeechVendor>> = {
    yandex: () => yandex(settings, log),
    google: () => google(settings),
    openai: async () => openai(settings),
    espeak: async () => espeak(),
  };
  return Promise.all(settings.speech.providers.map((name) => vendors[name]()));
}

async function yandex({ yandex, tts, asr }: VendorSettings, log: Log): Promise<SpeechVendor> {
  const { ttsGrpcUrl, ttsHttpUrl, sttGrpcUrl, sttHttpUrl, folderId } = yandex;
  if (!yandex.credentials) throw new Error('whoever is asked has credentials');
  const credentials = await yandexCredentials(yandex.credentials, folderId, yandex.iamUrl);
  const clock = systemClock;
  const settings = { ...CHANNEL_POOL_DEFAULTS, channels: tts.channels };
  return {
    name: 'yandex',
    // Whatever it answers is billed.
    probe: (signal) => reaches(ttsGrpcUrl, signal),
    synthesizers: () => [
      new GrpcSynthesizer({ url: ttsGrpcUrl, credentials, clock, log, settings }),
      new HttpSynthesizer({ url: ttsHttpUrl, credentials, folderId }),
    ],
    streaming: () => new StreamingRecognizer({ url: sttGrpcUrl, credentials, clock, log }),
    whole: () =>
      new ShortRecognizer({ url: sttHttpUrl, folderId, credentials, clock, deadlineMs: asr.timeoutMs }),
  };
}

function yandexCredentials(
  credentials: YandexCredentials,
  folderId: string,
  iamUrl: string,
): Credentials | Promise<Credentials> {
  switch (credentials.kind) {
    case 'apiKey':
      return apiKeyCredentials(credentials.apiKey, { folderId });
    case 'iamToken':
      return iamTokenCredentials(credentials.iamToken, { folderId });
    case 'serviceAccountKeyFile':
      return serviceAccountCredentials(credentials.path, { folderId, iamUrl });
  }
}

async function google({ google }: VendorSettings): Promise<SpeechVendor> {
  const { keyPath, ttsUrl, sttUrl, location, model } = google;
  const account = await readServiceAccount(keyPath ?? '');
  const { projectId } = account;
  const speaking = { url: ttsUrl, bearer: bearerFor(account, 'https://texttospeech.googleapis.com/') };
  const bearer = bearerFor(account, 'https://speech.googleapis.com/');
  const recognizer = (hearing: 'live' | 'whole') =>
    new GoogleRecognizer({ url: sttUrl, bearer, projectId, location, model, hearing });
  return {
    name: 'google',
    probe: (signal) => reaches(ttsUrl, signal),
    synthesizers: () => [new GoogleSynthesizer(speaking)],
    streaming: () => recognizer('live'),
    whole: () => recognizer('whole'),
    models: { speaks: 'google', hears: `${model} of ${location}` },
  };
}

function openai({ openaiSpeech, asr }: VendorSettings): SpeechVendor {
  const { ttsModel, sttModel, ...where } = openaiSpeech;
  return {
    name: 'openai',
    probe: (signal) => openAiIsThere(where, signal),
    synthesizers: () => [new OpenAiSynthesizer({ ...where, model: ttsModel })],
    streaming: () => undefined,
    whole: () => new OpenAiRecognizer({ ...where, model: sttModel, deadlineMs: asr.timeoutMs }),
    // Two servers of one kind may mean different voices by one name.
    models: { speaks: `${ttsModel} of ${where.baseUrl}`, hears: `${sttModel} of ${where.baseUrl}` },
  };
}

function espeak(): SpeechVendor {
  return {
    name: 'espeak',
    synthesizers: () => [new EspeakSynthesizer()],
    streaming: () => undefined,
    whole: () => undefined,
  };
}
