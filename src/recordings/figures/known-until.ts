/**
 * How far a call that is run again under other settings can be believed. The caller was recorded, and does not wait: from the first moment
 * at which the replay needs what nobody has said, or at which the caller speaks and would have heard something else than then, it is a guess.
 */
import { pauseSpans, spokenSpans } from '../../timeline/timeline-spans.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import type { Replayed } from '../replay/replay.ts';
import type { CallerSpeech } from './caller-speech.ts';

export interface KnownUntil {
  /** Infinity: all of it is known. */
  readonly atMs: number;
  /** Why no further: the code's own words. */
  readonly because: string | undefined;
}

/** `before` is the same call with nothing changed. */
export function knownUntil(
  { entries, unknown }: Replayed,
  before: readonly TimelineEntry[],
  speech: readonly CallerSpeech[],
): KnownUntil {
  const [then, now] = [soundsOf(before), soundsOf(entries)];
  const other = speech.find(({ isMeant, fromMs }) => isMeant && then(fromMs) !== now(fromMs));
  if (other && (!unknown || other.fromMs < unknown.atMs)) {
    const heard = now(other.fromMs) ? 'the bot speaking' : 'the bot silent';
    return { atMs: other.fromMs, because: `The caller would have found ${heard}.` };
  }
  return unknown
    ? { atMs: unknown.atMs, because: unknown.error.message }
    : { atMs: Infinity, because: undefined };
}

/** Whether the bot is heard just before a moment: what begins with it is an answer to it. */
function soundsOf(entries: readonly TimelineEntry[]): (atMs: number) => boolean {
  const spoken = spokenSpans(entries);
  const pauses = pauseSpans(entries);
  const isIn = (atMs: number) => (span: { readonly fromMs: number; readonly toMs: number }) =>
    span.fromMs < atMs && atMs <= span.toMs;
  return (atMs) => spoken.some(isIn(atMs)) && !pauses.some(isIn(atMs));
}
