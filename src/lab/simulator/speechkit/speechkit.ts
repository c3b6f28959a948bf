/** A stand-in for Yandex SpeechKit that speaks its real protocols on ports of 127.0.0.1: for tests, the demo, and users' own tests. */
import { systemClock, type Clock } from '../../../base/clock.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import { seededRandom } from '../../../base/seeded.ts';
import { DEFAULT_DELAYS, type SpeechKitDelays } from './delays.ts';
import { FaultScript, type SpeechKitService } from './faults.ts';
import { Hearing, type Everything } from './hearing.ts';
import { iamHttp, type ServiceAccount } from './iam-http.ts';
import type { LocalPort } from './local-port.ts';
import { RequestLog, type RequestRecord } from './request-log.ts';
import { sttGrpc } from './stt-grpc.ts';
import { sttHttp } from './stt-http.ts';
import { ToneRegistry } from './tone-registry.ts';
import { ttsGrpc } from './tts-grpc.ts';
import { ttsHttp } from './tts-http.ts';
import { DEFAULT_TONE_PACE, toneSpeech, toneVoice, type SimulatedVoice, type TonePace } from './voice.ts';

export interface SpeechKitSimulatorOptions {
  /** Default: each text as its own tone. */
  readonly voice?: SimulatedVoice;
  readonly tonePace?: Partial<TonePace>;
  readonly delays?: Partial<SpeechKitDelays>;
  /** What every sound is understood as: cheap, for a crowd. If not given, tones and registered clips are told apart. */
  readonly everythingIs?: Everything;
  /** Of the random delays; default 1. */
  readonly seed?: number;
  /** Who may ask for IAM tokens; default nobody. */
  readonly serviceAccounts?: readonly ServiceAccount[];
  /** Default 12 h, as the real ones. */
  readonly iamTokenLifeMs?: number;
  readonly clock?: Clock;
  readonly epochMs?: () => number;
}

export interface SpeechKitSimulator {
  /** `grpc://127.0.0.1:PORT` */
  readonly ttsGrpcUrl: string;
  readonly sttGrpcUrl: string;
  /** Whole URLs, path included. */
  readonly ttsHttpUrl: string;
  readonly sttHttpUrl: string;
  readonly iamUrl: string;
  /** What came, in order; records fill as their requests go on. */
  readonly requests: readonly RequestRecord[];
  readonly faults: FaultScript;
  readonly delays: SpeechKitDelays;
  /** The tone that stands for this text, in hertz. */
  toneOf(text: string): number;
  /** The text whose tone is nearest to `hz`. */
  textOf(hz: number): string | undefined;
  /** What a phone has to say for the recognizer to understand `text`; 8 kHz unless told. */
  callerTone(text: string, sampleRateHz?: number): Pcm;
  /** From now on this recording is understood as `text`. */
  registerClip(pcm: Pcm, text: string): void;
  /** Drops every connection of the service; nobody listens on its port. */
  kill(service: SpeechKitService): Promise<void>;
  /** Listens again, on the same port. */
  restart(service: SpeechKitService): Promise<void>;
  /** Closes everything. Idempotent. */
  stop(): Promise<void>;
}

const TWELVE_HOURS_MS = 12 * 3_600_000;

export async function startSpeechKitSimulator(
  options: SpeechKitSimulatorOptions = {},
): Promise<SpeechKitSimulator> {
  const clock = options.clock ?? systemClock;
  const tones = new ToneRegistry();
  const pace = { ...DEFAULT_TONE_PACE, ...options.tonePace };
  const delays: SpeechKitDelays = { ...DEFAULT_DELAYS, ...options.delays };
  const faults = new FaultScript();
  const log = new RequestLog(clock);
  const hearing = new Hearing(tones, options.everythingIs);
  const voice = options.voice ?? toneVoice(tones, pace);
  const speech = { voice, delays, clock, random: seededRandom(options.seed ?? 1) };
  const iam = {
    accounts: options.serviceAccounts ?? [],
    epochMs: options.epochMs ?? Date.now,
    tokenLifeMs: options.iamTokenLifeMs ?? TWELVE_HOURS_MS,
    delays,
    clock,
  };
  const ports: Record<SpeechKitService, LocalPort> = {
    'tts-grpc': ttsGrpc(speech, log, faults),
    'tts-http': ttsHttp(speech, log, faults),
    'stt-grpc': sttGrpc({ hearing, delays, clock }, log, faults),
    'stt-http': sttHttp({ hearing, delays, clock }, log, faults),
    iam: iamHttp(iam, log, faults),
  };
  await Promise.all(Object.values(ports).map((port) => port.start()));

  return {
    ttsGrpcUrl: ports['tts-grpc'].url,
    ttsHttpUrl: ports['tts-http'].url,
    sttGrpcUrl: ports['stt-grpc'].url,
    sttHttpUrl: ports['stt-http'].url,
    iamUrl: ports.iam.url,
    requests: log.records,
    faults,
    delays,
    toneOf: (text) => tones.hzOf(text),
    textOf: (hz) => tones.textOf(hz),
    callerTone: (text, sampleRateHz = 8000) => toneSpeech(tones.hzOf(text), text, sampleRateHz, pace),
    registerClip: (pcm, text) => hearing.registerClip(pcm, text),
    kill: (service) => ports[service].kill(),
    restart: (service) => ports[service].start(),
    stop: async () => void (await Promise.all(Object.values(ports).map((port) => port.kill()))),
  };
}
