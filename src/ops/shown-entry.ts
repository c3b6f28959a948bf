/** What happened in a call as it may be seen: times from the call's beginning, and what is private masked unless transcripts are wanted. */
import type { TimelineEntry } from '../timeline/timeline.ts';
import { maskText } from './mask.ts';

/** An entry of a timeline whose clock stood at `beganAtMs` when the call began. */
export function shownEntry(entry: TimelineEntry, beganAtMs: number, transcripts: boolean): TimelineEntry {
  const facts = Object.entries(entry).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === 'number' ? fromBeginning(key, value, beganAtMs) : shownFact(key, value, transcripts),
  ]);
  return Object.fromEntries(facts) as TimelineEntry;
}

/** The same of a call whose words may be nowhere. */
export function withoutWords(entry: TimelineEntry): TimelineEntry {
  const facts = Object.entries(entry).map(([key, value]: [string, unknown]) => {
    if (key === 'text') return [key, ''];
    return [key, key === 'digit' ? '*' : value];
  });
  return Object.fromEntries(facts) as TimelineEntry;
}

/** Digits may be a card's, or a PIN. */
function shownFact(key: string, value: unknown, transcripts: boolean): unknown {
  if (transcripts || typeof value !== 'string') return value;
  if (key === 'text') return maskText(value);
  return key === 'digit' ? '*' : value;
}

/** Of a timeline's numbers those are times that say so by their names; lengths stay. */
function fromBeginning(key: string, value: number, beganAtMs: number): number {
  return roundedMs(/(^a|A)tMs$/.test(key) ? value - beganAtMs : value);
}

/** To a tenth of a millisecond. */
export function roundedMs(value: number): number {
  return Math.round(value * 10) / 10;
}
