/** Which frequencies a short piece of sound holds. */

/**
 * The energy in each of `size / 2 + 1` evenly spaced frequencies, from 0 to half the sample rate. `samples` are faded in and out (Hann)
 * and filled up with zeros to `size`, a power of two.
 */
export function powerSpectrum(samples: Int16Array, size: number): Float64Array {
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  const length = Math.min(samples.length, size);
  for (let i = 0; i < length; i++)
    real[i] = (samples[i] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length));
  transform(real, imaginary);
  return Float64Array.from(
    { length: size / 2 + 1 },
    (_, k) => (real[k] ?? 0) ** 2 + (imaginary[k] ?? 0) ** 2,
  );
}

/** The fast Fourier transform, in place (radix 2, Cooley and Tukey 1965). */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
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
      const angle = (-2 * Math.PI * k) / span;
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
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
