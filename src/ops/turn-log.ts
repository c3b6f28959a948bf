/** One line a turn: what it cost the caller in seconds, and why. Reads the timeline, and touches nothing. */
import type { Log } from '../base/log.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { isWithoutConsent } from '../timeline/consent.ts';
import { turnStages } from '../timeline/turn-stages.ts';
import { costOf, usageOf } from './cost.ts';
import type { Prices } from './cost.ts';

export interface LoggedCall {
  readonly timeline: Timeline;
  /** What is spoken at first, BCP-47. */
  readonly language: string;
}

/** Logs a summary at the end of each turn of the call, and one at the end of the call. */
export function logTurns({ language, timeline }: LoggedCall, log: Log, prices: Prices): void {
  let spoken = language;
  timeline.observe((entry) => {
    if (entry.type === 'language.switched') spoken = entry.to;
    if (entry.type === 'turn.over')
      log.info({ event: 'turn', ...summary(timeline, entry.turn), language: spoken }, 'turn');
    if (entry.type === 'call.ended') {
      const { cause } = entry;
      const usage = usageOf(timeline.entries);
      const cost = costOf(usage, prices);
      log.info(
        {
          event: 'call.ended',
          cause,
          turns: timeline.turn,
          callSeconds: callSeconds(timeline),
          usage,
          ...(cost && { cost }),
        },
        'call ended',
      );
    }
  });
}

/** The turn in seconds from the caller's last loud frame; what did not happen is left out. */
function summary(timeline: Timeline, turn: number): Record<string, unknown> {
  const stages = turnStages(timeline.entries, turn);
  const { times, chunks, failures, work } = stages;
  const isWordless = isWithoutConsent(timeline.entries);
  return {
    turn,
    outcome: stages.outcome,
    endOfTurnSeconds: seconds(times.endOfTurn),
    recognitionSeconds: seconds(times.recognition),
    firstTokenSeconds: seconds(times.firstToken),
    contextSeconds: seconds(work.contextMs),
    contexts: work.contexts || undefined,
    lateContexts: work.lateContexts || undefined,
    toolSeconds: seconds(work.toolMs),
    tools: work.tools || undefined,
    firstChunkSeconds: seconds(times.firstChunk),
    firstAudioSeconds: seconds(times.firstAudio),
    fillerSeconds: seconds(stages.fillerMs),
    answerSeconds: seconds(times.voiceToVoice),
    turnSeconds: seconds(stages.overMs),
    chunks: chunks.length,
    provider: stages.provider,
    heard: isWordless ? undefined : stages.heard,
    said: (!isWordless && chunks.join(' ')) || undefined,
    failures: failures.length > 0 ? failures : undefined,
  };
}

function callSeconds(timeline: Timeline): number | undefined {
  const { entries } = timeline;
  return seconds((entries.at(-1)?.atMs ?? 0) - (entries[0]?.atMs ?? 0));
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms) / 1000;
}
