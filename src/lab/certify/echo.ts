/** Whether a bot says nothing but what is said to it: a line that is looped back sounds like somebody who answers at once. */
import type { Pcm } from '../../audio/pcm.ts';
import { BLOCK_MS, compared, loudness } from './loudness.ts';

/** What comes back later is no loop but somebody who repeats, ms. */
const LATEST_MS = 1000;
/** What comes back more faintly is an echo of the line, behind a bot that speaks, as a share of what was said. */
const LEAST_SHARE = 0.2;
/** Of less nothing can be told, ms. */
const LEAST_SAID_MS = 400;
/** What is compared reaches so far around what was said, ms: what is silent all the time is like everything. */
const AROUND_MS = 200;

export function isEcho(said: Pcm, heard: Pcm): boolean {
  const [spoken, back] = [loudness(said), loudness(heard)];
  const spokenMs = spoken.filter((loud) => loud > 0).length * BLOCK_MS;
  if (spokenMs < LEAST_SAID_MS) return false;
  const around = AROUND_MS / BLOCK_MS;
  const isNear = (at: number) =>
    spoken.subarray(Math.max(0, at - around), at + around).some((loud) => loud > 0);
  const places = [...spoken.keys()].filter(isNear);
  const was = places.map((at) => spoken[at] ?? 0);
  for (let lag = 0; lag <= LATEST_MS / BLOCK_MS; lag++) {
    const now = places.map((at) => back[at + lag] ?? 0);
    const { isAlike, share } = compared(was, now);
    if (isAlike && share >= LEAST_SHARE) return true;
  }
  return false;
}
