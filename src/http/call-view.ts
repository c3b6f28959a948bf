/** Calls as /api tells of them: times from the call's beginning, private words and numbers masked unless the operator wants them seen. */
import { maskNumber, maskText } from '../ops/mask.ts';
import type { FollowedCall } from '../ops/followed-call.ts';
import type { TimelineEntry } from '../call/timeline.ts';
import type { CallDetail, CallSummary, TimelineEntryView } from './contract.ts';

export class CallView {
  readonly #transcripts: boolean;

  /** `transcripts`: nothing is masked. */
  constructor({ transcripts }: { readonly transcripts: boolean }) {
    this.#transcripts = transcripts;
  }

  summary(call: FollowedCall): CallSummary {
    const { id, bot, party, began, endedAtMs, state, turns, lastLatencyMs, endCause } = call;
    const timeOf = (atMs: number) => new Date(began.epochMs + atMs - began.atMs).toISOString();
    return {
      id,
      bot,
      direction: party.direction,
      number: this.#transcripts ? party.number : maskNumber(party.number),
      startedAt: timeOf(began.atMs),
      endedAt: endedAtMs === undefined ? null : timeOf(endedAtMs),
      state,
      turns,
      lastLatencyMs: lastLatencyMs === undefined ? null : rounded(lastLatencyMs),
      endCause: endCause ?? null,
    };
  }

  detail(call: FollowedCall): CallDetail {
    const timeline = call.entries.map((entry) => this.entry(call, entry));
    return { ...this.summary(call), timeline, dropped: call.dropped };
  }

  entry({ began }: FollowedCall, entry: TimelineEntry): TimelineEntryView {
    const facts = Object.entries(entry).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'number' ? fromBeginning(key, value, began.atMs) : this.#shown(key, value),
    ]);
    return Object.fromEntries(facts) as TimelineEntryView;
  }

  /** Digits may be a card's, or a PIN. */
  #shown(key: string, value: unknown): unknown {
    if (this.#transcripts || typeof value !== 'string') return value;
    if (key === 'text') return maskText(value);
    return key === 'digit' ? '*' : value;
  }
}

/** Of a timeline's numbers those are times that say so by their names; lengths stay. */
function fromBeginning(key: string, value: number, beganAtMs: number): number {
  return rounded(/(^a|A)tMs$/.test(key) ? value - beganAtMs : value);
}

/** To a tenth of a millisecond. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
