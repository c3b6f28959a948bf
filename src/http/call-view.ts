/** Calls as /api tells of them: times from the call's beginning, private words and numbers masked unless the operator wants them seen. */
import { maskNumber } from '../ops/mask.ts';
import type { Beginning, FollowedCall } from '../ops/followed-call.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { costOf, usageOf } from '../ops/cost.ts';
import { roundedMs, shownEntry } from '../ops/shown-entry.ts';
import type { Prices } from '../ops/cost.ts';
import type { AnsweredTurns, CallDetail, CallSummary, TimelineEntryView } from './contract.ts';

export interface CallViewOptions {
  /** Nothing is masked. */
  readonly transcripts: boolean;
  readonly prices: Prices;
}

export class CallView {
  readonly #transcripts: boolean;
  readonly #prices: Prices;

  constructor({ transcripts, prices }: CallViewOptions) {
    this.#transcripts = transcripts;
    this.#prices = prices;
  }

  summary(call: FollowedCall): CallSummary {
    const { id, bot, party, began, endedAtMs, state, turns, lastLatencyMs, endCause } = call;
    return {
      id,
      bot,
      direction: party.direction,
      number: this.#transcripts ? party.number : maskNumber(party.number),
      startedAt: timeOf(began, began.atMs),
      endedAt: endedAtMs === undefined ? null : timeOf(began, endedAtMs),
      state,
      turns,
      lastLatencyMs: lastLatencyMs === undefined ? null : roundedMs(lastLatencyMs),
      endCause: endCause ?? null,
      cost: costOf(usageOf(call.entries), this.#prices) ?? null,
    };
  }

  detail(call: FollowedCall): CallDetail {
    return { ...this.summary(call), timeline: [...this.timeline(call)], dropped: call.dropped };
  }

  /** All that is kept of what has happened in it. */
  timeline(call: FollowedCall): readonly ShownEntry[] {
    return call.entries.map((entry) => this.entry(call, entry));
  }

  answered({ id, began, answered }: FollowedCall): AnsweredTurns['turns'] {
    return answered.map(({ turn, atMs, voiceToVoiceMs }) => ({
      call: id,
      turn,
      at: timeOf(began, atMs),
      voiceToVoiceMs: roundedMs(voiceToVoiceMs),
    }));
  }

  entry({ began }: FollowedCall, entry: TimelineEntry): ShownEntry {
    return shownEntry(entry, began.atMs, this.#transcripts);
  }
}

/** Still what it was, to whoever reads timelines. */
type ShownEntry = TimelineEntry & TimelineEntryView;

/** On the wall's clock. */
function timeOf(began: Beginning, atMs: number): string {
  return new Date(began.epochMs + atMs - began.atMs).toISOString();
}
