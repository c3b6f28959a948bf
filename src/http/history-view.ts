/** Ended calls as /api/history tells of them. What was kept in the clear is masked all the same unless the operator wants it seen. */
import type { FoundCall } from '../history/store.ts';
import type { CallFacts } from '../history/kept-call.ts';
import { maskNumber } from '../ops/mask.ts';
import { shownEntry } from '../ops/shown-entry.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import type { HistoryCall, HistoryDetail } from './history-contract.ts';

export class HistoryView {
  readonly #transcripts: boolean;

  /** `transcripts`: nothing is masked. */
  constructor(transcripts: boolean) {
    this.#transcripts = transcripts;
  }

  call(call: CallFacts, recorded: boolean): HistoryCall {
    const { key, bot, tenant, direction, number, turns, failures } = call;
    return {
      id: key,
      call: call.call,
      bot,
      ...(tenant !== undefined && { tenant }),
      direction,
      // A number that was masked already is not masked again.
      number: this.#transcripts || number.includes('*') ? number : maskNumber(number),
      startedAt: new Date(call.startedEpochMs).toISOString(),
      endedAt: new Date(call.endedEpochMs).toISOString(),
      endCause: call.cause,
      turns,
      slowestMs: call.slowestMs ?? null,
      failures,
      cost: call.cost ?? null,
      recorded,
    };
  }

  detail(call: FoundCall, recorded: boolean): HistoryDetail {
    const { dropped, result } = call;
    return {
      ...this.call(call, recorded),
      timeline: this.timeline(call).map((entry) => ({ ...entry })),
      dropped,
      result: (this.#transcripts ? result?.shown : result?.masked) ?? null,
      ear: call.ear ?? null,
    };
  }

  timeline({ timeline }: FoundCall): readonly TimelineEntry[] {
    return this.#transcripts ? timeline : timeline.map(masked);
  }
}

/** What was masked already stays as it is: of a mask's own words nothing is to be counted. */
function masked(entry: TimelineEntry): TimelineEntry {
  const isMasked = 'text' in entry && /^«\d+ words?»$/.test(entry.text);
  return isMasked ? entry : shownEntry(entry, 0, false);
}
