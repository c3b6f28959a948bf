/** Whether a bot says nothing but what is said to it: a line that is looped back sounds like somebody who answers at once. */
import { toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';

/** How finely loudness is compared, ms: finer than syllables. */
const BLOCK_MS = 10;
/** What comes back later is no loop but somebody who repeats, ms. */
const LATEST_MS = 1000;
/** No two people are louder and softer together to this degree. */
const ALIKE = 0.9;
/** What comes back more faintly is an echo of the line, behind a bot that speaks, as a share of what was said. */
const LEAST_SHARE = 0.2;
/** Of less nothing can be told, ms. */
const LEAST_SAID_MS = 400;

export function isEcho(said: Pcm, heard: Pcm): boolean {
  const [spoken, back] = [loudness(said), loudness(heard)];
  // Where the caller speaks, and around it: what is silent all the time is like everything.
  const isNear = (at: number) => spoken.subarray(Math.max(0, at - 20), at + 20).some((loud) => loud > 0);
  const places = [...spoken.keys()].filter(isNear);
  const spokenMs = spoken.filter((loud) => loud > 0).length * BLOCK_MS;
  if (spokenMs < LEAST_SAID_MS) return false;
  const was = places.map((at) => spoken[at] ?? 0);
  for (let lag = 0; lag <= LATEST_MS / BLOCK_MS; lag++) {
    const { likeness, share } = compared(
      was,
      places.map((at) => back[at + lag] ?? 0),
    );
    if (likeness >= ALIKE && share >= LEAST_SHARE) return true;
  }
  return false;
}

/** Of each block; 0 for what nobody hears. */
function loudness(pcm: Pcm): Float64Array {
  const samples = toSamples(pcm);
  const perBlock = (BLOCK_MS * pcm.sampleRateHz) / 1000;
  return Float64Array.from({ length: Math.floor(samples.length / perBlock) }, (_, block) => {
    let energy = 0;
    for (let at = block * perBlock; at < (block + 1) * perBlock; at++) energy += (samples[at] ?? 0) ** 2;
    const level = Math.sqrt(energy / perBlock);
    return level < FAINT ? 0 : level;
  });
}

/** About -50 dBFS. */
const FAINT = 100;

/** Pearson's correlation, and how loud the second is beside the first. */
function compared(
  some: readonly number[],
  others: readonly number[],
): { readonly likeness: number; readonly share: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [someMean, othersMean] = [mean(some), mean(others)];
  let [both, ofSome, ofOthers] = [0, 0, 0];
  for (const [at, value] of some.entries()) {
    const [one, other] = [value - someMean, (others[at] ?? 0) - othersMean];
    both += one * other;
    ofSome += one * one;
    ofOthers += other * other;
  }
  const spread = Math.sqrt(ofSome * ofOthers);
  return { likeness: spread === 0 ? 0 : both / spread, share: someMean === 0 ? 0 : othersMean / someMean };
}
