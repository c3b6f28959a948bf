/** The same recorded call, run with the old and with the new: what a caller or an operator would call a difference. */
import { entriesOf, firstEntryOf } from '../../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { outcomeOf } from '../replay/outcome.ts';
import type { Replayed } from '../replay/replay.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { callFigures, tokensOf } from '../figures/call-figures.ts';
import { callerSpeech } from '../figures/caller-speech.ts';
import { knownUntil } from '../figures/known-until.ts';
import type { Both } from '../tuning/summary.ts';

/** What differs, as far as both are known. */
export const DIFFERENCES = ['words', 'tools', 'ends', 'failures'] as const;
export type Difference = (typeof DIFFERENCES)[number];

export interface ComparedCall extends Both {
  readonly name: string;
  readonly differences: readonly { readonly kind: Difference; readonly told: string }[];
  /** Of the model, in the part that is known under both. */
  readonly tokens: { readonly before: number; readonly after: number };
  /** Why no more is known; undefined if all of it is. */
  readonly knownNoFurther: string | undefined;
}

export function comparedCall({ call, name }: Bundle, before: Replayed, after: Replayed): ComparedCall {
  const speech = callerSpeech(call);
  const known = knownUntil(after, before.entries, speech);
  const knownUntilMs = Math.min(known.atMs, before.unknown?.atMs ?? Infinity);
  const of = (entries: readonly TimelineEntry[]) => entries.filter(({ atMs }) => atMs <= knownUntilMs);
  const [then, now] = [of(before.entries), of(after.entries)];
  const figures = (entries: readonly TimelineEntry[]) => callFigures({ call, speech, entries, knownUntilMs });
  return {
    name,
    before: figures(before.entries),
    after: figures(after.entries),
    differences: [
      ...wordsIn(then, now, knownUntilMs),
      ...listed('tools', toolsIn(then), toolsIn(now), knownUntilMs),
      ...ends(then, now, knownUntilMs),
      ...failures(then, now),
    ],
    tokens: { before: tokensOf(then, call), after: tokensOf(now, call) },
    knownNoFurther: known.because ?? before.unknown?.error.message,
  };
}

type Found = ComparedCall['differences'];

/** Small words that bridge a wait hang on milliseconds, and are no difference. */
function wordsIn(before: readonly TimelineEntry[], after: readonly TimelineEntry[], untilMs: number): Found {
  const said = (entries: readonly TimelineEntry[]) =>
    outcomeOf(entries).dialogue.flatMap(({ kind, text, who }) =>
      kind === 'filler' || kind === 'hold' ? [] : [`${who}: ${text}`],
    );
  const of = (who: string, entries: readonly TimelineEntry[]) =>
    said(entries).filter((line) => line.startsWith(who));
  return ['caller', 'bot'].flatMap((who) => listed('words', of(who, before), of(who, after), untilMs));
}

function toolsIn(entries: readonly TimelineEntry[]): readonly string[] {
  return entriesOf(entries, 'tool.started').map(({ name }) => name);
}

/** Where a call is not known to its end, the one that is slower has come less far by then. */
function listed(
  kind: Difference,
  before: readonly string[],
  after: readonly string[],
  untilMs: number,
): Found {
  const length =
    untilMs === Infinity ? Math.max(before.length, after.length) : Math.min(before.length, after.length);
  for (let at = 0; at < length; at++)
    if (before[at] !== after[at])
      return [{ kind, told: `${before[at] ?? 'nothing'} → ${after[at] ?? 'nothing'}` }];
  return [];
}

function ends(before: readonly TimelineEntry[], after: readonly TimelineEntry[], untilMs: number): Found {
  const [then, now] = [before, after].map((entries) => firstEntryOf(entries, 'call.ended')?.cause);
  if (untilMs !== Infinity || then === now) return [];
  return [{ kind: 'ends', told: `${then ?? 'never'} → ${now ?? 'never'}` }];
}

/** Only more of them: that something fails no more is no fault. What was not recorded has not failed. */
function failures(before: readonly TimelineEntry[], after: readonly TimelineEntry[]): Found {
  const of = (entries: readonly TimelineEntry[]) =>
    entriesOf(entries, 'failure').filter(({ code }) => code !== 'REPLAY_NO_ANSWER');
  const [then, now] = [of(before), of(after)];
  if (now.length <= then.length) return [];
  return [{ kind: 'failures', told: `${then.length} → ${now.length}: ${now.at(-1)?.code ?? ''}` }];
}
