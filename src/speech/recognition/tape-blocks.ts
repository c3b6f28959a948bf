/**
 * Memory for tapes, used again for the next utterance. A block lives as long as somebody speaks, by which time it is old to the collector, and
 * what is old stays until the whole heap is looked through: that may be a minute, in which each caller has spoken many times.
 */

/** Half a second at 16 kHz. Frames that were kept one by one would each outlive the collector's youth. */
export const BLOCK_BYTES = 16_000;

/** What a hundred callers who speak at once need is kept, 4 MB; more than that goes back to the collector. */
const MOST_FREE = 256;

const free: Uint8Array[] = [];

/** A block with whatever it held before: to be read only where it was written. */
export function takeBlock(): Uint8Array {
  return free.pop() ?? new Uint8Array(BLOCK_BYTES);
}

/** Nobody may look at them any more, nor at a view of them: what comes next into them is somebody else's voice. */
export function giveBack(blocks: readonly Uint8Array[]): void {
  free.push(...blocks.slice(0, MOST_FREE - free.length));
}
