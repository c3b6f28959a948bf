/**
 * Measures one side of a call frame by frame: when there was sound, how loud, and how much of it clipped. It keeps numbers and no sound,
 * and allocates nothing for a frame.
 */
import { BYTES_PER_SAMPLE, bytesToMs } from '../audio/pcm.ts';
import { energyIn, levelOf } from '../audio/level.ts';
import { BLOCK_MS, FAINT_ENERGY, LEARNING_BLOCKS, LineNoise, SOUND_ENERGY } from './line-noise.ts';
import { SoundSpans } from './sound-spans.ts';
import type { SoundSpan } from './sound-spans.ts';

/** What G.711 makes of the loudest sample: 32 124 by µ-law, 32 256 by A-law. */
const CLIPPED = 32_100;
/** Pieces that are so much later than their turn were held up by something: what lies between them is silence, ms. */
const APART_MS = 40;

/** Of all meters: nobody is interrupted while he measures. A quarter of a second at 16 kHz. */
const SAMPLES = new Int16Array(4096);
const SCRATCH = new Uint8Array(SAMPLES.buffer);

export interface SideMeterOptions {
  readonly sampleRateHz: number;
  /** `line`: what is behind the speech is told from it. `clean`: there is nothing behind it, as behind a synthesized voice. */
  readonly background: 'line' | 'clean';
}

export interface SideHeard {
  /** When there was sound, on the clock of what was heard. */
  readonly spans: readonly SoundSpan[];
  /** Of what was sound, dBFS; null where there was none. */
  readonly levelDbfs: number | null;
  readonly clippedMs: number;
  /** What was louder than the line's own noise, and too faint to be sound. */
  readonly faintMs: number;
  /** Of that, dBFS; null where there was none. */
  readonly faintDbfs: number | null;
  /** There was more than is kept count of. */
  readonly isPart: boolean;
}

export class SideMeter {
  readonly #rateHz: number;
  readonly #blockSamples: number;
  readonly #noise: LineNoise | undefined;
  readonly #sounds = new Sounds();
  /** The call's first blocks, of which only what follows tells whether they are more than the line's noise. */
  #undecided: Blocks | undefined;
  #endMs = -Infinity;
  /** The block that is not whole yet. */
  #energy = 0;
  #samples = 0;
  #clippedSamples = 0;

  constructor({ sampleRateHz, background }: SideMeterOptions) {
    this.#rateHz = sampleRateHz;
    this.#blockSamples = (BLOCK_MS * sampleRateHz) / 1000;
    this.#noise = background === 'line' ? new LineNoise() : undefined;
    this.#undecided = background === 'line' ? new Blocks() : undefined;
  }

  /** PCM, 16-bit signed little-endian mono; its first sample was heard at `atMs`. What comes later must have been heard later. */
  hear(pcm: Uint8Array, atMs: number): void {
    if (atMs - this.#endMs > APART_MS) this.#endBlock(this.#endMs);
    for (let at = 0; at < pcm.byteLength; at += SCRATCH.byteLength) {
      const isWhole = at === 0 && pcm.byteLength <= SCRATCH.byteLength;
      const piece = isWhole ? pcm : pcm.subarray(at, at + SCRATCH.byteLength);
      this.#measure(piece, atMs + (at / BYTES_PER_SAMPLE) * (1000 / this.#rateHz));
    }
    this.#endMs = atMs + bytesToMs(pcm.byteLength, this.#rateHz);
  }

  /** Counted from `sinceMs`: nothing before it. */
  heardSince(sinceMs: number): SideHeard {
    const { spans, faint, levelDbfs } = this.#undecided
      ? this.#decided(this.#undecided, new Sounds())
      : this.#sounds;
    return {
      spans: spans.list(sinceMs),
      levelDbfs,
      clippedMs: (this.#clippedSamples * 1000) / this.#rateHz,
      faintMs: (faint.samples * 1000) / this.#rateHz,
      faintDbfs: faint.levelDbfs,
      isPart: spans.isFull,
    };
  }

  /** What fits into the scratch. */
  #measure(pcm: Uint8Array, atMs: number): void {
    // Copied, because the bytes may lie where no 16-bit view can begin.
    SCRATCH.set(pcm);
    const length = pcm.byteLength >> 1;
    for (let from = 0; from < length;) {
      const to = Math.min(length, from + this.#blockSamples - this.#samples);
      const energy = energyIn(SAMPLES, from, to);
      // A block without so much energy has no sample at the limit.
      if (energy >= CLIPPED * CLIPPED) this.#countClipped(from, to);
      this.#energy += energy;
      this.#samples += to - from;
      from = to;
      if (this.#samples >= this.#blockSamples) this.#endBlock(atMs + (to * 1000) / this.#rateHz);
    }
  }

  #countClipped(from: number, to: number): void {
    for (let at = from; at < to; at++) if (Math.abs(SAMPLES[at] as number) >= CLIPPED) this.#clippedSamples++;
  }

  #endBlock(endMs: number): void {
    if (this.#samples === 0) return;
    this.#noise?.hear(this.#energy / this.#samples);
    if (!this.#undecided) this.#judge(this.#sounds, this.#energy, this.#samples, endMs);
    else if (this.#undecided.push(this.#energy, this.#samples, endMs) === LEARNING_BLOCKS) {
      this.#decided(this.#undecided, this.#sounds);
      this.#undecided = undefined;
    }
    this.#energy = 0;
    this.#samples = 0;
  }

  #decided(blocks: Blocks, sounds: Sounds): Sounds {
    this.#noise?.learn();
    blocks.forEach((energy, samples, endMs) => this.#judge(sounds, energy, samples, endMs));
    return sounds;
  }

  #judge(sounds: Sounds, energy: number, samples: number, endMs: number): void {
    const mean = energy / samples;
    if (mean >= (this.#noise?.soundEnergy ?? SOUND_ENERGY))
      sounds.add(energy, samples, endMs - (samples * 1000) / this.#rateHz, endMs);
    else if (mean >= (this.#noise?.faintEnergy ?? FAINT_ENERGY)) sounds.faint.add(energy, samples);
  }
}

/** Of stretches that belong together. */
class Loudness {
  samples = 0;
  #energy = 0;

  add(energy: number, samples: number): void {
    this.#energy += energy;
    this.samples += samples;
  }

  get levelDbfs(): number | null {
    return this.samples > 0 ? levelOf(this.#energy, this.samples) : null;
  }
}

/** What has turned out to be sound, and what to be too faint for it. */
class Sounds {
  readonly spans = new SoundSpans();
  readonly faint = new Loudness();
  readonly #loudness = new Loudness();

  add(energy: number, samples: number, fromMs: number, toMs: number): void {
    this.spans.add(fromMs, toMs);
    this.#loudness.add(energy, samples);
  }

  get levelDbfs(): number | null {
    return this.#loudness.levelDbfs;
  }
}

/** As many as the line's noise takes to be learnt. */
class Blocks {
  readonly #numbers = new Float64Array(3 * LEARNING_BLOCKS);
  #count = 0;

  /** Tells how many there are. */
  push(energy: number, samples: number, endMs: number): number {
    const at = 3 * this.#count++;
    this.#numbers[at] = energy;
    this.#numbers[at + 1] = samples;
    this.#numbers[at + 2] = endMs;
    return this.#count;
  }

  forEach(tell: (energy: number, samples: number, endMs: number) => void): void {
    for (let at = 0; at < 3 * this.#count; at += 3)
      tell(this.#numbers[at] as number, this.#numbers[at + 1] as number, this.#numbers[at + 2] as number);
  }
}
