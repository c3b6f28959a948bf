/**
 * Sum of the products of two runs of samples, the inner loop of filters and correlations. Four sums side by side, because each
 * addition would otherwise wait for the one before; `length` is a multiple of 4.
 */
export function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let at = 0; at < length; at += 4) {
    one += (a[fromA + at] ?? 0) * (b[fromB + at] ?? 0);
    two += (a[fromA + at + 1] ?? 0) * (b[fromB + at + 1] ?? 0);
    three += (a[fromA + at + 2] ?? 0) * (b[fromB + at + 2] ?? 0);
    four += (a[fromA + at + 3] ?? 0) * (b[fromB + at + 3] ?? 0);
  }
  return one + two + (three + four);
}
