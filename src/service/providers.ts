/** Who hears, thinks and speaks: the providers that the settings name, stacked in the open, so that what wraps what can be read. */
import type { OnFallback } from '../alerts/watch-providers.ts';
import type { RecognitionProvider } from '../speech/recognition/recognizer.ts';
import { ShortRecognizer } from '../speech/yandex/recognition/short-recognizer.ts';
import { StreamingRecognizer } from '../speech/yandex/recognition/streaming-recognizer.ts';
import { systemClock } from '../base/clock.ts';
import { errorCode } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import type { Log } from '../base/log.ts';
import { SeldomOfEach } from '../base/seldom.ts';
import type { Settings } from '../config/settings.ts';
import { ChatEndpoint } from '../llm/chat-endpoint.ts';
import { keptWarm, WARM_UP_MS } from '../llm/kept-warm.ts';
import { createOpenAiChat } from '../llm/openai.ts';
import type { OpenAiChat, OpenAiOptions } from '../llm/openai.ts';
import { isOwnServer } from '../llm/own-server.ts';
import { SecondChat } from '../llm/second-chat.ts';
import type { SecondChatOptions } from '../llm/second-chat.ts';
import { BreakerSynthesizer } from '../speech/synthesis/breaker.ts';
import { CachingSynthesizer } from '../speech/synthesis/cache.ts';
import type { CacheLookup } from '../speech/synthesis/cache.ts';
import { FAILOVER_DEFAULTS, FailoverSynthesizer } from '../speech/synthesis/failover.ts';
import type { SynthesisProvider } from '../speech/synthesis/provider.ts';
import type { Synthesizer } from '../speech/synthesis/synthesizer.ts';
import { GrpcSynthesizer } from '../speech/yandex/synthesis/grpc-synthesizer.ts';
import { HttpSynthesizer } from '../speech/yandex/synthesis/http-synthesizer.ts';
import { CHANNEL_POOL_DEFAULTS } from '../speech/yandex/channel-pool.ts';
import type { ToolJournal } from '../tools/journal/tool-journal.ts';
import { abilitiesWith } from './bot-abilities.ts';
import {
  apiKeyCredentials,
  iamTokenCredentials,
  serviceAccountCredentials,
} from '../speech/yandex/credentials.ts';
import type { Credentials } from '../speech/yandex/credentials.ts';

/** A replay's tools are nobody's to go on with, and the service that runs keeps the journal. */
const NO_JOURNAL: ToolJournal = { begun: () => Promise.resolve(), ended: () => Promise.resolve() };

/** The providers as a call is given them, without a telephone: what replays ask instead of what was recorded. */
export async function connectProviders(settings: Settings) {
  const credentials = await credentialsOf(settings);
  const nobody = () => undefined;
  const { synthesizer } = synthesizerOf(settings, credentials, silentLog, {
    onRequest: nobody,
    onAttempt: nobody,
    onFallback: nobody,
    onLookup: nobody,
  });
  const recognizer = recognizerOf(settings, credentials);
  const chat = chatOf(settings, silentLog);
  const abilities = abilitiesWith(settings, silentLog, NO_JOURNAL);
  const all = [recognizer, chat, synthesizer, abilities];
  return {
    recognizer,
    chat,
    synthesizer,
    abilitiesOf: abilities.of,
    close: async () => void (await Promise.all(all.map((each) => each.close()))),
  };
}

export async function credentialsOf({ yandex }: Settings): Promise<Credentials> {
  const { credentials, folderId, iamUrl } = yandex;
  switch (credentials.kind) {
    case 'apiKey':
      return apiKeyCredentials(credentials.apiKey, { folderId });
    case 'iamToken':
      return iamTokenCredentials(credentials.iamToken, { folderId });
    case 'serviceAccountKeyFile':
      return serviceAccountCredentials(credentials.path, { folderId, iamUrl });
  }
}

/** The two ways to synthesize, bare. */
export function synthesizers({ yandex, tts }: Settings, credentials: Credentials, log: Log) {
  const grpc = new GrpcSynthesizer({
    url: yandex.ttsGrpcUrl,
    credentials,
    clock: systemClock,
    log,
    settings: { ...CHANNEL_POOL_DEFAULTS, channels: tts.channels },
  });
  const http = new HttpSynthesizer({ url: yandex.ttsHttpUrl, credentials, folderId: yandex.folderId });
  return { grpc, http };
}

interface SynthesisObserver {
  /** What the cache could not answer. */
  readonly onRequest: () => void;
  /** What goes to a provider. */
  readonly onAttempt: () => void;
  readonly onFallback: OnFallback;
  readonly onLookup: (lookup: CacheLookup) => void;
}

/** One synthesizer out of many: memory, then gRPC while it is well, else HTTP. */
export function synthesizerOf(
  settings: Settings,
  credentials: Credentials,
  log: Log,
  { onRequest, onAttempt, onFallback, onLookup }: SynthesisObserver,
): {
  readonly synthesizer: Synthesizer;
  readonly breakers: readonly BreakerSynthesizer[];
  readonly grpc: GrpcSynthesizer;
} {
  const { tts } = settings;
  const clock = systemClock;
  const { grpc, http } = synthesizers(settings, credentials, log);
  const guarded = (synthesizer: SynthesisProvider) =>
    new BreakerSynthesizer(synthesizer, {
      clock,
      onAdmitted: onAttempt,
      settings: {
        failuresToOpen: tts.breaker.failures,
        openMs: tts.breaker.openSeconds * 1000,
        successesToClose: tts.breaker.successes,
      },
      onChange: (change) =>
        log.warn({ event: 'synthesis.breaker', ...change }, 'a synthesizer rests, or is trusted again'),
    });
  const breakers = [guarded(grpc), guarded(http)] as const;
  const seldom = new SeldomOfEach(clock);
  const failover = new FailoverSynthesizer({
    providers: breakers,
    clock,
    onRequest,
    settings: {
      ...FAILOVER_DEFAULTS,
      patience: { ...FAILOVER_DEFAULTS.patience, firstAudioMs: tts.firstAudioMs },
    },
    onFallback: (fallback) => {
      seldom.happened(`${fallback.from} ${errorCode(fallback.error)}`, (times) =>
        log.warn({ event: 'synthesis.fallback', ...fallback, times }, 'another synthesizer speaks'),
      );
      onFallback(fallback);
    },
  });
  const synthesizer =
    tts.cacheBytes === 0
      ? failover
      : new CachingSynthesizer(failover, { settings: { maxBytes: tts.cacheBytes }, onLookup });
  return { synthesizer, breakers, grpc };
}

export function recognizerOf({ yandex, asr }: Settings, credentials: Credentials): RecognitionProvider {
  return new ShortRecognizer({
    url: yandex.sttHttpUrl,
    folderId: yandex.folderId,
    credentials,
    clock: systemClock,
    deadlineMs: asr.timeoutMs,
  });
}

/** Who hears live speech while it is spoken. Undefined where MEDIA_MODE is `file`: there is none. Connects in the background. */
export function streamingRecognizerOf(
  { yandex, media }: Settings,
  credentials: Credentials,
  log: Log,
): StreamingRecognizer | undefined {
  const clock = systemClock;
  return media.mode === 'file'
    ? undefined
    : new StreamingRecognizer({ url: yandex.sttGrpcUrl, credentials, clock, log });
}

/** The model as it is asked once in a while: by the doctor, by replays. */
export function chatOf(settings: Settings, log: Log): OpenAiChat {
  return createOpenAiChat(chatOptions(settings, log));
}

/**
 * The model as calls ask it, with a second one behind it. Without OPENAI_FALLBACK_MODEL only bots that name a second model have one, at the
 * same endpoint.
 */
export function answeringChatOf(
  settings: Settings,
  log: Log,
  onSecond: SecondChatOptions['onSecond'],
): OpenAiChat {
  const { model, apiKey, baseUrl } = settings.openai.fallback;
  const first = keptChatOf(settings, log);
  const second = createOpenAiChat({ ...chatOptions(settings, log), apiKey, baseUrl });
  const both = new SecondChat({ first, second, model, clock: systemClock, log, onSecond });
  return {
    name: both.name,
    hasSecond: both.hasSecond,
    reply: (request, signal) => both.reply(request, signal),
    close: async () => void (await Promise.all([first.close(), second.close()])),
  };
}

/** The model loaded before calls ask it, where it is a server's that loads models. */
function keptChatOf(settings: Settings, log: Log): OpenAiChat {
  const options = chatOptions(settings, log);
  const { keepWarm } = settings.llm;
  if (keepWarm === 'off' || (keepWarm === 'auto' && !isOwnServer(options.baseUrl)))
    return chatOf(settings, log);
  const endpoint = new ChatEndpoint(options);
  const patience = { firstTokenMs: WARM_UP_MS, totalMs: WARM_UP_MS };
  return keptWarm({
    chat: createOpenAiChat(options, endpoint),
    patient: createOpenAiChat({ ...options, ...patience, log: silentLog }, endpoint),
    clock: systemClock,
    log,
  });
}

function chatOptions({ openai, llm, prices }: Settings, log: Log): OpenAiOptions {
  const { firstTokenMs, totalMs } = llm;
  const asksUsage = prices.inputMillionTokens > 0 || prices.outputMillionTokens > 0;
  return { ...openai, firstTokenMs, totalMs, asksUsage, clock: systemClock, log };
}
