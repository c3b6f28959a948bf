/**
 * Measures one side of a call frame by frame: when there was sound, how loud, how much of it clipped, and what never came. It keeps
 * numbers and no sound, and allocates nothing for a frame.
 */
import { BYTES_PER_SAMPLE, bytesToMs } from '../audio/pcm.ts';
import { SoundSpans } from './sound-spans.ts';

/** How finely edges are found, ms. */
const BLOCK_MS = 5;
/** Above line noise and G.711's own, below quiet speech. */
const SOUND_DBFS = -45;
/** A line's own noise is no sound: so far above its quietest moments it must be, dB. */
const ABOVE_NOISE_DB = 10;
/** Nobody's line is that loud while nobody speaks: speech without a breath does not become its own noise. */
const LOUDEST_NOISE_DBFS = -35;
/** Speech has a gap every few syllables: the quietest moment of two seconds is the line's noise. */
const NOISE_BUCKETS = 8;
const BLOCKS_A_BUCKET = 250 / BLOCK_MS;
/** What G.711 makes of the loudest sample: 32 124 by µ-law, 32 256 by A-law. */
const CLIPPED = 32_100;
/** Pieces that are so much later than their turn were held up by something: what lies between them is silence, ms. */
const APART_MS = 40;
const FULL_SCALE_ENERGY = 0x8000 ** 2;

/** Of all meters: nobody is interrupted while he measures. A quarter of a second at 16 kHz. */
const SAMPLES = new Int16Array(4096);
const SCRATCH = new Uint8Array(SAMPLES.buffer);

export interface SideMeterOptions {
  readonly sampleRateHz: number;
  /** `line`: what is behind the speech is told from it. `clean`: there is nothing behind it, as behind a synthesized voice. */
  readonly background: 'line' | 'clean';
}

export interface SideLevels {
  /** Of what was sound, dBFS; null where there was none. */
  readonly levelDbfs: number | null;
  readonly clippedMs: number;
  /** What did not come, or not in its place, ms. */
  readonly missingMs: number;
}

export class SideMeter {
  readonly spans = new SoundSpans();
  readonly #rateHz: number;
  readonly #blockSamples: number;
  readonly #seeksNoise: boolean;
  #endMs = -Infinity;
  /** The block that is not whole yet. */
  #energy = 0;
  #samples = 0;
  #leastEnergy = energyOf(SOUND_DBFS);
  /** The lowest smoothed energy of each quarter of a second. */
  readonly #lowest = new Float64Array(NOISE_BUCKETS).fill(0);
  #bucket = 0;
  #blocksInBucket = 0;
  #smoothed = 0;
  #soundEnergy = 0;
  #soundSamples = 0;
  #clippedSamples = 0;
  #missingMs = 0;

  constructor({ sampleRateHz, background }: SideMeterOptions) {
    this.#rateHz = sampleRateHz;
    this.#blockSamples = (BLOCK_MS * sampleRateHz) / 1000;
    this.#seeksNoise = background === 'line';
  }

  /** PCM, 16-bit signed little-endian mono; its first sample was heard at `atMs`. What comes later must have been heard later. */
  hear(pcm: Uint8Array, atMs: number): void {
    const apartMs = atMs - this.#endMs;
    if (apartMs > APART_MS) this.#endBlock(this.#endMs);
    // What comes early again has only been late.
    if (this.#endMs !== -Infinity) this.#missingMs += apartMs;
    for (let at = 0; at < pcm.byteLength; at += SCRATCH.byteLength) {
      const isWhole = at === 0 && pcm.byteLength <= SCRATCH.byteLength;
      const piece = isWhole ? pcm : pcm.subarray(at, at + SCRATCH.byteLength);
      this.#measure(piece, atMs + (at / BYTES_PER_SAMPLE) * (1000 / this.#rateHz));
    }
    this.#endMs = atMs + bytesToMs(pcm.byteLength, this.#rateHz);
  }

  /** What fits into the scratch. */
  #measure(pcm: Uint8Array, atMs: number): void {
    // Copied, because the bytes may lie where no 16-bit view can begin.
    SCRATCH.set(pcm);
    const length = pcm.byteLength >> 1;
    for (let from = 0; from < length;) {
      const to = Math.min(length, from + this.#blockSamples - this.#samples);
      let energy = 0;
      for (let at = from; at < to; at++) {
        const sample = SAMPLES[at] as number;
        energy += sample * sample;
      }
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

  get levels(): SideLevels {
    const mean = this.#soundSamples > 0 ? this.#soundEnergy / this.#soundSamples / FULL_SCALE_ENERGY : 0;
    return {
      levelDbfs: mean > 0 ? 10 * Math.log10(mean) : null,
      clippedMs: (this.#clippedSamples * 1000) / this.#rateHz,
      missingMs: Math.max(0, this.#missingMs),
    };
  }

  #endBlock(endMs: number): void {
    if (this.#samples === 0) return;
    const mean = this.#energy / this.#samples;
    if (mean >= this.#leastEnergy) {
      this.spans.add(endMs - (this.#samples * 1000) / this.#rateHz, endMs);
      this.#soundEnergy += this.#energy;
      this.#soundSamples += this.#samples;
    }
    if (this.#seeksNoise) this.#seekNoise(mean);
    this.#energy = 0;
    this.#samples = 0;
  }

  #seekNoise(mean: number): void {
    // A single faint block, a lost packet for example, is not the line's noise.
    this.#smoothed += (mean - this.#smoothed) / 4;
    const bucket = this.#bucket;
    this.#lowest[bucket] =
      this.#blocksInBucket === 0 ? this.#smoothed : Math.min(this.#lowest[bucket] ?? 0, this.#smoothed);
    if (++this.#blocksInBucket < BLOCKS_A_BUCKET) return;
    this.#blocksInBucket = 0;
    this.#bucket = (bucket + 1) % NOISE_BUCKETS;
    let quietest = energyOf(LOUDEST_NOISE_DBFS);
    for (let at = 0; at < NOISE_BUCKETS; at++) quietest = Math.min(quietest, this.#lowest[at] ?? 0);
    this.#leastEnergy = Math.max(energyOf(SOUND_DBFS), quietest * 10 ** (ABOVE_NOISE_DB / 10));
  }
}

function energyOf(dbfs: number): number {
  return FULL_SCALE_ENERGY * 10 ** (dbfs / 10);
}
