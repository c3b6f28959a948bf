/** A rehearsal for other programs. Times in whole milliseconds. */
import { transcriptOf } from '../recordings/report/transcript.ts';
import { isGood } from './rehearsal.ts';
import type { JudgedCall, Rehearsal } from './rehearsal.ts';

export function rehearsalJson(rehearsal: Rehearsal): string {
  const { bot, calls } = rehearsal;
  return JSON.stringify({ bot, good: isGood(rehearsal), calls: calls.map(callJson) }, undefined, 2);
}

function callJson({ call, figures, faults }: JudgedCall) {
  const { caller, seed, endedBy, language, slots, outcome, steps, tools, result } = call;
  const { answersMs, longestSilenceMs, lengthMs, turns } = figures;
  return {
    ...{ caller: caller.name, seed, faults, endedBy, language, slots, outcome, steps, tools, result, turns },
    answersMs: answersMs.map(Math.round),
    longestSilenceMs: Math.round(longestSilenceMs),
    lengthMs: Math.round(lengthMs),
    dialogue: transcriptOf(call.timeline).map(({ turn, speaker, kind, text, fromMs, isCut }) => ({
      ...{ turn, who: speaker, kind, text },
      atMs: Math.round(fromMs),
      ...(isCut && { isCut }),
    })),
  };
}
