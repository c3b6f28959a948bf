/** Picks marks of one type out of a timeline, with what is known of them. */
import type { TimelineEntry, TimelineType } from './timeline.ts';

type EntryOf<Type extends TimelineType> = Extract<TimelineEntry, { type: Type }>;

export function entriesOf<Type extends TimelineType>(timeline: readonly TimelineEntry[], type: Type) {
  return timeline.filter((entry): entry is EntryOf<Type> => entry.type === type);
}

export function firstEntryOf<Type extends TimelineType>(timeline: readonly TimelineEntry[], type: Type) {
  return timeline.find((entry): entry is EntryOf<Type> => entry.type === type);
}

/** The same entry on a clock that is `byMs` ahead. */
export function shiftedEntry(entry: TimelineEntry, byMs: number): TimelineEntry {
  const atMs = entry.atMs + byMs;
  if (entry.type === 'speech.stopped') return { ...entry, atMs, endedAtMs: entry.endedAtMs + byMs };
  if (entry.type === 'turn.ended') return { ...entry, atMs, speechEndedAtMs: entry.speechEndedAtMs + byMs };
  if (entry.type === 'context.ready') return { ...entry, atMs, startedAtMs: entry.startedAtMs + byMs };
  return { ...entry, atMs };
}
