/**
 * What one turn cost the caller, stage by stage: the one place where the timeline of a turn becomes figures. Logs, metrics and reports
 * all say these.
 */
import type { ErrorCode } from '../base/error-catalogue.ts';
import { entriesOf, firstEntryOf } from './timeline-entries.ts';
import type { SpeechKind, TimelineEntry, TurnOutcome } from './timeline.ts';

/** The stages between the caller's last word and the answer, in the order in which one waits for the other. */
export const STAGES = [
  'endOfTurn',
  'recognition',
  'firstToken',
  'firstChunk',
  'firstAudio',
  'voiceToVoice',
] as const;
export type Stage = (typeof STAGES)[number];

/** When a stage was over, ms after the caller's last loud frame; undefined if it never was. Below 0: before the caller had finished. */
export type StageTimes = Readonly<Record<Stage, number | undefined>>;

export interface TurnStages {
  readonly turn: number;
  /** What all the times here count from, on the timeline's clock: the caller's last loud frame; where nobody asked, the turn's first mark. */
  readonly fromMs: number;
  readonly times: StageTimes;
  /** The first thing the caller heard, be it only a filler. */
  readonly firstSoundMs: number | undefined;
  readonly fillerMs: number | undefined;
  readonly overMs: number | undefined;
  readonly outcome: TurnOutcome | undefined;
  /** The caller talked over the bot, which stopped for it. */
  readonly interrupted: boolean;
  /** The provider of the first chunk's voice. */
  readonly provider: string | undefined;
  readonly heard: string | undefined;
  readonly chunks: readonly string[];
  readonly failures: readonly ErrorCode[];
  readonly work: TurnWork;
}

/** What was looked up and done for an answer. */
export interface TurnWork {
  /** How long the slowest source of what is known took, ms; undefined if none told in this turn. */
  readonly contextMs: number | undefined;
  /** How many told, and how many of them too late for the answer. */
  readonly contexts: number;
  readonly lateContexts: number;
  /** While something was being done, ms: what is done at once counts once. Undefined if nothing was. */
  readonly toolMs: number | undefined;
  readonly tools: number;
}

/** The figures of one turn, out of a whole call's marks or only its own. */
export function turnStages(timeline: readonly TimelineEntry[], turn: number): TurnStages {
  const entries = timeline.filter((entry) => entry.turn === turn);
  const end = firstEntryOf(entries, 'turn.ended');
  const fromMs = end?.speechEndedAtMs ?? entries[0]?.atMs ?? 0;
  const at = (entry: TimelineEntry | undefined) => (entry ? entry.atMs - fromMs : undefined);
  const playback = (kind?: SpeechKind) =>
    entries.find((entry) => entry.type === 'playback.started' && (kind ?? entry.kind) === entry.kind);
  const firstAudio = firstEntryOf(entries, 'synthesis.firstAudio');
  const over = firstEntryOf(entries, 'turn.over');
  return {
    turn,
    fromMs,
    times: {
      endOfTurn: at(end),
      recognition: at(firstEntryOf(entries, 'recognition.done')),
      firstToken: at(firstEntryOf(entries, 'chat.firstToken')),
      firstChunk: at(firstEntryOf(entries, 'chunk.ready')),
      firstAudio: at(firstAudio),
      voiceToVoice: at(playback('answer')),
    },
    firstSoundMs: at(playback()),
    fillerMs: at(playback('filler')),
    overMs: at(over),
    outcome: over?.outcome,
    interrupted: firstEntryOf(entries, 'bargeIn.stopped') !== undefined,
    provider: firstAudio?.provider,
    heard: firstEntryOf(entries, 'recognition.done')?.text,
    chunks: entriesOf(entries, 'chunk.ready').map(({ text }) => text),
    failures: entriesOf(entries, 'failure').map(({ code }) => code),
    work: workOf(entries),
  };
}

function workOf(entries: readonly TimelineEntry[]): TurnWork {
  const contexts = entriesOf(entries, 'context.ready');
  const tools = entriesOf(entries, 'tool.done');
  return {
    contextMs: contexts.length > 0 ? Math.max(...contexts.map(({ tookMs }) => tookMs)) : undefined,
    contexts: contexts.length,
    lateContexts: contexts.filter(({ late }) => late).length,
    toolMs: tools.length > 0 ? unionMs(tools.map(({ atMs, tookMs }) => [atMs - tookMs, atMs])) : undefined,
    tools: tools.length,
  };
}

function unionMs(spans: readonly (readonly [fromMs: number, toMs: number])[]): number {
  let totalMs = 0;
  let untilMs = -Infinity;
  for (const [fromMs, toMs] of spans.toSorted(([a], [b]) => a - b)) {
    totalMs += Math.max(0, toMs - Math.max(fromMs, untilMs));
    untilMs = Math.max(untilMs, toMs);
  }
  return totalMs;
}

/** How long the answer waited for one stage when all before it were over. */
export interface Wait {
  readonly stage: Stage;
  readonly ms: number;
}

/** Where the wait went: the stages that were reached, which together are the time until the last of them. */
export function waitsOf(times: StageTimes): readonly Wait[] {
  let reachedMs = 0;
  return STAGES.flatMap((stage) => {
    const atMs = times[stage];
    if (atMs === undefined) return [];
    const ms = Math.max(0, atMs - reachedMs);
    reachedMs = Math.max(reachedMs, atMs);
    return [{ stage, ms }];
  });
}

/** The turns that the caller began, in their order. */
export function turnsOf(timeline: readonly TimelineEntry[]): readonly number[] {
  return entriesOf(timeline, 'turn.ended').map(({ turn }) => turn);
}
