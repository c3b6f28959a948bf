/** Whom each millisecond of a wait that was heard is charged to, by the marks of the timeline. Pure. */
import { entriesOf, firstEntryOf } from '../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { tenths } from './ear-report.ts';
import { overlapMs } from './sound-spans.ts';
import type { SoundSpan } from './sound-spans.ts';

export const CHARGED = ['endpointing', 'recognition', 'model', 'synthesis', 'playout', 'other'] as const;
export type Charged = (typeof CHARGED)[number];

/** Together they are the wait, to the tenth of a millisecond that is told of it. */
export type Charges = Readonly<Record<Charged, number>>;

export interface ChargedSpan extends SoundSpan {
  readonly holds?: readonly SoundSpan[];
}

/**
 * The wait from `fromMs` to `toMs`, on the timeline's clock, of the turn whose entries these are. A stage that was still going on when
 * something was heard (a filler, over a slow model) is charged up to then. Silence with which a clip begins is charged to synthesis;
 * what the model has done meanwhile, what no mark explains, and the time for which the caller had put the call on hold, to `other`.
 */
export function chargedWait(
  entries: readonly TimelineEntry[],
  { fromMs, toMs, holds = [] }: ChargedSpan,
): Charges {
  const charges = { endpointing: 0, recognition: 0, model: 0, synthesis: 0, playout: 0, other: 0 };
  const waitMs = tenths(toMs - fromMs);
  let reachedMs = 0;
  const until = (stage: Charged, atMs: number | undefined) => {
    if (atMs === undefined) return;
    const endMs = Math.min(waitMs, tenths(atMs - fromMs));
    if (endMs <= reachedMs) return;
    const held = tenths(overlapMs(holds, fromMs + reachedMs, fromMs + endMs));
    charges[stage] = tenths(charges[stage] + endMs - reachedMs - held);
    charges.other = tenths(charges.other + held);
    reachedMs = endMs;
  };
  const chunk = firstEntryOf(entries, 'chunk.ready')?.atMs;
  const audio = firstEntryOf(entries, 'synthesis.firstAudio')?.atMs;
  const played = entriesOf(entries, 'playback.started').reduce(
    (first, { atMs }) => Math.min(first, atMs),
    Infinity,
  );
  const isAsked = firstEntryOf(entries, 'chat.started') !== undefined;
  const isSpeechWanted = firstEntryOf(entries, 'synthesis.started') !== undefined;
  until('endpointing', firstEntryOf(entries, 'turn.ended')?.atMs);
  until('recognition', firstEntryOf(entries, 'recognition.done')?.atMs);
  const thoughtFromMs = reachedMs;
  if (isAsked) until('model', chunk ?? toMs);
  const workedMs = tenths(busyMs(entries, fromMs + thoughtFromMs, fromMs + reachedMs));
  const chargedMs = Math.min(workedMs, charges.model);
  charges.model = tenths(charges.model - chargedMs);
  charges.other = tenths(charges.other + chargedMs);
  if (isSpeechWanted) until('synthesis', audio);
  if (chunk !== undefined || audio !== undefined) until('playout', played);
  else until('other', played);
  if (played < toMs) until('synthesis', toMs);
  until('other', toMs);
  return charges;
}

/** How much of a stretch something was being done for the caller. */
function busyMs(entries: readonly TimelineEntry[], fromMs: number, toMs: number): number {
  let countedMs = fromMs;
  let busy = 0;
  for (const { atMs, tookMs } of entriesOf(entries, 'tool.done')) {
    const beganMs = Math.max(countedMs, atMs - tookMs);
    const endedMs = Math.min(toMs, atMs);
    if (endedMs <= beganMs) continue;
    busy += endedMs - beganMs;
    countedMs = endedMs;
  }
  return busy;
}
