/**
 * Sample-rate conversion of a stream, piece by piece: a polyphase filter bank of Kaiser-windowed sincs with a rational ratio.
 * What comes out does not depend on how the stream was cut into pieces.
 */
import { ParleyError } from '../base/errors.ts';
import { dot } from './dot.ts';
import { BYTES_PER_SAMPLE, concatBytes, type Pcm } from './pcm.ts';

/** What telephones, synthesizers and recognizers use. Their ratios are small enough for one table each. */
export const SAMPLE_RATES_HZ: readonly number[] = [8000, 16_000, 22_050, 24_000, 44_100, 48_000];

/** Of the lower rate's half: everything below passes unchanged (3.4 kHz at 8 kHz), everything above the half is stopped. */
export const PASS_BAND_SHARE = 0.85;

/** How far aliases and images are pushed down; what is left lies below the noise of 16 bits. */
const STOP_BAND_DB = 96;

/** A whole clip at another rate, or as it is if it has that rate. Throws AUDIO_INVALID for a rate that is not in SAMPLE_RATES_HZ. */
export function resampled(clip: Pcm, toHz: number): Pcm {
  const resampler = new Resampler(clip.sampleRateHz, toHz);
  if (clip.sampleRateHz === toHz) return clip;
  return { sampleRateHz: toHz, data: concatBytes([resampler.push(clip.data), resampler.flush()]) };
}

/**
 * One direction of one stream; 16-bit signed little-endian mono PCM in whole samples. Input and output begin at the same instant
 * and last equally long. A sample comes out when the input is about 5 ms ahead of it if the lower rate is 8 kHz, 2.5 ms if it is
 * 16 kHz, less above; none at all between equal rates, where pieces pass through as they are.
 */
export class Resampler {
  readonly #bank: FilterBank | undefined;
  /** Input that is still needed, oldest first, and room for the next piece. */
  #input = new Float64Array(0);
  #inputLength = 0;
  /** Where in `#input` the next output sample's filter begins, and which filter of the bank it is. */
  #at = 0;
  #phase = 0;

  /** Throws AUDIO_INVALID for a rate that is not in SAMPLE_RATES_HZ. */
  constructor(fromHz: number, toHz: number) {
    const unknown = [fromHz, toHz].find((rate) => !SAMPLE_RATES_HZ.includes(rate));
    if (unknown !== undefined)
      throw new ParleyError('AUDIO_INVALID', `${unknown} Hz is none of the rates that can be converted.`);
    this.#bank = fromHz === toHz ? undefined : bankFor(fromHz, toHz);
    this.#restart();
  }

  /** What can be said of the stream after this piece; may be empty. The piece is not kept. */
  push(pcm: Uint8Array): Uint8Array {
    if (!this.#bank) return pcm;
    this.#append(pcm);
    return this.#filter(this.#bank);
  }

  /** The rest of the stream, as if silence followed. The next piece then begins a new stream. */
  flush(): Uint8Array {
    if (!this.#bank) return new Uint8Array(0);
    this.#append(new Uint8Array((this.#bank.taps / 2) * BYTES_PER_SAMPLE));
    const rest = this.#filter(this.#bank);
    this.#restart();
    return rest;
  }

  #restart(): void {
    // The first filter is centred on the first sample, so that half of it looks at silence before the stream.
    this.#inputLength = this.#bank ? this.#bank.taps / 2 - 1 : 0;
    if (this.#input.length < this.#inputLength) this.#input = new Float64Array(this.#inputLength);
    this.#input.fill(0, 0, this.#inputLength);
    this.#at = 0;
    this.#phase = 0;
  }

  #append(pcm: Uint8Array): void {
    const samples = pcm.byteLength / BYTES_PER_SAMPLE;
    const needed = this.#inputLength + samples;
    if (needed > this.#input.length) {
      const larger = new Float64Array(needed);
      larger.set(this.#input.subarray(0, this.#inputLength));
      this.#input = larger;
    }
    const input = this.#input;
    let to = this.#inputLength;
    for (let byte = 0; byte < pcm.byteLength; byte += 2) {
      input[to++] = (((pcm[byte] ?? 0) | ((pcm[byte + 1] ?? 0) << 8)) << 16) >> 16;
    }
    this.#inputLength = needed;
  }

  #filter({ phases, step, taps, coefficients }: FilterBank): Uint8Array {
    const room = this.#inputLength - taps - this.#at;
    const count = room < 0 ? 0 : Math.ceil(((room + 1) * phases - this.#phase) / step);
    const output = new Int16Array(count);
    let [at, phase] = [this.#at, this.#phase];
    for (let index = 0; index < count; index++) {
      output[index] = clamped(Math.round(dot(this.#input, at, coefficients, phase * taps, taps)));
      phase += step;
      at += Math.floor(phase / phases);
      phase %= phases;
    }
    const done = Math.min(at, this.#inputLength);
    this.#input.copyWithin(0, done, this.#inputLength);
    this.#inputLength -= done;
    this.#at = at - done;
    this.#phase = phase;
    return new Uint8Array(output.buffer);
  }
}

function clamped(sample: number): number {
  return sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample;
}

/** A filter for each of the places that an output sample can have between two input samples. */
interface FilterBank {
  readonly phases: number;
  /** From one output sample to the next, in phases. */
  readonly step: number;
  /** Coefficients of one filter; a multiple of 4. */
  readonly taps: number;
  /** All filters behind one another. */
  readonly coefficients: Float64Array;
}

/** Shared by all streams: at most thirty, of 300 KB at the very most. */
const banks = new Map<string, FilterBank>();

function bankFor(fromHz: number, toHz: number): FilterBank {
  const ratio = `${fromHz}:${toHz}`;
  const bank = banks.get(ratio) ?? designBank(fromHz, toHz);
  banks.set(ratio, bank);
  return bank;
}

/** Length and shape by Kaiser's formulas (Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5.3). */
function designBank(fromHz: number, toHz: number): FilterBank {
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const phases = toHz / divisor;
  // All frequencies as a share of the input's rate.
  const stopEdge = Math.min(fromHz, toHz) / fromHz / 2;
  const transition = stopEdge * (1 - PASS_BAND_SHARE);
  const cutOff = stopEdge - transition / 2;
  const taps = 4 * Math.ceil((STOP_BAND_DB - 7.95) / (2.285 * 2 * Math.PI * transition) / 4);
  const beta = 0.1102 * (STOP_BAND_DB - 8.7);

  const coefficients = new Float64Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    const filter = coefficients.subarray(phase * taps, (phase + 1) * taps);
    const centre = taps / 2 - 1 + phase / phases;
    for (let tap = 0; tap < taps; tap++) {
      filter[tap] = sinc(2 * cutOff * (tap - centre)) * kaiser((tap - centre) / (taps / 2), beta);
    }
    // Exactly 1 for a constant, in every phase: otherwise the phases would be heard as a tone.
    const gain = filter.reduce((sum, coefficient) => sum + coefficient, 0);
    filter.forEach((coefficient, tap) => (filter[tap] = coefficient / gain));
  }
  return { phases, step: fromHz / divisor, taps, coefficients };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The window at `x` from −1 to 1, not yet divided by its height. */
function kaiser(x: number, beta: number): number {
  return besselI0(beta * Math.sqrt(Math.max(0, 1 - x * x)));
}

/** The modified Bessel function of order zero, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
