/**
 * Builds the service from its settings: the only file that knows every room. Providers are stacked here, in the open, so that what
 * wraps what can be read from top to bottom.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Recognizer } from './asr/recognizer.ts';
import { ShortRecognizer } from './asr/yandex/short-recognizer.ts';
import { systemClock } from './base/clock.ts';
import { silentLog } from './base/log.ts';
import type { Log } from './base/log.ts';
import { projectRoot } from './base/project-root.ts';
import { PhraseBook } from './call/phrase-book.ts';
import type { ShippedPhrases } from './call/phrase-book.ts';
import { Reception } from './call/reception.ts';
import { loadShippedPhrases } from './call/shipped-phrases.ts';
import type { Timeline } from './call/timeline.ts';
import { loadBots } from './config/bots.ts';
import type { Bots } from './config/bots.ts';
import type { Settings } from './config/settings.ts';
import type { Chat } from './llm/chat.ts';
import { createOpenAiChat } from './llm/openai.ts';
import type { DoctorPorts } from './ops/doctor/examine.ts';
import { chooseMedia } from './media.ts';
import { startHttp } from './ops/http.ts';
import { logTurns } from './ops/turn-log.ts';
import { askAsteriskInfo } from './telephony/asterisk/ari.ts';
import { connectAriPatiently } from './telephony/asterisk/patient-connection.ts';
import type { SpeechDetector } from './telephony/asterisk/stream/speech-detector.ts';
import { openSwitchboard } from './telephony/asterisk/switchboard.ts';
import { BreakerSynthesizer } from './tts/breaker.ts';
import { CachingSynthesizer } from './tts/cache.ts';
import { DiskCache } from './tts/disk-cache.ts';
import { FAILOVER_DEFAULTS, FailoverSynthesizer } from './tts/failover.ts';
import type { Synthesizer } from './tts/synthesizer.ts';
import { GrpcSynthesizer } from './tts/yandex/grpc-synthesizer.ts';
import { HttpSynthesizer } from './tts/yandex/http-synthesizer.ts';
import { CHANNEL_POOL_DEFAULTS } from './yandex/channel-pool.ts';
import { apiKeyCredentials, iamTokenCredentials, serviceAccountCredentials } from './yandex/credentials.ts';
import type { Credentials } from './yandex/credentials.ts';
import { voiceDetector } from './voice-detector.ts';

/** The rate of telephone speech, and of every WAV that Asterisk plays. */
const LINE_RATE_HZ = 8000;

export interface Service {
  readonly httpUrl: string;
  /** Live calls. */
  readonly activeCalls: number;
  /** Settles when every phrase has been rendered, or has failed to be; calls are answered before that. */
  readonly prepared: Promise<void>;
  /** Ends every call politely, then everything else. Resolves when nothing is left behind. Idempotent. */
  stop(): Promise<void>;
}

export interface ServiceHooks {
  /** Told of each call's timeline as it begins. */
  readonly onCall?: (timeline: Timeline) => void;
  /** Ends the waiting for an Asterisk that is not up yet. */
  readonly signal?: AbortSignal;
  /** Hears the callers in stream mode instead of the voice detector. */
  readonly speechDetector?: (sampleRateHz: number) => SpeechDetector;
}

/** What the doctor tries out: each provider by itself, without breaker, failover and cache. */
export async function connectDoctor(settings: Settings): Promise<DoctorPorts> {
  const credentials = await credentialsOf(settings);
  const { grpc, http } = synthesizers(settings, credentials, silentLog);
  const recognizer = recognizerOf(settings, credentials);
  return {
    ari: { info: () => askAsteriskInfo({ ...settings.ari, clock: systemClock }) },
    synthesizers: [grpc, http],
    recognizer,
    chat: chatOf(settings, silentLog),
    close: async () => void (await Promise.all([grpc.close(), http.close(), recognizer.close()])),
  };
}

/**
 * Resolves when calls are answered; waits for Asterisk as long as that takes, while HTTP says that no call could be served. Throws
 * BOT_PROFILE_INVALID, MEDIA_DIR_UNUSABLE, ARI_REFUSED or ARI_FAILED, or the hooks' signal's reason; leaves nothing behind then.
 */
export async function startService(settings: Settings, log: Log, hooks: ServiceHooks = {}): Promise<Service> {
  const clock = systemClock;
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const bots = await loadBots(settings.bots.dir);
    const shipped = await loadShippedPhrases(join(projectRoot(), 'sounds'));
    const mediaDir = resolve(settings.media.dir);
    await mkdir(mediaDir, { recursive: true });

    const credentials = await credentialsOf(settings);
    const synthesizer = synthesizerOf(settings, credentials, log);
    closers.push(() => synthesizer.close());

    const books = phraseBooks(
      bots,
      new DiskCache(join(settings.data.dir, 'phrases'), synthesizer, log),
      shipped,
      log,
    );
    const preparing = prepare([...books.values()]);
    closers.push(preparing.end);
    let notReady = (): readonly string[] => ['Asterisk has not been there yet'];
    const http = await startHttp({ ...settings.http, notReady: () => notReady() });
    closers.push(() => http.close());
    const { signal = new AbortController().signal } = hooks;
    const ari = await connectAriPatiently({ ...settings.ari, clock, log, random: Math.random }, signal);
    notReady = () => (ari.connected ? [] : ['Asterisk is not connected']);
    closers.push(() => ari.close());

    const short = recognizerOf(settings, credentials);
    const { lineOf, recognizer } = await chooseMedia({
      settings,
      ari,
      clock,
      log,
      mediaDir,
      short,
      credentials,
      speechDetector: hooks.speechDetector ?? voiceDetector,
    });
    closers.push(() => recognizer.close());
    const reception = new Reception({
      kit: {
        clock,
        log,
        random: Math.random,
        recognizer,
        chat: chatOf(settings, log),
        synthesizer,
        synthesisWindow: settings.tts.window,
        fallback: settings.dialplanFallback,
      },
      bot: (name) => {
        const profile = bots.get(name);
        return { profile, book: books.get(profile.name) as PhraseBook };
      },
      onCall: (call) => {
        logTurns(call.timeline, log.child({ call: call.line.id }));
        hooks.onCall?.(call.timeline);
      },
    });
    closers.push(() => reception.stop());
    openSwitchboard({ ari, log, lineOf, onCall: (line) => reception.receive(line) });
    return {
      httpUrl: http.url,
      get activeCalls() {
        return reception.live.length;
      },
      prepared: preparing.done,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function credentialsOf({ yandex }: Settings): Promise<Credentials> {
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
function synthesizers({ yandex, tts }: Settings, credentials: Credentials, log: Log) {
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

/** One synthesizer out of many: memory, then gRPC while it is well, else HTTP. */
function synthesizerOf(settings: Settings, credentials: Credentials, log: Log): Synthesizer {
  const { tts } = settings;
  const clock = systemClock;
  const { grpc, http } = synthesizers(settings, credentials, log);
  const guarded = (synthesizer: Synthesizer) =>
    new BreakerSynthesizer(synthesizer, {
      clock,
      settings: {
        failuresToOpen: tts.breaker.failures,
        openMs: tts.breaker.openSeconds * 1000,
        successesToClose: tts.breaker.successes,
      },
      onChange: (change) =>
        log.warn({ event: 'synthesis.breaker', ...change }, 'a synthesizer rests, or is trusted again'),
    });
  const failover = new FailoverSynthesizer({
    providers: [guarded(grpc), guarded(http)],
    clock,
    settings: {
      ...FAILOVER_DEFAULTS,
      patience: { ...FAILOVER_DEFAULTS.patience, firstAudioMs: tts.firstAudioMs },
    },
    onFallback: (fallback) =>
      log.warn({ event: 'synthesis.fallback', ...fallback }, 'another synthesizer speaks'),
  });
  if (tts.cacheBytes === 0) return failover;
  return new CachingSynthesizer(failover, { settings: { maxBytes: tts.cacheBytes } });
}

function recognizerOf({ yandex, asr }: Settings, credentials: Credentials): Recognizer {
  return new ShortRecognizer({
    url: yandex.sttHttpUrl,
    folderId: yandex.folderId,
    credentials,
    clock: systemClock,
    deadlineMs: asr.timeoutMs,
  });
}

function chatOf(settings: Settings, log: Log): Chat {
  return createOpenAiChat({ ...settings.openai, ...settings.llm, clock: systemClock, log });
}

/** Every bot's phrases in its own voice. Rendered while calls may already come: until then the shipped recordings serve. */
function phraseBooks(
  bots: Bots,
  clips: DiskCache,
  shipped: ShippedPhrases,
  log: Log,
): ReadonlyMap<string, PhraseBook> {
  return new Map(
    bots.names.map((name) => {
      const profile = bots.get(name);
      const speak: DiskCache['clip'] = (request, signal) => clips.clip(request, signal);
      return [name, new PhraseBook({ profile, speak, shipped, sampleRateHz: LINE_RATE_HZ, log })];
    }),
  );
}

/** Renders the phrases in the background. */
function prepare(books: readonly PhraseBook[]): {
  readonly done: Promise<void>;
  readonly end: () => Promise<void>;
} {
  const stopping = new AbortController();
  const done = Promise.allSettled(books.map((book) => book.prepare(stopping.signal))).then(() => undefined);
  const end = () => {
    stopping.abort(new Error('the service stops'));
    return done;
  };
  return { done, end };
}
