/** What can be expected of a campaign: each measure's samples over all its calls. */
import type { CallResult } from './campaign.ts';

/** In milliseconds, loss in per cent. */
export const MEASURES = ['answer', 'greeting', 'voiceToVoice', 'bargeIn', 'gap', 'loss'] as const;
export type Measure = (typeof MEASURES)[number];

export interface Samples {
  readonly measured: readonly number[];
  /** How many should have been measured and were not: calls without an answer, turns without one. */
  readonly missing: number;
}

/** `lines`: how many files each call was to say. */
export function samplesOf(measure: Measure, calls: readonly CallResult[], lines: number): Samples {
  const turns = calls.flatMap((call) => call.turns);
  switch (measure) {
    case 'answer':
      return present(
        calls.map((call) => call.answerMs),
        calls.length,
      );
    case 'greeting':
      return present(
        calls.map((call) => call.greetingMs),
        calls.length,
      );
    case 'voiceToVoice':
      return present(
        turns.map((turn) => turn.voiceToVoiceMs),
        calls.length * lines,
      );
    case 'bargeIn':
      return present(turns.map((turn) => turn.bargeInMs));
    case 'gap':
      return present(
        turns.map((turn) => (turn.voiceToVoiceMs === null ? null : Math.max(0, ...turn.gapsMs))),
      );
    case 'loss':
      return present(calls.map((call) => call.network?.lossPercent ?? null));
  }
}

function present(values: readonly (number | null)[], wanted?: number): Samples {
  const measured = values.filter((value) => value !== null);
  return { measured, missing: wanted === undefined ? 0 : wanted - measured.length };
}
