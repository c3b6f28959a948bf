/** Which frequencies a short piece of sound holds. */

/**
 * The energy in each of `size / 2 + 1` evenly spaced frequencies, from 0 to half the sample rate. `samples` are faded in and out (Hann)
 * and filled up with zeros to `size`, a power of two.
 */
export function powerSpectrum(samples: Int16Array, size: number): Float64Array {
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  const length = Math.min(samples.length, size);
  const { cos } = circle(length);
  for (let i = 0; i < length; i++) real[i] = (samples[i] ?? 0) * (0.5 - 0.5 * (cos[i] ?? 0));
  transform(real, imaginary);
  const power = new Float64Array(size / 2 + 1);
  for (let k = 0; k < power.length; k++) power[k] = (real[k] ?? 0) ** 2 + (imaginary[k] ?? 0) ** 2;
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

/** The fast Fourier transform, in place (radix 2, Cooley and Tukey 1965). */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  const turn = circle(size);
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
    for (let k = 0; k < half; k++) {
      const cos = turn.cos[(k * size) / span] ?? 0;
      const sin = -(turn.sin[(k * size) / span] ?? 0);
      for (let low = k; low < size; low += span) {
        const high = low + half;
        const turnedReal = (real[high] ?? 0) * cos - (imaginary[high] ?? 0) * sin;
        const turnedImaginary = (real[high] ?? 0) * sin + (imaginary[high] ?? 0) * cos;
        real[high] = (real[low] ?? 0) - turnedReal;
        imaginary[high] = (imaginary[low] ?? 0) - turnedImaginary;
        real[low] = (real[low] ?? 0) + turnedReal;
        imaginary[low] = (imaginary[low] ?? 0) + turnedImaginary;
      }
    }
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i] ?? 0;
  values[i] = values[j] ?? 0;
  values[j] = kept;
}
