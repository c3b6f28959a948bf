/** Which frequencies a short piece of sound holds. */

/**
 * The energy in each of `size / 2 + 1` evenly spaced frequencies, from 0 to half the sample rate. `samples` are faded in and out (Hann)
 * and filled up with zeros to `size`, a power of two.
 *
 * Sound has no imaginary part: every other sample is put there, which makes the transform half as long, and the two halves are told apart
 * afterwards.
 */
export function powerSpectrum(samples: Int16Array, size: number): Float64Array {
  const half = size / 2;
  const real = new Float64Array(half);
  const imaginary = new Float64Array(half);
  const length = Math.min(samples.length, size);
  const fade = circle(length).cos;
  for (let i = 0; i < length; i++) {
    const faded = (samples[i] as number) * (0.5 - 0.5 * (fade[i] as number));
    if (i & 1) imaginary[i >> 1] = faded;
    else real[i >> 1] = faded;
  }
  transform(real, imaginary);
  return powersOf(real, imaginary, circle(size));
}

/** Of all samples in their order, from the transform of the even ones and, as imaginary part, of the odd ones. */
function powersOf(real: Float64Array, imaginary: Float64Array, { cos, sin }: Circle): Float64Array {
  const half = real.length;
  const power = new Float64Array(half + 1);
  for (let k = 0; k <= half; k++) {
    const at = k === half ? 0 : k;
    const mirrored = k === 0 ? 0 : half - k;
    const evenReal = ((real[at] as number) + (real[mirrored] as number)) / 2;
    const evenImaginary = ((imaginary[at] as number) - (imaginary[mirrored] as number)) / 2;
    const oddReal = ((imaginary[at] as number) + (imaginary[mirrored] as number)) / 2;
    const oddImaginary = ((real[mirrored] as number) - (real[at] as number)) / 2;
    const turnReal = cos[k] as number;
    const turnImaginary = -(sin[k] as number);
    const wholeReal = evenReal + oddReal * turnReal - oddImaginary * turnImaginary;
    const wholeImaginary = evenImaginary + oddReal * turnImaginary + oddImaginary * turnReal;
    power[k] = wholeReal * wholeReal + wholeImaginary * wholeImaginary;
  }
  return power;
}

interface Circle {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** One turn in so many equal steps. A handful of sizes is ever asked for. */
const circles = new Map<number, Circle>();

function circle(steps: number): Circle {
  const known = circles.get(steps);
  if (known) return known;
  const made = { cos: new Float64Array(steps), sin: new Float64Array(steps) };
  for (let i = 0; i < steps; i++) {
    made.cos[i] = Math.cos((2 * Math.PI * i) / steps);
    made.sin[i] = Math.sin((2 * Math.PI * i) / steps);
  }
  circles.set(steps, made);
  return made;
}

/** The fast Fourier transform, in place (radix 2, Cooley and Tukey 1965). Every index is within: `as number` costs no look at that. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  const { cos, sin } = circle(size);
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      swap(real, i, j);
      swap(imaginary, i, j);
    }
  }
  for (let span = 2; span <= size; span <<= 1) {
    const half = span >> 1;
    const step = size / span;
    for (let k = 0; k < half; k++) {
      const turnReal = cos[k * step] as number;
      const turnImaginary = -(sin[k * step] as number);
      for (let low = k; low < size; low += span) {
        const high = low + half;
        const highReal = real[high] as number;
        const highImaginary = imaginary[high] as number;
        const turnedReal = highReal * turnReal - highImaginary * turnImaginary;
        const turnedImaginary = highReal * turnImaginary + highImaginary * turnReal;
        const lowReal = real[low] as number;
        const lowImaginary = imaginary[low] as number;
        real[high] = lowReal - turnedReal;
        imaginary[high] = lowImaginary - turnedImaginary;
        real[low] = lowReal + turnedReal;
        imaginary[low] = lowImaginary + turnedImaginary;
      }
    }
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i] as number;
  values[i] = values[j] as number;
  values[j] = kept;
}
