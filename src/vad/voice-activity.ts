/**
 * When the caller begins and ceases to speak, told from the audio itself, 20 ms at a time. A frame is active if it stands out of the
 * line's noise and WebRTC's detector takes it for voice. Speech begins when several of the last frames were active with a voice's
 * pitch and the sound is not made of held tones; it ends when nothing was active for a while, and nothing faint was part of a word. Speech
 * that begins with a hiss has its pitch late: the hiss of an "s" is enough, and that something loud is there, which may become speech, is
 * told before.
 */
import { msToBytes, toSamples, type Pcm } from '../audio/pcm.ts';
import { ParleyError } from '../base/errors.ts';
import { FaintFrames } from './faint-frames.ts';
import { isGrowing } from './growing-sound.ts';
import { HalfRate } from './half-rate.ts';
import { HeldTones } from './held-tones.ts';
import { isKeyTone } from './key-tone.ts';
import { energyOf, levelOf, SILENCE_DBFS } from '../audio/level.ts';
import { NoiseFloor } from './noise-floor.ts';
import { SelfSimilarity } from './self-similarity.ts';
import { Sibilance } from './sibilance.ts';
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
  /** On average, while somebody seems to speak: that was no speech. 0.84: music has more, of the held sounds of words hardly one. */
  readonly surelyHeld: number;
  /** …once it has lasted so long, ms. 1500: people hum, and sing "a-a-a" while they think. */
  readonly longestTuneMs: number;
  /** Speech begins with so many frames with a voice's pitch. 3: one or two are also found where noise or a tone begins. */
  readonly onsetFrames: number;
  /** …among so many of the last frames. 6: 120 ms, a syllable. */
  readonly onsetWithinFrames: number;
  /** …or with one that has so much of it, 0 to 1, behind others that were active: a word that begins with "p" or "h" has its voice late. */
  readonly strongPitch: number;
  /** So many active frames, that one included. 4: coughs have fewer before anything in them is like a voice. */
  readonly strongWithinFrames: number;
  /** …or with a hiss that lies so high, −1 to 1, see `Sibilance`. 0.18: white noise has 0.05, and in one of a thousand 0.16. */
  readonly leastSibilance: number;
  /** A sound is told of after so many loud half frames in a row, of more than one frame. 2: a click has one. */
  readonly soundHalves: number;
  /** How far they stand out of the noise, dB. 12: in steady noise none does, of the hisses of callers 15 dB above it most. */
  readonly soundAboveNoiseDb: number;
  /** A half frame that stands out so much, dB, may hold the beginning of a sound. 4: in steady noise one of a thousand does. */
  readonly risingDb: number;
  /** …or of one, if its second half has so many times the energy of the first. 2.5: what is loud at once and begins within the first quarter has 2. */
  readonly growingTimes: number;
  /** While somebody speaks, a frame is still part of a word if it stands out of the noise so much, dB, voice or not: a faint hiss. 5: of steady noise none does, of a full room little. */
  readonly faintAboveNoiseDb: number;
  /** …and has at least this, dBFS. −60: above an idle line. */
  readonly faintDbfs: number;
  /** …for so long at most, ms. 300: the middle of "шестьсот" has 240; a breath after the last word is longer. */
  readonly mostFaintMs: number;
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
  surelyHeld: 0.84,
  longestTuneMs: 1500,
  onsetFrames: 3,
  onsetWithinFrames: 6,
  strongPitch: 0.85,
  strongWithinFrames: 4,
  leastSibilance: 0.18,
  soundHalves: 2,
  soundAboveNoiseDb: 12,
  risingDb: 4,
  growingTimes: 2.5,
  faintAboveNoiseDb: 5,
  faintDbfs: -60,
  mostFaintMs: 300,
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

/** The least that a line carries. */
const TELEPHONE_HZ = 8000;
/** Voices that people have: 60 to 400 Hz. */
const PITCH_PERIOD_MS = { from: 2.5, to: 16.5 };
/** At half of that the vowel of "да", loudest near 800 Hz, falls between two samples and has no pitch. */
const PITCH_ANALYSIS_HZ = 4000;
/** Of a voice, what is fainter than its loudest by this is no more than the room, dB. */
const SPEECH_RANGE_DB = 30;
/** By so much the loudest is taken to be fainter with each frame, dB: after a knock a soft voice counts within a second. */
const FORGOTTEN_A_FRAME_DB = 0.4;
/** The last frames of a mask. */
const LAST_FRAME = 0b1;
const FOUR_FRAMES = 0b1111;
const LOUD_REMEMBERED = 16;
/** So many loud frames in a row without a voice, and it is no consonant: water, a valve, a line. */
const LONGEST_HISS = 12;
/** What is left of a key behind the last frame that it fills, ms. */
const KEY_ENDS_MS = 20;
/** What looks back over the sound looks back over fewer. */
const FORGOTTEN_FRAMES = 8;
/** A frame so little above the noise is noise, dB: what hums all the time is no music. */
const STEADY_NOISE_DB = 2.5;

interface Heard {
  readonly levelDbfs: number;
  readonly floorDbfs: number;
  /** How far the frame stands out of the noise that may be voice; −∞ if it may not. */
  readonly prominenceDb: number;
  /** The samples, valid until the next frame, and the energy of each half of them. */
  readonly band: Float64Array;
  readonly energies: readonly number[];
}

export class VoiceActivity {
  readonly #sampleRateHz: number;
  readonly #tuning: VoiceActivityTuning;
  readonly #detector: WebRtcVad;
  readonly #band: VoiceBand;
  readonly #floor = new NoiseFloor();
  readonly #pitch: SelfSimilarity;
  readonly #heldTones = new HeldTones();
  readonly #sibilance = new Sibilance();
  /** To 8 kHz, if the line has more; to 4; to 2. */
  readonly #toTelephone: HalfRate | undefined;
  readonly #toPitch = new HalfRate();
  readonly #toHeldTones = new HalfRate();
  readonly #frameBytes: number;
  /** The end of the last frame. */
  #nowMs: number;
  #closed = false;
  /** The last frames before speech, newest in the lowest bit: which were active, and which of them had a voice's pitch. */
  #activeFrames = 0;
  #voicedFrames = 0;
  #strongFrames = 0;
  /** Which were loud enough for a sound. */
  #loudFrames = 0;
  /** For how many half frames in a row it is loud enough for a sound, and whether it has been told of. */
  #loudHalves = 0;
  /** The last half frame stood out of the noise: a sound may have begun within it. */
  #isRising = false;
  #soundTold = false;
  /** So many frames in a row were nothing at all. */
  #emptyFrames = 0;
  /** The last key was pressed until then. */
  #keyUntilMs = -Infinity;
  #speechSinceMs: number | undefined;
  #lastActiveMs: number;
  /** The same, or faint and part of a word. */
  #lastHeardMs: number;
  /** The same, and not as faint beside the loudest of late as a room's echo, or a breath. */
  #lastSpokenMs: number;
  readonly #faintFrames: FaintFrames;
  #loudestDbfs = SILENCE_DBFS;

  /** Throws AUDIO_INVALID for a rate that WebRTC's detector does not know. */
  constructor({ sampleRateHz, startMs, tuning }: VoiceActivityOptions) {
    this.#sampleRateHz = sampleRateHz;
    this.#tuning = { ...VOICE_ACTIVITY_DEFAULTS, ...tuning };
    this.#detector = new WebRtcVad(sampleRateHz, this.#tuning.mode);
    this.#band = new VoiceBand(sampleRateHz);
    const longestLagMs = PITCH_PERIOD_MS.to;
    this.#pitch = new SelfSimilarity({ analysisRateHz: PITCH_ANALYSIS_HZ, longestLagMs });
    this.#toTelephone = sampleRateHz > TELEPHONE_HZ ? new HalfRate() : undefined;
    this.#faintFrames = new FaintFrames(this.#tuning.mostFaintMs / VOICE_FRAME_MS);
    this.#frameBytes = msToBytes(VOICE_FRAME_MS, sampleRateHz);
    this.#nowMs = startMs;
    this.#lastActiveMs = startMs;
    this.#lastHeardMs = startMs;
    this.#lastSpokenMs = startMs;
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
    const { aboveNoiseDb, faintAboveNoiseDb, faintDbfs, mostFaintMs, soundAboveNoiseDb } = this.#tuning;
    const heard = this.#hear(pcm);
    const active = heard.prominenceDb > aboveNoiseDb;
    this.#nowMs += VOICE_FRAME_MS;
    const isTune = this.#isTune();
    if (active && !isTune) this.#lastActiveMs = this.#nowMs;
    const faint = Math.max(faintDbfs, heard.floorDbfs + faintAboveNoiseDb);
    const mayBeWord = heard.levelDbfs > faint && this.#nowMs - this.#lastActiveMs <= mostFaintMs;
    const isHeard = !isTune && (active || mayBeWord);
    if (isHeard) this.#lastHeardMs = this.#nowMs;
    if (active && !isTune) this.#faintFrames.forget();
    else this.#faintFrames.push(isTune ? -Infinity : heard.levelDbfs);
    if (this.#speechSinceMs !== undefined && !isTune) this.#hearAgain(faint);
    this.#loudestDbfs = Math.max(this.#loudestDbfs - FORGOTTEN_A_FRAME_DB, heard.levelDbfs);
    if (isHeard && heard.levelDbfs > this.#loudestDbfs - SPEECH_RANGE_DB) this.#lastSpokenMs = this.#nowMs;
    if (this.#speechSinceMs !== undefined) return this.#awaitEnd(this.#speechSinceMs);
    const sound = this.#awaitSound(heard, pcm);
    // That somebody speaks counts for more than that a sound was heard.
    return this.#awaitOnset(active, heard.prominenceDb > soundAboveNoiseDb, pcm) ?? sound;
  }

  /** Since when there has been something active, some of it with a voice's pitch, that is not enough for speech yet; undefined if there is none. */
  get undecidedSinceMs(): number | undefined {
    return this.#voicedFrames === 0 || this.#speechSinceMs !== undefined ? undefined : this.#firstActiveMs;
  }

  /** The last frame was speech, or may have been. */
  get hearsVoice(): boolean {
    return this.#lastHeardMs === this.#nowMs;
  }

  /** Frees the detector. Speech that is going on is not told of any more. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#detector.close();
  }

  #hear(pcm: Pcm): Heard {
    const samples = toSamples(pcm);
    const band = this.#band.push(samples);
    const half = band.length / 2;
    const energies = [energyOf(band, 0, half), energyOf(band, half, half)] as const;
    const energy = energies[0] + energies[1];
    const levelDbfs = levelOf(energy, band.length);
    const floorDbfs = this.#floor.push(levelDbfs);
    this.#emptyFrames = energy === 0 ? this.#emptyFrames + 1 : 0;
    // Who has heard nothing for long has forgotten all else.
    if (this.#emptyFrames <= FORGOTTEN_FRAMES) this.#listenClosely(band);
    const { leastDbfs } = this.#tuning;
    if (levelDbfs > Math.max(leastDbfs, floorDbfs + STEADY_NOISE_DB)) this.#heldTones.loud();
    else this.#heldTones.faint();
    // The detector learns what noise is from all that is not quite nothing.
    const isVoice = levelDbfs > SILENCE_DBFS && this.#detector.isVoice(samples);
    const prominenceDb = isVoice && levelDbfs > leastDbfs ? levelDbfs - floorDbfs : -Infinity;
    return { levelDbfs, floorDbfs, prominenceDb, band, energies };
  }

  /** Each hears as fine a sound as it needs: what is made coarser for one of them is so for the next. */
  #listenClosely(band: Float64Array): void {
    const telephone = this.#toTelephone?.push(band) ?? band;
    const coarse = this.#toPitch.push(telephone);
    this.#heldTones.push(this.#toHeldTones.push(coarse));
    // How speech begins is of no interest while it goes on; and before it can begin again, it has not been heard for longer than they remember.
    const isSpeech = this.#speechSinceMs !== undefined && this.#lastHeardMs === this.#nowMs;
    if (isSpeech) return;
    this.#sibilance.push(telephone);
    this.#pitch.push(coarse);
  }

  /** By what the noise is known to be by now. A tune's notes fade as words do, and are none. */
  #hearAgain(faintDbfs: number): void {
    if (this.#heldTones.average > this.#tuning.mostHeld) return;
    const frames = this.#faintFrames.untilLastAbove(faintDbfs);
    this.#lastHeardMs = Math.max(this.#lastHeardMs, this.#lastActiveMs + frames * VOICE_FRAME_MS);
  }

  #awaitSound({ prominenceDb, floorDbfs, band, energies }: Heard, pcm: Pcm): SpeechEdge | undefined {
    const { soundHalves, soundAboveNoiseDb, risingDb, growingTimes, leastDbfs } = this.#tuning;
    if (this.#isSilent) this.#soundTold = false;
    const loudDbfs = Math.max(floorDbfs + soundAboveNoiseDb, leastDbfs);
    const heardDbfs = floorDbfs + risingDb;
    const isFirst = this.#loudHalves === 0 && !this.#isRising;
    for (const energy of energies) {
      const levelDbfs = levelOf(energy, band.length / energies.length);
      this.#isRising = levelDbfs > heardDbfs;
      this.#loudHalves = prominenceDb > -Infinity && levelDbfs > loudDbfs ? this.#loudHalves + 1 : 0;
    }
    if (this.#soundTold || this.#loudHalves < soundHalves || this.#isMusic()) return undefined;
    if (isFirst && !isGrowing(band, { heardDbfs, loudDbfs, times: growingTimes })) return undefined;
    this.#soundTold = true;
    if (isKeyTone(pcm)) return undefined;
    const frames = Math.ceil(this.#loudHalves / energies.length);
    return { kind: 'sound', atMs: this.#nowMs - frames * VOICE_FRAME_MS };
  }

  #awaitOnset(active: boolean, loud: boolean, pcm: Pcm): SpeechEdge | undefined {
    const { onsetWithinFrames, strongPitch, leastPitch } = this.#tuning;
    const pitch = active && !this.#isMusic() ? this.#pitchNow() : 0;
    if (this.#isWithinKey(pitch, pcm)) {
      this.#forgetOnset();
      return undefined;
    }
    const shifted = (frames: number, now: boolean, remembered = onsetWithinFrames) =>
      ((frames << 1) | Number(now)) & ((1 << remembered) - 1);
    this.#activeFrames = shifted(this.#activeFrames, active);
    this.#loudFrames = shifted(this.#loudFrames, loud, LOUD_REMEMBERED);
    this.#voicedFrames = shifted(this.#voicedFrames, pitch >= leastPitch);
    this.#strongFrames = shifted(this.#strongFrames, pitch >= strongPitch);
    if (!this.#isOnset()) return undefined;
    this.#speechSinceMs = this.#firstActiveMs;
    return { kind: 'started', atMs: this.#speechSinceMs };
  }

  /** Of its last frame only the beginning may be left: no key tone any more, and in what was heard before it like a voice. */
  #isWithinKey(pitch: number, pcm: Pcm): boolean {
    const { leastPitch, strongWithinFrames } = this.#tuning;
    // Dear, and with the first such frame nothing begins unless others were active before it.
    const mayBegin = this.#voicedFrames !== 0 || bitsIn(this.#activeFrames) + 1 >= strongWithinFrames;
    if (pitch >= leastPitch && mayBegin && isKeyTone(pcm)) this.#keyUntilMs = this.#nowMs + KEY_ENDS_MS;
    return this.#nowMs <= this.#keyUntilMs;
  }

  #forgetOnset(): void {
    this.#activeFrames = 0;
    this.#voicedFrames = 0;
    this.#strongFrames = 0;
    this.#loudFrames = 0;
  }

  #isOnset(): boolean {
    const { onsetFrames, strongWithinFrames, leastSibilance } = this.#tuning;
    if (bitsIn(this.#voicedFrames) >= onsetFrames) return true;
    const isStrong = (this.#strongFrames & LAST_FRAME) !== 0;
    if (isStrong && bitsIn(this.#activeFrames) >= strongWithinFrames) return true;
    const isHiss =
      (this.#loudFrames & FOUR_FRAMES) === FOUR_FRAMES && bitsIn(this.#loudFrames) <= LONGEST_HISS;
    // A high tone lies as high, and no voice follows.
    return isHiss && this.#sibilance.value >= leastSibilance && !this.#isMusic();
  }

  /** Of the frames that are remembered. */
  get #firstActiveMs(): number {
    return this.#nowMs - (32 - Math.clz32(this.#activeFrames)) * VOICE_FRAME_MS;
  }

  /** What began like a voice and turns out to be a tune is over. */
  #isTune(): boolean {
    const { surelyHeld, longestTuneMs } = this.#tuning;
    if (this.#speechSinceMs !== undefined && this.#nowMs - this.#speechSinceMs < longestTuneMs) return false;
    return this.#heldTones.average > surelyHeld;
  }

  #isMusic(): boolean {
    const { mostHeld, mostHeldAtOnset } = this.#tuning;
    return this.#heldTones.average > mostHeld || this.#heldTones.latest > mostHeldAtOnset;
  }

  #pitchNow(): number {
    return this.#pitch.between(PITCH_PERIOD_MS.from, PITCH_PERIOD_MS.to);
  }

  #awaitEnd(startedAtMs: number): SpeechEdge | undefined {
    if (!this.#isSilent) return undefined;
    this.#speechSinceMs = undefined;
    this.#loudHalves = 0;
    this.#forgetOnset();
    // Words that were soft beside a knock before them ended when they were last heard, and not before they began.
    const endedAtMs = this.#lastSpokenMs > startedAtMs ? this.#lastSpokenMs : this.#lastHeardMs;
    return { kind: 'stopped', startedAtMs, endedAtMs };
  }

  /** Nothing was active for a while. */
  get #isSilent(): boolean {
    return this.#nowMs - this.#lastHeardMs >= this.#tuning.detectionSilenceMs;
  }
}

function bitsIn(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
