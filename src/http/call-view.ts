/** Calls as /api tells of them: times from the call's beginning, private words and numbers masked unless the operator wants them seen. */
import { maskNumber } from '../ops/mask.ts';
import type { Beginning, FollowedCall } from '../ops/followed-call.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { costOf, usageOf } from '../ops/cost.ts';
import { roundedMs, shownEntry } from '../ops/shown-entry.ts';
import type { Prices } from '../ops/cost.ts';
import type { AnsweredTurns, CallDetail, CallSummary, TimelineEntryView } from './contract.ts';

/** So the ids of calls from a page begin: src/telephony/browser/browser-line.ts. */
const BROWSER_CALL = 'browser-';

export interface CallViewOptions {
  /** What is not masked: `all`, or the calls that come from a page, whose callers are the operators themselves. */
  readonly transcripts: 'all' | 'own';
  readonly prices: Prices;
}

export class CallView {
  readonly #transcripts: CallViewOptions['transcripts'];
  readonly #prices: Prices;

  constructor({ transcripts, prices }: CallViewOptions) {
    this.#transcripts = transcripts;
    this.#prices = prices;
  }

  /** Of calls whose words are not seen here. */
  get showsNumbers(): 'shown' | 'masked' {
    return this.#transcripts === 'all' ? 'shown' : 'masked';
  }

  summary(call: FollowedCall): CallSummary {
    const { id, bot, tenant, party, began, endedAtMs, state, turns, lastLatencyMs, endCause } = call;
    return {
      id,
      bot,
      ...(tenant !== undefined && { tenant }),
      direction: party.direction,
      number: this.#showsWordsOf(id) ? party.number : maskNumber(party.number),
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
    const { dropped, result } = call;
    const shown = (this.#showsWordsOf(call.id) ? result?.shown : result?.masked) ?? null;
    return {
      ...this.summary(call),
      timeline: [...this.timeline(call)],
      dropped,
      result: shown,
      ear: call.ear ?? null,
    };
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

  entry({ id, began }: FollowedCall, entry: TimelineEntry): ShownEntry {
    return shownEntry(entry, began.atMs, this.#showsWordsOf(id));
  }

  #showsWordsOf(id: string): boolean {
    return this.#transcripts === 'all' || id.startsWith(BROWSER_CALL);
  }
}

/** Still what it was, to whoever reads timelines. */
type ShownEntry = TimelineEntry & TimelineEntryView;

/** On the wall's clock. */
function timeOf(began: Beginning, atMs: number): string {
  return new Date(began.epochMs + atMs - began.atMs).toISOString();
}
