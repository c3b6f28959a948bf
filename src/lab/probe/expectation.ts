/**
 * What is expected of a campaign: `[MEASURE.](pNN|max|mean)(<|<=)NUMBER(ms|s|%)`, such as `p95<1.0s`, `greeting.max<=800ms` or
 * `loss.mean<1%`. Without a measure, voice to voice is meant.
 */
import { ParleyError } from '../../base/errors.ts';
import { MEASURES, type Measure, type Samples } from './figures.ts';
import { percentile } from './percentiles.ts';

export interface Expectation {
  /** As it was written. */
  readonly text: string;
  readonly measure: Measure;
  /** `p95`, `max` or `mean`. */
  readonly statistic: string;
  readonly orEqual: boolean;
  /** Milliseconds; per cent for loss. */
  readonly limit: number;
}

export interface Finding {
  readonly expectation: string;
  /** Milliseconds, or per cent; null if nothing was measured, or too little. */
  readonly actual: number | null;
  readonly met: boolean;
}

const GRAMMAR = /^(?:(\w+)\.)?(p\d{1,2}|p100|max|mean)\s*(<=?)\s*(\d+(?:\.\d+)?)\s*(ms|s|%)$/;

/** Throws DIAL_EXPECTATION_INVALID, with what is wrong. */
export function parseExpectation(text: string): Expectation {
  const [, name = 'voiceToVoice', statistic, comparison, number, unit] = GRAMMAR.exec(text.trim()) ?? [];
  if (!statistic) return refuse(text, 'it is not like p95<1.0s or greeting.max<=800ms');
  const measure = MEASURES.find((known) => known === name);
  if (!measure) return refuse(text, `${name} is none of ${MEASURES.join(', ')}`);
  if ((measure === 'loss') !== (unit === '%'))
    return refuse(text, measure === 'loss' ? 'loss is told in %' : `${measure} is told in ms or s`);
  const limit = Number(number) * (unit === 's' ? 1000 : 1);
  return { text, measure, statistic, orEqual: comparison === '<=', limit };
}

/** What was not measured although it should have been counts as worse than anything. */
export function judge(
  { text, statistic, orEqual, limit }: Expectation,
  { measured, missing }: Samples,
): Finding {
  const actual = statisticOf(statistic, [...measured, ...Array<number>(missing).fill(Infinity)]);
  const met = orEqual ? actual <= limit : actual < limit;
  return { expectation: text, actual: Number.isFinite(actual) ? actual : null, met };
}

function statisticOf(statistic: string, samples: readonly number[]): number {
  if (statistic === 'max') return percentile(samples, 100);
  if (statistic === 'mean') return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  return percentile(samples, Number(statistic.slice(1)));
}

function refuse(text: string, why: string): never {
  throw new ParleyError('DIAL_EXPECTATION_INVALID', `“${text}” cannot be expected: ${why}.`);
}
