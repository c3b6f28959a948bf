/** A recording as a shape: how loud it was, drawn around a middle line. */
import { toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';

/** How many columns the whole call is drawn in: about one a pixel of a wide window. */
export const WAVE_COLUMNS = 1200;
/** The drawing's height; it is stretched to whatever the page gives it. */
export const WAVE_HEIGHT = 100;

/** Speech on a telephone seldom reaches a quarter of full scale: the loudest fills the drawing, but noise alone does not. */
const LEAST_FULL_SCALE = 0.1;

/** The loudest sample of each column, 0 to 1, of a recording that is drawn over `wholeMs`. */
export function peaksOf(pcm: Pcm, wholeMs: number, columns = WAVE_COLUMNS): Float32Array {
  const samples = toSamples(pcm);
  const perColumn = Math.max(1, ((wholeMs / 1000) * pcm.sampleRateHz) / columns);
  const peaks = new Float32Array(columns);
  for (let at = 0; at < samples.length; at++) {
    const column = Math.floor(at / perColumn);
    if (column >= columns) break;
    const loudness = Math.abs(samples[at] ?? 0) / 32_768;
    if (loudness > (peaks[column] ?? 0)) peaks[column] = loudness;
  }
  return peaks;
}

/** An SVG path through the peaks, in a box of WAVE_COLUMNS by WAVE_HEIGHT. */
export function wavePath(peaks: Float32Array): string {
  const loudest = peaks.reduce((a, b) => Math.max(a, b), LEAST_FULL_SCALE);
  const middle = WAVE_HEIGHT / 2;
  // The square root lifts soft speech: loudness is heard that way, not linearly.
  const heights = Array.from(peaks, (peak) =>
    Math.max(1, Math.round(Math.sqrt(peak / loudest) * (middle - 2))),
  );
  const above = heights.map((height, x) => `${x} ${middle - height}`);
  const below = heights.map((height, x) => `${x} ${middle + height}`).toReversed();
  return `M${[...above, ...below].join('L')}Z`;
}
