/** Things that last: the timeline's beginnings and ends joined. Times are on the timeline's clock. */
import { entriesOf } from './timeline-entries.ts';
import type { ResumeCause, SpeechKind, TimelineEntry } from './timeline.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Something that the bot said, as far as it came. */
export interface SpokenSpan extends Span {
  readonly turn: number;
  readonly kind: SpeechKind;
  readonly index: number;
  readonly text: string;
  /** Less than the span's length where the caller made the bot pause. */
  readonly heardMs: number | undefined;
  /** Undefined: it was still being said when the timeline ended. */
  readonly outcome: string | undefined;
}

/** The bot held still to listen. */
export interface PauseSpan extends Span {
  readonly turn: number;
  /** Why it went on; undefined if it did not. */
  readonly because: ResumeCause | undefined;
}

type Entries = readonly TimelineEntry[];

/** When the caller was heard speaking. */
export function speechSpans(timeline: Entries): readonly Span[] {
  const stops = entriesOf(timeline, 'speech.stopped');
  const endMs = endOf(timeline);
  return entriesOf(timeline, 'speech.started').map(({ atMs: fromMs }) => {
    const stop = stops.find(({ endedAtMs }) => endedAtMs >= fromMs);
    return { fromMs, toMs: stop?.endedAtMs ?? endMs };
  });
}

/** What was heard of the bot, in its order. What was dropped before it began is not in it. */
export function spokenSpans(timeline: Entries): readonly SpokenSpan[] {
  const ends = new Set(entriesOf(timeline, 'playback.finished'));
  const endMs = endOf(timeline);
  return entriesOf(timeline, 'playback.started')
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ turn, kind, index, text, atMs: fromMs }) => {
      const end = [...ends].find((one) => one.kind === kind && one.index === index && one.atMs >= fromMs);
      if (end) ends.delete(end);
      const toMs = end?.atMs ?? endMs;
      return { turn, kind, index, text, fromMs, toMs, heardMs: end?.heardMs, outcome: end?.outcome };
    });
}

/** When the bot held still in the middle of what it was saying. */
export function pauseSpans(timeline: Entries): readonly PauseSpan[] {
  const ends = timeline.filter(({ type }) => type === 'bargeIn.resumed' || type === 'bargeIn.stopped');
  return entriesOf(timeline, 'bargeIn.paused').map(({ turn, atMs: fromMs }) => {
    const end = ends.find(({ atMs }) => atMs >= fromMs);
    const because = end?.type === 'bargeIn.resumed' ? end.because : undefined;
    return { turn, fromMs, toMs: end?.atMs ?? fromMs, because };
  });
}

/** When the caller had asked and nobody was heard, from `longerThanMs` on. */
export function silentSpans(timeline: Entries, longerThanMs: number): readonly (Span & { turn: number })[] {
  const pauses = pauseSpans(timeline);
  const heard = spokenSpans(timeline).flatMap((span) => without(span, pauses));
  const sounds = [...heard, ...speechSpans(timeline)];
  return entriesOf(timeline, 'turn.ended').flatMap(({ turn, speechEndedAtMs }) => {
    const over = entriesOf(timeline, 'turn.over').find((entry) => entry.turn === turn);
    const next = entriesOf(timeline, 'turn.ended').find((entry) => entry.turn === turn + 1);
    const toMs = over?.atMs ?? next?.speechEndedAtMs ?? endOf(timeline);
    return without({ fromMs: speechEndedAtMs, toMs }, sounds)
      .filter((gap) => gap.toMs - gap.fromMs > longerThanMs)
      .map((gap) => ({ ...gap, turn }));
  });
}

/** The parts of a span that no hole covers. */
function without(span: Span, holes: readonly Span[]): readonly Span[] {
  const parts: Span[] = [];
  let fromMs = span.fromMs;
  for (const hole of holes.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (hole.toMs <= fromMs || hole.fromMs >= span.toMs) continue;
    if (hole.fromMs > fromMs) parts.push({ fromMs, toMs: hole.fromMs });
    fromMs = hole.toMs;
  }
  return fromMs < span.toMs ? [...parts, { fromMs, toMs: span.toMs }] : parts;
}

function endOf(timeline: Entries): number {
  return timeline.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
}
