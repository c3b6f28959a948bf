/**
 * Whether a bot that has fallen silent begins what it was saying once more: the same words in the same voice. Of a voice that is as loud all the time (a
 * tone) that cannot be told, nor of one that says the same words otherwise each time.
 */
import { slice } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import type { SoundSpan } from '../../ear/sound-spans.ts';
import { BLOCK_MS, compared, loudness } from './loudness.ts';

/** Of less two sentences could begin alike, ms. */
const LEAST_MS = 600;
/** What is longer is like what went before it, ms. */
const ENOUGH_MS = 2000;
/** A first sound is found so exactly, ms: a line's packets, and the closure of a plosive. */
const WITHIN_MS = 60;

/** `before`: what was said until it fell silent; `after`: what it said then. */
export function beginsAgain(heard: Pcm, before: SoundSpan, after: SoundSpan): boolean {
  const forMs = Math.min(ENOUGH_MS, before.toMs - before.fromMs, after.toMs - after.fromMs);
  if (forMs < LEAST_MS) return false;
  const length = Math.floor(forMs / BLOCK_MS);
  const first = loudness(slice(heard, before.fromMs, before.fromMs + forMs)).subarray(0, length);
  const fromMs = Math.max(0, after.fromMs - WITHIN_MS);
  const again = loudness(slice(heard, fromMs, after.fromMs + WITHIN_MS + forMs));
  for (let lag = 0; lag + length <= again.length; lag++)
    if (compared(first, again.subarray(lag, lag + length)).isAlike) return true;
  return false;
}
