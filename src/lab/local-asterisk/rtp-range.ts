/** Ten ranges, each enough for 1,000 channels, above the ports that are given out. Two Asterisks may share one: each takes the next port when one is in use. */
const RANGES = { first: 12_000, count: 10, size: 2_000 };

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export function rtpRange(): PortRange {
  const first = RANGES.first + RANGES.size * Math.floor(Math.random() * RANGES.count);
  return { first, last: first + RANGES.size - 1 };
}
