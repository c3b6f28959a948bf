/** An ended call as it is kept: what may be known of it, and nothing that may not. */
import { costOf, usageOf } from '../ops/cost.ts';
import type { CallCost, Prices } from '../ops/cost.ts';
import type { FollowedCall } from '../ops/followed-call.ts';
import { maskNumber } from '../ops/mask.ts';
import { roundedMs, shownEntry } from '../ops/shown-entry.ts';
import type { UnansweredCause } from '../timeline/kinds.ts';
import type { CallEndCause, TimelineEntry } from '../timeline/timeline.ts';

/** What a list of ended calls tells of one. */
export interface CallFacts {
  /** Its name in the history: when it began, and its id. */
  readonly key: string;
  /** The line's id. */
  readonly call: string;
  readonly bot: string;
  /** Whose it was; undefined for the service's own. */
  readonly tenant?: string | undefined;
  readonly direction: 'inbound' | 'outbound';
  /** Of the other side; masked where transcripts are not wanted, empty if withheld. */
  readonly number: string;
  /** By the wall clock, ms since 1970. */
  readonly startedEpochMs: number;
  readonly endedEpochMs: number;
  readonly cause: CallEndCause | UnansweredCause;
  /** How often the caller has finished speaking. */
  readonly turns: number;
  /** The longest that the caller waited for an answer, ms; undefined if there was none. */
  readonly slowestMs: number | undefined;
  /** How often something failed while it went on. */
  readonly failures: number;
  /** By the prices of that day; undefined where nothing had one. */
  readonly cost: CallCost | undefined;
}

export interface KeptCall extends CallFacts {
  /** The number with nothing seen of it but what is always shown. */
  readonly masked: string;
  /** The digits of the number; empty where it is masked. */
  readonly digits: string;
  /** JSON of the timeline's entries, counted from the beginning; private words masked where transcripts are not wanted. */
  readonly timeline: string;
  /** How many of its first entries are not in it. */
  readonly dropped: number;
  /** What it was like to the ear, JSON; undefined where nobody could listen. */
  readonly ear?: string | undefined;
  /** What was said, to be searched; empty where transcripts are not wanted. */
  readonly words: string;
}

/** What came of a call, in JSON. */
export interface KeptResult {
  readonly key: string;
  /** Private words masked where transcripts are not wanted. */
  readonly shown: string;
  /** Private words masked in any case. */
  readonly masked: string;
}

export interface KeptCallOptions {
  /** Words and numbers are kept as they are. */
  readonly transcripts: boolean;
  readonly prices: Prices;
}

/** The call, which has ended. */
export function keptCall(call: FollowedCall, { transcripts, prices }: KeptCallOptions): KeptCall {
  const {
    id,
    bot,
    tenant,
    party,
    began,
    endedAtMs = began.atMs,
    endCause = 'lost',
    entries,
    answered,
  } = call;
  const waits = answered.map(({ voiceToVoiceMs }) => voiceToVoiceMs);
  return {
    key: keyOf(id, began.epochMs),
    call: id,
    bot,
    tenant,
    direction: party.direction,
    number: transcripts ? party.number : maskNumber(party.number),
    masked: maskNumber(party.number),
    digits: transcripts ? party.number.replaceAll(/\D/g, '') : '',
    startedEpochMs: began.epochMs,
    endedEpochMs: Math.round(began.epochMs + endedAtMs - began.atMs),
    cause: endCause,
    turns: call.turns,
    slowestMs: waits.length > 0 ? roundedMs(Math.max(...waits)) : undefined,
    failures: entries.filter(({ type }) => type === 'failure').length,
    cost: costOf(usageOf(entries), prices),
    timeline: JSON.stringify(entries.map((entry) => shownEntry(entry, began.atMs, transcripts))),
    dropped: call.dropped,
    ear: call.ear && JSON.stringify(call.ear),
    words: transcripts ? wordsOf(entries) : '',
  };
}

/** A call that Parley has placed and nobody has answered. */
export interface UnansweredCall {
  readonly id: string;
  readonly bot: string;
  readonly tenant?: string | undefined;
  readonly number: string;
  /** By the wall clock, ms since 1970. */
  readonly startedEpochMs: number;
  readonly endedEpochMs: number;
  readonly cause: UnansweredCause;
}

export function keptUnanswered(call: UnansweredCall, { transcripts }: KeptCallOptions): KeptCall {
  const { id, bot, tenant, number, cause, startedEpochMs, endedEpochMs } = call;
  return {
    ...{ key: keyOf(id, startedEpochMs), call: id, bot, tenant, cause, startedEpochMs, endedEpochMs },
    direction: 'outbound',
    number: transcripts ? number : maskNumber(number),
    masked: maskNumber(number),
    digits: transcripts ? number.replaceAll(/\D/g, '') : '',
    ...{ turns: 0, slowestMs: undefined, failures: 0, cost: undefined },
    ...{ timeline: '[]', dropped: 0, words: '' },
  };
}

/** A call's name in the history. A channel that comes back is another call: its id alone would not do. */
export function keyOf(id: string, epochMs: number): string {
  const began = new Date(epochMs).toISOString().replaceAll(/[:.]/g, '-');
  return `${began}-${id.replaceAll(/[^\w.-]/g, '_')}`.slice(0, 200);
}

function wordsOf(entries: readonly TimelineEntry[]): string {
  return entries
    .flatMap((entry) =>
      entry.type === 'recognition.done' || entry.type === 'playback.started' ? entry.text : [],
    )
    .filter(Boolean)
    .join('\n');
}
