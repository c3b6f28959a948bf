/**
 * Recognises registered recordings by the rise and fall of their loudness: it survives G.711, another level, cut edges, and a busy machine
 * that lets packets wait, so that there is nothing for a moment in the middle of a word, and the word goes on later.
 */
import { fromSamples, toSamples, type Pcm } from '../../../audio/pcm.ts';
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

/** What a step holds that is nothing, in 16 bits: G.711's own noise, and none of a voice. */
const NOTHING = 24;
/** A shorter clip could be found in anybody's words, once pauses are no part of them, ms. */
const LEAST_WITHOUT_PAUSES_MS = 800;

/** Where nothing ends is told to a step: without it a recording may be so many steps longer or shorter, from part to part. */
const PART_STEPS = 30;
const MOST_DRIFT_STEPS = 8;
/** Of a recording that has lost packets besides stays above 0.85; of others none comes to 0.75. */
const LEAST_IN_PARTS = 0.8;

interface Clip {
  readonly text: string;
  readonly envelope: Float64Array;
  /** The same without the steps in which there is nothing; undefined if it is too short to be known by that. */
  readonly solid: Float64Array | undefined;
}

interface Found {
  readonly text: string;
  readonly from: number;
  readonly to: number;
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
    const solid = trimmed(envelopeOf(solidOf(pcm).pcm));
    const isLong = solid.length >= LEAST_WITHOUT_PAUSES_MS / STEP_MS;
    this.#clips.push({ text, envelope: trimmed(envelopeOf(pcm)), solid: isLong ? solid : undefined });
  }

  /** The texts of the clips that are in the audio, in order. */
  hear(pcm: Pcm): readonly HeardText[] {
    const found = this.#matches(envelopeOf(pcm), ({ envelope }) => envelope, bestMatch, LEAST_LIKENESS);
    const rest = without(pcm, found);
    const { pcm: solid, steps } = solidOf(rest);
    const late = this.#matches(envelopeOf(solid), (clip) => clip.solid, bestInParts, LEAST_IN_PARTS).map(
      (match) => ({
        text: match.text,
        from: steps[match.from] ?? 0,
        to: (steps[match.to - 1] ?? steps.at(-1) ?? 0) + 1,
      }),
    );
    return [...found, ...late]
      .sort((a, b) => a.from - b.from)
      .map(({ text, from, to }) => ({ text, startMs: from * STEP_MS, endMs: to * STEP_MS }));
  }

  /** In steps of what was heard. */
  #matches(
    whole: Float64Array,
    envelopeOfClip: (clip: Clip) => Float64Array | undefined,
    matchOf: typeof bestMatch,
    leastLikeness: number,
  ): readonly Found[] {
    const [from, to] = loudPart(whole);
    const heard = whole.slice(from, to);
    const found: Found[] = [];
    for (;;) {
      const best = this.#clips
        .flatMap((clip) => {
          const envelope = envelopeOfClip(clip);
          return envelope ? [matchOf(heard, { text: clip.text, envelope })] : [];
        })
        .sort((a, b) => b.likeness - a.likeness)[0];
      if (best === undefined || best.likeness < leastLikeness) return found;
      const at = Math.max(0, best.at);
      found.push({ text: best.text, from: from + at, to: from + best.at + best.length });
      // What has been understood is silence from now on.
      heard.fill(0, at, best.at + best.length);
    }
  }
}

/** Where the clip fits best into what was heard; it may stick out at both ends by its share of missing audio. */
function bestMatch(heard: Float64Array, { text, envelope }: Pick<Clip, 'text' | 'envelope'>): Match {
  const slack = Math.floor(envelope.length * MISSING_SHARE);
  let best = { at: 0, likeness: -1 };
  for (let at = -slack; at + envelope.length <= heard.length + slack; at++) {
    const likeness = correlation(heard, at, envelope);
    if (likeness > best.likeness) best = { at, likeness };
  }
  return { text, length: envelope.length, ...best };
}

/** The same, where the parts of the clip may have moved against each other; all of it is there. */
function bestInParts(heard: Float64Array, { text, envelope }: Pick<Clip, 'text' | 'envelope'>): Match {
  let best = { at: 0, likeness: -1 };
  for (let at = 0; at + envelope.length <= heard.length + MOST_DRIFT_STEPS; at += MOST_DRIFT_STEPS) {
    const likeness = likenessInParts(heard, at, envelope);
    if (likeness > best.likeness) best = { at, likeness };
  }
  return { text, length: envelope.length, ...best };
}

function likenessInParts(heard: Float64Array, at: number, clip: Float64Array): number {
  const inStep = new Float64Array(clip.length);
  let drift = 0;
  for (let from = 0; from < clip.length; from += PART_STEPS) {
    const part = clip.subarray(from, from + PART_STEPS);
    let best = { drift, likeness: -1 };
    for (let move = -MOST_DRIFT_STEPS; move <= MOST_DRIFT_STEPS; move++) {
      const likeness = correlation(heard, at + from + drift + move, part);
      if (likeness > best.likeness) best = { drift: drift + move, likeness };
    }
    drift = best.drift;
    for (let index = 0; index < part.length; index++)
      inStep[from + index] = heard[at + from + drift + index] ?? 0;
  }
  return correlation(inStep, 0, clip);
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

/** Without the steps in which there is nothing, and which of the whole the others were. */
function solidOf(pcm: Pcm): { readonly pcm: Pcm; readonly steps: readonly number[] } {
  const samples = toSamples(pcm);
  const step = Math.floor((pcm.sampleRateHz * STEP_MS) / 1000);
  const solid = new Int16Array(samples.length);
  const steps: number[] = [];
  for (let from = 0; from + step <= samples.length; from += step) {
    const piece = samples.subarray(from, from + step);
    if (piece.every((sample) => Math.abs(sample) <= NOTHING)) continue;
    solid.set(piece, steps.length * step);
    steps.push(from / step);
  }
  return { pcm: fromSamples(solid.subarray(0, steps.length * step), pcm.sampleRateHz), steps };
}

/** With nothing where that was found. */
function without(pcm: Pcm, found: readonly Found[]): Pcm {
  if (found.length === 0) return pcm;
  const samples = toSamples(pcm).slice();
  const step = Math.floor((pcm.sampleRateHz * STEP_MS) / 1000);
  for (const { from, to } of found) samples.fill(0, from * step, to * step);
  return fromSamples(samples, pcm.sampleRateHz);
}

function trimmed(envelope: Float64Array): Float64Array {
  return envelope.slice(...loudPart(envelope));
}

function loudPart(envelope: Float64Array): readonly [from: number, to: number] {
  const threshold = Math.max(...envelope) * 0.3;
  const loud = (value: number) => value > threshold;
  return [Math.max(0, envelope.findIndex(loud)), envelope.findLastIndex(loud) + 1];
}
