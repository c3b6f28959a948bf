/**
 * When the caller begins and ceases to speak, told from the audio itself, 20 ms at a time. A frame is active if it stands out of the
 * line's noise and WebRTC's detector takes it for voice. Speech begins when several of the last frames were active with a voice's
 * pitch and the sound is not made of held tones; it ends when nothing was active for a while. Speech that begins with a hiss has its
 * pitch late: that something loud is there, which may become speech, is told before.
 */
import { msToBytes, toSamples, type Pcm } from '../audio/pcm.ts';
import { ParleyError } from '../base/errors.ts';
import { HeldTones } from './held-tones.ts';
import { isKeyTone } from './key-tone.ts';
import { NoiseFloor } from './noise-floor.ts';
import { SelfSimilarity } from './self-similarity.ts';
import type { SpeechEdge } from './speech-detector.ts';
import { VoiceBand } from './voice-band.ts';
import { WebRtcVad, type VadMode } from './webrtc-vad.ts';

export interface VoiceActivityTuning {
  /** How much WebRTC's detector demands, 0 to 3. 2: 3 misses every fifth frame of faint speech, 0 and 1 add only noise. */
  readonly mode: VadMode;
  /** Nothing below this is speech, dBFS. −50: a faint caller has −40, an idle line −60 and less. */
  readonly leastDbfs: number;
  /** How far an active frame stands out of the noise, dB. 6: steady noise stays within 3 of its floor. */
  readonly aboveNoiseDb: number;
  /** How like itself one pitch period ago a voice is, 0 to 1. 0.55: hiss and coughs stay below; 0.65 spares music's first note, but loses callers in noise. */
  readonly leastPitch: number;
  /** How like itself several periods ago speech is on average, 0 to 1. 0.68: music on hold has about 0.85, speech 0.5. */
  readonly mostHeld: number;
  /** The same at the moment of onset. 0.9: a key or a signal has more, a vowel seldom. */
  readonly mostHeldAtOnset: number;
  /** Speech begins with so many frames with a voice's pitch. 3: one or two are also found where noise or a tone begins. */
  readonly onsetFrames: number;
  /** …among so many of the last frames. 6: 120 ms, a syllable. */
  readonly onsetWithinFrames: number;
  /** A sound is told of after so many loud frames in a row. 2: a click has one; with 3 it is told no sooner than most speech. */
  readonly soundFrames: number;
  /** How far each of them stands out of the noise, dB. 12: in steady noise none does, of the hisses of callers 15 dB above it most. */
  readonly soundAboveNoiseDb: number;
  /** Speech is over when nothing was active for so long, ms. 160: longer than a plosive's gap, shorter than a pause. */
  readonly detectionSilenceMs: number;
}

export const VOICE_ACTIVITY_DEFAULTS: VoiceActivityTuning = Object.freeze({
  mode: 2,
  leastDbfs: -50,
  aboveNoiseDb: 6,
  leastPitch: 0.55,
  mostHeld: 0.68,
  mostHeldAtOnset: 0.9,
  onsetFrames: 3,
  onsetWithinFrames: 6,
  soundFrames: 2,
  soundAboveNoiseDb: 12,
  detectionSilenceMs: 160,
});

export interface VoiceActivityOptions {
  /** 8000 or 16000. */
  readonly sampleRateHz: number;
  /** When the first sample was heard, on the clock that the edges are to go by. */
  readonly startMs: number;
  readonly tuning?: Partial<VoiceActivityTuning>;
}

/** What is heard at a time, ms. */
export const VOICE_FRAME_MS = 20;

/** Voices that people have: 80 to 400 Hz. */
const PITCH_PERIOD_MS = { from: 2.5, to: 12.5 };
/** At half of that the vowel of "да", loudest near 800 Hz, falls between two samples and has no pitch. */
const PITCH_ANALYSIS_HZ = 4000;
/** A frame so little above the noise is noise, dB: what hums all the time is no music. */
const STEADY_NOISE_DB = 2.5;

export class VoiceActivity {
  readonly #sampleRateHz: number;
  readonly #tuning: VoiceActivityTuning;
  readonly #detector: WebRtcVad;
  readonly #band: VoiceBand;
  readonly #floor = new NoiseFloor();
  readonly #pitch: SelfSimilarity;
  readonly #heldTones: HeldTones;
  readonly #frameBytes: number;
  /** The end of the last frame. */
  #nowMs: number;
  #closed = false;
  /** The last frames before speech, newest in the lowest bit: which were active, and which of them had a voice's pitch. */
  #activeFrames = 0;
  #voicedFrames = 0;
  /** How many of the last frames in a row were loud enough for a sound, and whether it has been told of. */
  #loudFrames = 0;
  #soundTold = false;
  #speechSinceMs: number | undefined;
  #lastActiveMs: number;

  /** Throws AUDIO_INVALID for a rate that WebRTC's detector does not know. */
  constructor({ sampleRateHz, startMs, tuning }: VoiceActivityOptions) {
    this.#sampleRateHz = sampleRateHz;
    this.#tuning = { ...VOICE_ACTIVITY_DEFAULTS, ...tuning };
    this.#detector = new WebRtcVad(sampleRateHz, this.#tuning.mode);
    this.#band = new VoiceBand(sampleRateHz);
    const longestLagMs = PITCH_PERIOD_MS.to;
    this.#pitch = new SelfSimilarity({ sampleRateHz, analysisRateHz: PITCH_ANALYSIS_HZ, longestLagMs });
    this.#heldTones = new HeldTones(sampleRateHz);
    this.#frameBytes = msToBytes(VOICE_FRAME_MS, sampleRateHz);
    this.#nowMs = startMs;
    this.#lastActiveMs = startMs;
  }

  /**
   * Hears the next VOICE_FRAME_MS, 16-bit signed little-endian mono PCM, and says what began or ended with it. Throws AUDIO_INVALID for a
   * frame of another length and after `close()`.
   */
  push(frame: Uint8Array): SpeechEdge | undefined {
    if (this.#closed || frame.byteLength !== this.#frameBytes)
      throw new ParleyError(
        'AUDIO_INVALID',
        `Voice is told from frames of ${this.#frameBytes} bytes: this has ${frame.byteLength}, or the detector is closed.`,
      );
    const pcm = { sampleRateHz: this.#sampleRateHz, data: frame };
    const prominenceDb = this.#prominenceDb(pcm);
    const active = prominenceDb > this.#tuning.aboveNoiseDb;
    this.#nowMs += VOICE_FRAME_MS;
    if (active) this.#lastActiveMs = this.#nowMs;
    if (this.#speechSinceMs !== undefined) return this.#awaitEnd(this.#speechSinceMs);
    const sound = this.#awaitSound(prominenceDb, pcm);
    // That somebody speaks counts for more than that a sound was heard.
    return this.#awaitOnset(active, pcm) ?? sound;
  }

  /** Frees the detector. Speech that is going on is not told of any more. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#detector.close();
  }

  /** How far a frame stands out of the noise that may be voice; −∞ if it may not. */
  #prominenceDb(pcm: Pcm): number {
    const samples = toSamples(pcm);
    const band = this.#band.push(samples);
    const levelDbfs = levelOf(band);
    const floorDbfs = this.#floor.push(levelDbfs);
    this.#pitch.push(band);
    this.#heldTones.push(band);
    const { leastDbfs } = this.#tuning;
    if (levelDbfs > Math.max(leastDbfs, floorDbfs + STEADY_NOISE_DB)) this.#heldTones.loud();
    else this.#heldTones.faint();
    // The detector learns what noise is from all that is not quite nothing.
    const isVoice = levelDbfs > SILENCE_DBFS && this.#detector.isVoice(samples);
    return isVoice && levelDbfs > leastDbfs ? levelDbfs - floorDbfs : -Infinity;
  }

  #awaitSound(prominenceDb: number, pcm: Pcm): SpeechEdge | undefined {
    const { soundFrames, soundAboveNoiseDb } = this.#tuning;
    if (this.#isSilent) this.#soundTold = false;
    this.#loudFrames = prominenceDb > soundAboveNoiseDb ? this.#loudFrames + 1 : 0;
    if (this.#soundTold || this.#loudFrames < soundFrames || this.#isMusic()) return undefined;
    this.#soundTold = true;
    if (isKeyTone(pcm)) return undefined;
    return { kind: 'sound', atMs: this.#nowMs - this.#loudFrames * VOICE_FRAME_MS };
  }

  #awaitOnset(active: boolean, pcm: Pcm): SpeechEdge | undefined {
    const { onsetFrames, onsetWithinFrames } = this.#tuning;
    const voiced = active && !this.#isMusic() && this.#hasPitch();
    const remembered = (1 << onsetWithinFrames) - 1;
    this.#activeFrames = ((this.#activeFrames << 1) | Number(active)) & remembered;
    this.#voicedFrames = ((this.#voicedFrames << 1) | Number(voiced)) & remembered;
    if (bitsIn(this.#voicedFrames) < onsetFrames) return undefined;
    if (isKeyTone(pcm)) {
      this.#voicedFrames = 0;
      return undefined;
    }
    const firstActiveFramesAgo = 32 - Math.clz32(this.#activeFrames);
    this.#speechSinceMs = this.#nowMs - firstActiveFramesAgo * VOICE_FRAME_MS;
    return { kind: 'started', atMs: this.#speechSinceMs };
  }

  #isMusic(): boolean {
    const { mostHeld, mostHeldAtOnset } = this.#tuning;
    return this.#heldTones.average > mostHeld || this.#heldTones.latest > mostHeldAtOnset;
  }

  #hasPitch(): boolean {
    return this.#pitch.between(PITCH_PERIOD_MS.from, PITCH_PERIOD_MS.to) >= this.#tuning.leastPitch;
  }

  #awaitEnd(startedAtMs: number): SpeechEdge | undefined {
    if (!this.#isSilent) return undefined;
    this.#speechSinceMs = undefined;
    this.#loudFrames = 0;
    this.#activeFrames = 0;
    this.#voicedFrames = 0;
    return { kind: 'stopped', startedAtMs, endedAtMs: this.#lastActiveMs };
  }

  /** Nothing was active for a while. */
  get #isSilent(): boolean {
    return this.#nowMs - this.#lastActiveMs >= this.#tuning.detectionSilenceMs;
  }
}

const FULL_SCALE = 32_768;
/** Digital silence has no level; this is below everything that 16 bits can say. */
const SILENCE_DBFS = -96;

/** Loudness in dB below a full-scale square wave. */
function levelOf(samples: Float64Array): number {
  let energy = 0;
  for (let at = 0; at < samples.length; at++) energy += (samples[at] ?? 0) ** 2;
  return Math.max(SILENCE_DBFS, 10 * Math.log10(energy / samples.length / FULL_SCALE ** 2));
}

function bitsIn(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
