/**
 * Builds the service from its settings: the only file that knows every room.
 */
import { join, resolve } from 'node:path';
import { addAlertGauge } from './alerts/alert-metrics.ts';
import type { ActiveAlerts } from './alerts/alerts.ts';
import { startAlerts } from './alerts/start-alerts.ts';
import { watchCall } from './alerts/watch-call.ts';
import { watchService } from './alerts/watch-providers.ts';
import { CountedRecognizer } from './speech/recognition/counted.ts';
import type { Recognizer } from './speech/recognition/recognizer.ts';
import { TypedRecognizer } from './speech/recognition/typed.ts';
import { WatchedRecognizer } from './speech/recognition/watched.ts';
import { systemClock } from './base/clock.ts';
import { EventLoopLag } from './base/event-loop-lag.ts';
import { FaultScope } from './base/fault-scope.ts';
import { silentLog } from './base/log.ts';
import { freeFiles } from './base/open-files.ts';
import type { Log } from './base/log.ts';
import { ownDirectory } from './base/own-directory.ts';
import { projectRoot } from './base/project-root.ts';
import { parleyVersion } from './base/version.ts';
import { BotReload } from './service/bot-reload.ts';
import { Admission } from './call/intake/admission.ts';
import type { AdmissionState, RefusalReason } from './call/intake/admission.ts';
import { BotDesk } from './call/intake/bot-desk.ts';
import type { BotChanges } from './call/intake/bot-desk.ts';
import { CallRecords } from './survival/call-records.ts';
import { PhraseBook } from './call/speaking/phrase-book.ts';
import { Reception } from './call/intake/reception.ts';
import { loadShippedPhrases } from './call/speaking/shipped-phrases.ts';
import type { Timeline } from './timeline/timeline.ts';
import { loadBots } from './config/bots.ts';
import type { Settings } from './config/settings.ts';
import type { OperatorPorts } from './http/operator-ports.ts';
import { startHttp } from './http/server.ts';
import type { DoctorPorts } from './ops/doctor/examine.ts';
import { openRecordings } from './service/call-recordings.ts';
import { chooseMedia, lineRateHz } from './service/media.ts';
import { CallLog } from './ops/call-log.ts';
import { measureCall } from './ops/call-metrics.ts';
import { addGauges, createMetrics } from './ops/metrics.ts';
import { addProviderGauges } from './ops/provider-metrics.ts';
import { OperatorDesk } from './service/operator-desk.ts';
import { chatOf, credentialsOf, recognizerOf, synthesizerOf, synthesizers } from './service/providers.ts';
import { logTurns } from './ops/turn-log.ts';
import { askAsteriskInfo } from './telephony/asterisk/ari/ari.ts';
import { AriTrace } from './telephony/asterisk/ari/ari-trace.ts';
import { deletePlayedMedia } from './telephony/asterisk/left-media.ts';
import { connectAriPatiently } from './telephony/asterisk/ari/patient-connection.ts';
import { BrowserLine } from './telephony/browser/browser-line.ts';
import type { SpeechDetector } from './vad/speech-detector.ts';
import { openSwitchboard } from './telephony/asterisk/switchboard.ts';
import { DiskCache } from './speech/synthesis/disk-cache.ts';
import { voiceDetector } from './vad/voice-detector.ts';

export interface Service {
  readonly httpUrl: string;
  /** Live calls. */
  readonly activeCalls: number;
  /** Settles when every phrase has been rendered, or has failed to be; calls are answered before that. */
  readonly prepared: Promise<void>;
  /** Why a call that came now would not be taken. */
  readonly refusal: RefusalReason | undefined;
  /** What is used of what there is. */
  readonly admission: AdmissionState;
  /** What goes wrong now, and every change of that. */
  readonly alerts: ActiveAlerts;
  /** Takes no more calls, and resolves when the live ones have ended by themselves or DRAIN_SECONDS are over. */
  drain(): Promise<void>;
  /** Reads the bot profiles again. Throws BOT_PROFILE_INVALID with every fault, and everything stays as it was. */
  reloadBots(): Promise<BotChanges>;
  /** Ends every call politely, then everything else. Resolves when nothing is left behind. Idempotent. */
  stop(): Promise<void>;
  /** Sends every caller to the fallback, or hangs up, at once and without a word. */
  abandon(): Promise<void>;
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
 * BOT_PROFILE_INVALID, CREDENTIALS_INVALID, MEDIA_DIR_UNUSABLE, DATA_DIR_UNUSABLE, HTTP_ADDRESS_UNUSABLE, ARI_REFUSED or ARI_FAILED, or the
 * hooks' signal's reason; leaves nothing behind then.
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
    await ownDirectory('MEDIA_DIR', mediaDir);
    await ownDirectory('DATA_DIR', resolve(settings.data.dir));

    const metrics = createMetrics();
    const alarm = startAlerts({ ...settings.alerts, clock, log });
    closers.push(() => alarm.close());
    const { alerts } = alarm;
    addAlertGauge(metrics.registry, alerts);
    const synthesis = watchService('synthesis', metrics, alerts);
    const recognition = watchService('recognition', metrics, alerts);
    const credentials = await credentialsOf(settings);
    const lag = new EventLoopLag(clock);
    closers.push(async () => lag.stop());
    const admission = new Admission({
      settings: settings.admission,
      clock,
      lagMs: () => lag.meanMs,
      freeFiles,
    });
    const { synthesizer, breakers, grpc } = synthesizerOf(settings, credentials, log, {
      ...synthesis,
      onAttempt: () => admission.synthesis(),
      onLookup: (lookup) => metrics.cacheLookups.inc({ lookup }),
    });
    closers.push(() => synthesizer.close());

    const clips = new DiskCache(join(settings.data.dir, 'phrases'), synthesizer, log);
    const speak: DiskCache['clip'] = (request, signal) => clips.clip(request, signal);
    const phrases = { speak, shipped, sampleRateHz: lineRateHz(settings), log };
    // Rendered while calls may already come: until then the shipped recordings serve.
    const desk = new BotDesk(bots, (profile) => new PhraseBook({ profile, ...phrases }));
    closers.push(() => desk.close());
    const reload = new BotReload({ dir: settings.bots.dir, desk, clock, log });
    closers.push(() => reload.close());
    const recognizers: WatchedRecognizer[] = [];
    const calls = new CallLog({ clock, epochMs: () => Date.now() });
    const operator = new OperatorDesk({
      calls,
      alerts,
      admission,
      desk,
      reload,
      synthesizers: breakers,
      recognizers,
      drainMs: settings.drainMs,
    });
    const http = await startHttp(settings.http, {
      clock,
      log,
      version: parleyVersion(),
      token: settings.http.token,
      transcripts: settings.log.transcripts,
      prices: settings.prices,
      notReady: () => operator.notReady(),
      metrics: metrics.registry,
      operator,
    });
    closers.push(() => http.close());
    const { signal = new AbortController().signal } = hooks;
    const connected = await connectAriPatiently({ ...settings.ari, clock, log, random: Math.random }, signal);
    closers.push(() => connected.close());
    const trace = new AriTrace(clock);
    const ari = settings.record.policy.kind === 'off' ? connected : trace.through(connected);

    const records = await CallRecords.open({
      dir: join(settings.data.dir, 'live'),
      clock,
      epochMs: () => Date.now(),
      log,
    });
    await deletePlayedMedia({ ari, mediaDir, calls: records.left, log });
    const counted = (inner: Recognizer) => {
      const watched = new WatchedRecognizer(inner, clock);
      recognizers.push(watched);
      return new CountedRecognizer(watched, () => admission.recognition());
    };
    const speechDetector = hooks.speechDetector ?? voiceDetector;
    const short = counted(recognizerOf(settings, credentials));
    const { lineOf, mode, recognizer, channels } = await chooseMedia({
      settings,
      ari,
      clock,
      log,
      mediaDir,
      short,
      counted,
      onFallback: recognition.onFallback,
      credentials,
      speechDetector,
    });
    closers.push(() => recognizer.close());
    const recordings = await openRecordings({
      settings,
      mode,
      ari,
      log,
      ariOf: (lineId, sinceMs) => trace.of(lineId, sinceMs),
      onBundle: (outcome) => metrics.recordings.inc({ outcome }),
    });
    closers.push(() => recordings.settled());
    addProviderGauges(metrics, {
      breakers,
      pools: { synthesis: () => grpc.channels, ...(channels && { recognition: channels }) },
    });
    const heard = new CountedRecognizer(recognizer, recognition.onRequest);
    const reception = new Reception({
      kit: {
        clock,
        log,
        random: Math.random,
        recognizer: heard,
        chat: chatOf(settings, log),
        synthesizer,
        synthesisWindow: settings.tts.window,
        fallback: settings.dialplanFallback,
      },
      bot: (name) => desk.get(name),
      admission,
      records,
      record: (parts) => recordings.begin(parts),
      onRefused: (reason) => metrics.refusals.inc({ reason }),
      onCall: (call) => {
        logTurns(call.timeline, log.child({ call: call.line.id }), settings.prices);
        measureCall(call.timeline, metrics, settings.prices);
        watchCall(call.timeline, alerts);
        calls.follow(call);
        hooks.onCall?.(call.timeline);
      },
    });
    closers.push(() => reception.stop());
    openSwitchboard({
      ari,
      app: settings.ari.app,
      log,
      lineOf,
      onCall: (line, { channelId }) => reception.receive(line, channelId),
      onNobodyWaits: () => records.forgetLeft(),
    });
    addGauges(metrics, {
      activeCalls: () => reception.live.length,
      ariConnected: () => ari.connected,
      lagMs: () => lag.meanMs,
    });
    const takePageCall: OperatorPorts['takePageCall'] = (socket, bot) =>
      new FaultScope().run(() => {
        const line = new BrowserLine({ clock, log, socket, bot, speechDetector });
        const typed = new TypedRecognizer(heard, () => line.hearing.takeTyped());
        reception.receive(line, line.id, { recognizer: typed });
      });
    operator.open({ ari, reception, mode, takePageCall });
    return {
      httpUrl: http.url,
      get activeCalls() {
        return reception.live.length;
      },
      get prepared() {
        return desk.prepared;
      },
      get refusal() {
        return reception.refusal;
      },
      get admission() {
        return admission.state;
      },
      alerts,
      drain: () => reception.drain(settings.drainMs),
      reloadBots: () => reload.reload(),
      stop,
      abandon: () => reception.abandon(),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
