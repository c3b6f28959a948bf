/** Who said what and when, as it was heard. */
import { entriesOf } from '../../timeline/timeline-entries.ts';
import { speechSpans, spokenSpans } from '../../timeline/timeline-spans.ts';
import type { Span } from '../../timeline/timeline-spans.ts';
import type { SpeechKind, TimelineEntry } from '../../timeline/timeline.ts';

export interface TranscriptLine extends Span {
  /** The turn in which it is told: what the caller says stands with the answer to it. */
  readonly turn: number;
  readonly speaker: 'caller' | 'bot';
  readonly kind: SpeechKind | undefined;
  readonly text: string;
  /** The caller talked over it. */
  readonly isCut: boolean;
}

/** In the order in which it was heard. */
export function transcriptOf(timeline: readonly TimelineEntry[]): readonly TranscriptLine[] {
  return [...callerLines(timeline), ...botLines(timeline)].toSorted(
    (a, b) => a.turn - b.turn || a.fromMs - b.fromMs,
  );
}

/** The speech that led to a turn: all of it since the turn before. */
export function speechBefore(timeline: readonly TimelineEntry[], turn: number): readonly Span[] {
  const ends = entriesOf(timeline, 'turn.ended');
  const endMs = ends.find((end) => end.turn === turn)?.atMs ?? -Infinity;
  const sinceMs = ends.find((end) => end.turn === turn - 1)?.atMs ?? -Infinity;
  return speechSpans(timeline).filter(({ fromMs }) => fromMs > sinceMs && fromMs <= endMs);
}

function callerLines(timeline: readonly TimelineEntry[]): TranscriptLine[] {
  return entriesOf(timeline, 'turn.ended').map(({ turn, speechEndedAtMs: toMs }) => {
    const recognised = entriesOf(timeline, 'recognition.done').find((entry) => entry.turn === turn);
    const fromMs = speechBefore(timeline, turn)[0]?.fromMs ?? toMs;
    return {
      turn,
      speaker: 'caller',
      kind: undefined,
      fromMs,
      toMs,
      text: recognised?.text ?? '',
      isCut: false,
    };
  });
}

function botLines(timeline: readonly TimelineEntry[]): TranscriptLine[] {
  return spokenSpans(timeline).map(({ turn, kind, text, fromMs, toMs, outcome }) => ({
    turn,
    speaker: 'bot',
    kind,
    fromMs,
    toMs,
    text,
    isCut: outcome === 'stopped',
  }));
}
