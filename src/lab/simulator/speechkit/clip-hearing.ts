/** Recognises registered recordings by the rise and fall of their loudness: it survives G.711, another level and cut edges. */
import { toSamples, type Pcm } from '../../../audio/pcm.ts';
import type { HeardText } from './heard-text.ts';

/** Half a step is the worst that two loudness curves can be out of step. */
const STEP_MS = 10;
/** Loudness is smoothed over this, so that half a step does not matter. */
const WINDOW_MS = 40;
/** How much of a clip may be missing at its start or end. */
const MISSING_SHARE = 0.25;
/**
 * Correlation of the loudness curves. The same recording stays above 0.95 on a telephone line; of others, a short word found
 * within somebody's sentence comes closest, with up to 0.85.
 */
const LEAST_LIKENESS = 0.9;

interface Clip {
  readonly text: string;
  readonly envelope: Float64Array;
}

interface Match {
  readonly text: string;
  readonly at: number;
  readonly length: number;
  readonly likeness: number;
}

export class ClipHearing {
  readonly #clips: Clip[] = [];

  /** Silence around the speech is cut away. */
  register(pcm: Pcm, text: string): void {
    this.#clips.push({ text, envelope: trimmed(envelopeOf(pcm)) });
  }

  /** The texts of the clips that are in the audio, in order. */
  hear(pcm: Pcm): readonly HeardText[] {
    const whole = envelopeOf(pcm);
    const [from, to] = loudPart(whole);
    const heard = whole.slice(from, to);
    const found: Match[] = [];
    for (;;) {
      const best = this.#clips
        .map((clip) => bestMatch(heard, clip))
        .sort((a, b) => b.likeness - a.likeness)[0];
      if (best === undefined || best.likeness < LEAST_LIKENESS) break;
      found.push(best);
      // What has been understood is silence from now on.
      heard.fill(0, Math.max(0, best.at), best.at + best.length);
    }
    return found
      .sort((a, b) => a.at - b.at)
      .map(({ text, at, length }) => ({
        text,
        startMs: (from + Math.max(0, at)) * STEP_MS,
        endMs: (from + at + length) * STEP_MS,
      }));
  }
}

/** Where the clip fits best into what was heard; it may stick out at both ends by its share of missing audio. */
function bestMatch(heard: Float64Array, { text, envelope }: Clip): Match {
  const slack = Math.floor(envelope.length * MISSING_SHARE);
  let best = { at: 0, likeness: -1 };
  for (let at = -slack; at + envelope.length <= heard.length + slack; at++) {
    const likeness = correlation(heard, at, envelope);
    if (likeness > best.likeness) best = { at, likeness };
  }
  return { text, length: envelope.length, ...best };
}

/** Pearson's correlation of the part of the clip that overlaps; -1 to 1. */
function correlation(heard: Float64Array, at: number, clip: Float64Array): number {
  const from = Math.max(0, -at);
  const to = Math.min(clip.length, heard.length - at);
  const count = to - from;
  let [sumX, sumY, sumXX, sumYY, sumXY] = [0, 0, 0, 0, 0];
  for (let index = from; index < to; index++) {
    const x = heard[at + index] ?? 0;
    const y = clip[index] ?? 0;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumYY += y * y;
    sumXY += x * y;
  }
  const spread = Math.sqrt((sumXX - sumX ** 2 / count) * (sumYY - sumY ** 2 / count));
  return spread > 0 ? (sumXY - (sumX * sumY) / count) / spread : -1;
}

/** Loudness step by step. The root makes quiet syllables count beside loud ones. */
function envelopeOf(pcm: Pcm): Float64Array {
  const samples = toSamples(pcm);
  const step = Math.floor((pcm.sampleRateHz * STEP_MS) / 1000);
  const window = step * (WINDOW_MS / STEP_MS);
  return new Float64Array(Math.floor(samples.length / step)).map((_, at) => {
    let energy = 0;
    for (let index = at * step; index < at * step + window; index++) energy += (samples[index] ?? 0) ** 2;
    return Math.sqrt(Math.sqrt(energy / window));
  });
}

function trimmed(envelope: Float64Array): Float64Array {
  return envelope.slice(...loudPart(envelope));
}

function loudPart(envelope: Float64Array): readonly [from: number, to: number] {
  const threshold = Math.max(...envelope) * 0.3;
  const loud = (value: number) => value > threshold;
  return [Math.max(0, envelope.findIndex(loud)), envelope.findLastIndex(loud) + 1];
}
