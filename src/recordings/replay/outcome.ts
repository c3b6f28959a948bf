/** What a call came to, as far as a developer compares it: who said what, how long it took, who interrupted whom, how it ended. */
import { ParleyError } from '../../base/errors.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { entriesOf, firstEntryOf } from '../../timeline/timeline-entries.ts';
import { silentSpans, spokenSpans } from '../../timeline/timeline-spans.ts';
import { turnStages, turnsOf } from '../../timeline/turn-stages.ts';
import type { Stage } from '../../timeline/turn-stages.ts';

export interface Outcome {
  readonly endedBy: string;
  readonly lengthMs: number;
  readonly dialogue: readonly Saying[];
  readonly turns: readonly TurnOutcome[];
  readonly interruptions: readonly Interruption[];
  /** The longest time that the caller waited for an answer without a sound, ms. */
  readonly longestSilenceMs: number;
}

export interface Saying {
  readonly turn: number;
  readonly atMs: number;
  readonly who: 'caller' | 'bot';
  readonly text: string;
  /** Of the bot: what kind of words, and how much of them was heard. */
  readonly kind?: string;
  readonly heardMs?: number;
  readonly wasCut?: boolean;
}

export interface TurnOutcome {
  readonly turn: number;
  /** How long each stage took, ms; a stage that was not come to is missing. */
  readonly stagesMs: Readonly<Partial<Record<Stage, number>>>;
}

export interface Interruption {
  readonly turn: number;
  readonly atMs: number;
  readonly became: 'stopped' | 'resumed';
  readonly because?: string;
}

type Timeline = readonly TimelineEntry[];

/** Whole milliseconds. */
export function outcomeOf(timeline: Timeline): Outcome {
  const ended = firstEntryOf(timeline, 'call.ended');
  return {
    endedBy: ended?.cause ?? 'unknown',
    lengthMs: Math.round(ended?.atMs ?? timeline.at(-1)?.atMs ?? 0),
    dialogue: dialogueOf(timeline),
    turns: turnsOf(timeline).map((turn) => ({ turn, stagesMs: roundedStages(timeline, turn) })),
    interruptions: interruptionsOf(timeline),
    longestSilenceMs: Math.round(
      Math.max(0, ...silentSpans(timeline, 0).map(({ fromMs, toMs }) => toMs - fromMs)),
    ),
  };
}

/** As it is accepted: the same outcome is the same text. Laid out as editors and formatters do, who may have been at it. */
export function outcomeJson(outcome: Outcome): string {
  return `${JSON.stringify(outcome, undefined, 2)}\n`;
}

/** Whether it is the outcome that was accepted, however that is laid out. Throws BUNDLE_INVALID if that is no JSON. */
export function isAccepted(outcome: Outcome, accepted: string): boolean {
  try {
    return JSON.stringify(JSON.parse(accepted)) === JSON.stringify(outcome);
  } catch (cause) {
    throw new ParleyError('BUNDLE_INVALID', 'Its outcome.json is no JSON.', { cause });
  }
}

function dialogueOf(timeline: Timeline): readonly Saying[] {
  const callers = entriesOf(timeline, 'recognition.done').map(({ atMs, text, turn }): Saying => ({
    turn,
    atMs: Math.round(atMs),
    who: 'caller',
    text,
  }));
  const bots = spokenSpans(timeline).map(({ fromMs, heardMs = 0, kind, outcome, text, turn }): Saying => {
    const wasCut = outcome === 'stopped';
    const heard = { kind, heardMs: Math.round(heardMs), ...(wasCut && { wasCut }) };
    return { turn, atMs: Math.round(fromMs), who: 'bot', text, ...heard };
  });
  return [...callers, ...bots].toSorted((a, b) => a.atMs - b.atMs);
}

function roundedStages(timeline: Timeline, turn: number): TurnOutcome['stagesMs'] {
  const { times } = turnStages(timeline, turn);
  const reached = Object.entries(times).flatMap(([stage, ms]) =>
    ms === undefined ? [] : [[stage, Math.round(ms)] as const],
  );
  return Object.fromEntries(reached);
}

function interruptionsOf(timeline: Timeline): readonly Interruption[] {
  return timeline.flatMap((entry): readonly Interruption[] => {
    const { turn } = entry;
    const atMs = Math.round(entry.atMs);
    if (entry.type === 'bargeIn.stopped') return [{ turn, atMs, became: 'stopped' }];
    if (entry.type === 'bargeIn.resumed') return [{ turn, atMs, became: 'resumed', because: entry.because }];
    return [];
  });
}
