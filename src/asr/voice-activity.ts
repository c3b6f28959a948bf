/**
 * When the caller begins and ceases to speak, told from the audio itself, 20 ms at a time. A frame is active if it stands out of the
 * line's noise and WebRTC's detector takes it for voice; speech begins once enough of the last frames also had a voice's pitch.
 */
import { bytesToMs, toSamples } from '../audio/pcm.ts';
import { NoiseFloor } from './noise-floor.ts';
import { SelfSimilarity } from './self-similarity.ts';
import { WebRtcVad, type VadMode } from './webrtc-vad.ts';

export interface VoiceActivityTuning {
  /** How much WebRTC's detector demands, 0 to 3. 2: 3 misses every fifth frame of faint speech, 0 and 1 add only noise. */
  readonly mode: VadMode;
  /** Nothing below this is speech, dBFS. −50: a faint caller has −40, an idle line −60 and less. */
  readonly leastDbfs: number;
  /** How far speech stands out of the noise, dB. 6: steady noise stays within 3 of its floor. */
  readonly aboveNoiseDb: number;
  /** How like itself one pitch period ago a voice is, 0 to 1. 0.6: hiss stays below 0.4, a room full of people mostly below. */
  readonly leastPitch: number;
  /** How like itself several periods ago a voice can be, 0 to 1. 0.85: held tones of music, keys and signals are above. */
  readonly mostHeld: number;
  /** Speech begins with so many frames with a voice's pitch… 3: one or two are also found where noise or a tone begins. */
  readonly onsetFrames: number;
  /** …among so many of the last frames. 6: 120 ms, a syllable. */
  readonly onsetWithinFrames: number;
  /** Speech is over when nothing was active for so long, ms. 160: longer than a plosive's gap, shorter than a pause. */
  readonly detectionSilenceMs: number;
}

export const VOICE_ACTIVITY_DEFAULTS: VoiceActivityTuning = Object.freeze({
  mode: 2,
  leastDbfs: -50,
  aboveNoiseDb: 6,
  leastPitch: 0.6,
  mostHeld: 0.85,
  onsetFrames: 3,
  onsetWithinFrames: 6,
  detectionSilenceMs: 160,
});

/** Times are the caller's clock: `startMs` plus the audio pushed until then. */
export interface VoiceActivityListener {
  /** Somebody speaks since `atMs`, which is the first active frame and a little in the past. */
  speechStarted(atMs: number): void;
  /** Nobody speaks since `endedAtMs`, which is the end of the last active frame, `detectionSilenceMs` ago. */
  speechStopped(startedAtMs: number, endedAtMs: number): void;
}

export interface VoiceActivityOptions {
  /** 8000 or 16000. */
  readonly sampleRateHz: number;
  /** When the first sample was heard, on the clock that the listener goes by. */
  readonly startMs: number;
  readonly listener: VoiceActivityListener;
  readonly tuning?: Partial<VoiceActivityTuning>;
}

/** Voices that people have: 80 to 400 Hz. */
const PITCH_PERIOD_MS = { from: 2.5, to: 12.5 };
/** Long enough ago for a voice's pitch and vowel to have moved on. */
const SEVERAL_PERIODS_MS = { from: 25, to: 55 };

export class VoiceActivity {
  readonly #sampleRateHz: number;
  readonly #listener: VoiceActivityListener;
  readonly #tuning: VoiceActivityTuning;
  readonly #detector: WebRtcVad;
  readonly #floor = new NoiseFloor();
  readonly #similarity: SelfSimilarity;
  #nowMs: number;
  /** The last frames, newest first, a bit each: which were active, and which of them had a voice's pitch. */
  #activeFrames = 0;
  #voicedFrames = 0;
  #speechSinceMs: number | undefined;
  #lastActiveMs = 0;

  constructor({ sampleRateHz, startMs, listener, tuning }: VoiceActivityOptions) {
    this.#sampleRateHz = sampleRateHz;
    this.#listener = listener;
    this.#tuning = { ...VOICE_ACTIVITY_DEFAULTS, ...tuning };
    this.#detector = new WebRtcVad(sampleRateHz, this.#tuning.mode);
    this.#similarity = new SelfSimilarity(sampleRateHz);
    this.#nowMs = startMs;
  }

  /** Hears the next 20 ms, 16-bit signed little-endian mono PCM, and says whether somebody speaks now. Throws after `close()`. */
  push(frame: Uint8Array): 'speech' | 'silence' {
    const frameMs = bytesToMs(frame.byteLength, this.#sampleRateHz);
    this.#nowMs += frameMs;
    const active = this.#isActive(toSamples({ sampleRateHz: this.#sampleRateHz, data: frame }));
    if (active) this.#lastActiveMs = this.#nowMs;
    if (this.#speechSinceMs === undefined) this.#awaitOnset(active, frameMs);
    else if (this.#nowMs - this.#lastActiveMs >= this.#tuning.detectionSilenceMs) this.#stop(this.#speechSinceMs);
    return this.#speechSinceMs === undefined ? 'silence' : 'speech';
  }

  /** Frees the detector. Speech that is going on is not told of any more. Idempotent. */
  close(): void {
    this.#detector.close();
  }

  #isActive(samples: Int16Array): boolean {
    const levelDbfs = levelOf(samples);
    const floorDbfs = this.#floor.push(levelDbfs);
    this.#similarity.push(samples);
    const isVoice = this.#detector.isVoice(samples);
    const { leastDbfs, aboveNoiseDb } = this.#tuning;
    return isVoice && levelDbfs > Math.max(leastDbfs, floorDbfs + aboveNoiseDb);
  }

  #awaitOnset(active: boolean, frameMs: number): void {
    const { onsetFrames, onsetWithinFrames } = this.#tuning;
    const recent = (1 << onsetWithinFrames) - 1;
    this.#activeFrames = ((this.#activeFrames << 1) | Number(active)) & recent;
    this.#voicedFrames = ((this.#voicedFrames << 1) | Number(active && this.#hasVoicePitch())) & recent;
    if (bitsIn(this.#voicedFrames) < onsetFrames) return;
    const framesAgo = 32 - Math.clz32(this.#activeFrames);
    this.#speechSinceMs = this.#nowMs - framesAgo * frameMs;
    this.#listener.speechStarted(this.#speechSinceMs);
  }

  #hasVoicePitch(): boolean {
    const { leastPitch, mostHeld } = this.#tuning;
    const held = this.#similarity.between(SEVERAL_PERIODS_MS.from, SEVERAL_PERIODS_MS.to);
    return held <= mostHeld && this.#similarity.between(PITCH_PERIOD_MS.from, PITCH_PERIOD_MS.to) >= leastPitch;
  }

  #stop(sinceMs: number): void {
    this.#speechSinceMs = undefined;
    this.#activeFrames = 0;
    this.#voicedFrames = 0;
    this.#listener.speechStopped(sinceMs, this.#lastActiveMs);
  }
}

const FULL_SCALE = 32_768;
/** Digital silence has no level; this is below everything that 16 bits can say. */
const SILENCE_DBFS = -96;

/** Loudness in dB below a full-scale square wave. */
function levelOf(samples: Int16Array): number {
  let energy = 0;
  for (let at = 0; at < samples.length; at++) energy += (samples[at] ?? 0) ** 2;
  return Math.max(SILENCE_DBFS, 10 * Math.log10(energy / samples.length / FULL_SCALE ** 2));
}

function bitsIn(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
