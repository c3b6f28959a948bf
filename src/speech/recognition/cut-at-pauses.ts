/** Cuts long speech where the speaker pauses, for recognizers that take only short audio. */
import { BYTES_PER_SAMPLE, bytesToMs, msToBytes, slice, toSamples, type Pcm } from '../../audio/pcm.ts';

export interface PieceLimit {
  /** No piece lasts longer. At least 100. */
  readonly maxMs: number;
  /** No piece is larger. */
  readonly maxBytes: number;
}

/** How far before the limit a pause is looked for: people breathe within that. Never more than half a piece. */
const SEARCH_MS = 8_000;
/** The stillest stretch of this length is the pause: longer than the stop within a consonant, shorter than a breath. */
const PAUSE_MS = 200;
const STEP_MS = 20;

/** Pieces of `pcm` in order, views of the same bytes, nothing lost or repeated; none if `pcm` is empty. */
export function cutAtPauses(pcm: Pcm, { maxMs, maxBytes }: PieceLimit): readonly Pcm[] {
  const limitMs = Math.min(maxMs, bytesToMs(maxBytes - (maxBytes % BYTES_PER_SAMPLE), pcm.sampleRateHz));
  const limitBytes = msToBytes(limitMs, pcm.sampleRateHz);
  const pieces: Pcm[] = [];
  let rest = pcm;
  while (rest.data.byteLength > limitBytes) {
    const at = msToBytes(pauseBefore(rest, limitMs), pcm.sampleRateHz);
    pieces.push({ ...rest, data: rest.data.subarray(0, at) });
    rest = { ...rest, data: rest.data.subarray(at) };
  }
  return rest.data.byteLength > 0 ? [...pieces, rest] : pieces;
}

/** The middle of the stillest stretch shortly before `limitMs`; among equally still ones the last. */
function pauseBefore(pcm: Pcm, limitMs: number): number {
  const fromMs = limitMs - Math.min(SEARCH_MS, limitMs / 2);
  let best = { atMs: limitMs, energy: Infinity };
  for (let atMs = fromMs; atMs + PAUSE_MS <= limitMs; atMs += STEP_MS) {
    const energy = energyOf(slice(pcm, atMs, atMs + PAUSE_MS));
    if (energy <= best.energy) best = { atMs: atMs + PAUSE_MS / 2, energy };
  }
  return best.atMs;
}

function energyOf(pcm: Pcm): number {
  return toSamples(pcm).reduce((sum, sample) => sum + sample * sample, 0);
}
