/** Looks on while a campaign calls, and tells every limit that it breaks. It counts by itself, and asks the campaign's own parts nothing. */
import type { Clock } from '../../../base/clock.ts';
import type { CallOrder, CallOut, CallOutcome } from '../../call-out.ts';
import { ANSWERS_ON_PROBATION, ANSWERS_TO_JUDGE } from '../abandonment.ts';
import type { Campaign } from '../campaign-file.ts';
import { mayCall } from '../campaign-hours.ts';
import type { Lead } from '../lead.ts';
import { tryResultOf } from '../outcomes.ts';

export const LIMITS = [
  'callsAtOnce',
  'callsPerSecond',
  'hours',
  'doNotCall',
  'maxTries',
  'twiceAtOnce',
  'afterSuccess',
  'afterUnknown',
  'abandonment',
] as const;
export type Limit = (typeof LIMITS)[number];

export interface Breach {
  readonly limit: Limit;
  readonly call: string;
  readonly epochMs: number;
}

export interface LimitsOptions {
  readonly campaign: Campaign;
  readonly leads: readonly Lead[];
  /** E.164; nobody of them may be called. */
  readonly blocked: ReadonlySet<string>;
  readonly clock: Clock;
  readonly epochMs: () => number;
}

/** Half of the smallest thing that clocks tell apart, ms. */
const ROUNDING_MS = 1e-6;

export class Limits {
  readonly breaches: Breach[] = [];
  /** The most that went on at the same time. */
  peak = 0;
  calls = 0;
  readonly #options: LimitsOptions;
  readonly #zones: ReadonlyMap<string, string>;
  readonly #live = new Map<string, string>();
  readonly #tries = new Map<string, number>();
  readonly #reached = new Set<string>();
  readonly #unknown = new Set<string>();
  #lastBeganMs = -Infinity;
  #answered = 0;
  #abandoned = 0;
  /** People called since it went above the limit. */
  #onProbation = 0;

  constructor(options: LimitsOptions) {
    this.#options = options;
    this.#zones = new Map(options.leads.map(({ number, timeZone }) => [number, timeZone]));
  }

  get abandonedShare(): number {
    return this.#answered === 0 ? 0 : this.#abandoned / this.#answered;
  }

  /** The same calls, looked at. */
  watched(callOut: CallOut): CallOut {
    return async (order, signal) => {
      this.#begin(order);
      try {
        const outcome = await callOut(order, signal);
        this.#end(order, outcome);
        return outcome;
      } finally {
        this.#live.delete(order.id);
      }
    };
  }

  /** The process has died: whatever went on is gone, and nobody knows how. */
  forgetLive(): void {
    for (const to of this.#live.values()) this.#unknown.add(to);
    this.#live.clear();
  }

  #begin({ id, to }: CallOrder): void {
    const { campaign, blocked, clock, epochMs } = this.#options;
    const nowMs = clock.nowMs();
    const gapMs = 1000 / campaign.callsPerSecond;
    const tries = (this.#tries.get(to) ?? 0) + 1;
    const zone = this.#zones.get(to);
    const isAbove = this.#isAbove;
    const broken: Readonly<Record<Limit, boolean>> = {
      callsAtOnce: this.#live.size >= campaign.concurrency,
      callsPerSecond: nowMs - this.#lastBeganMs < gapMs - ROUNDING_MS,
      hours: zone === undefined || !mayCall(campaign, zone, epochMs()),
      doNotCall: blocked.has(to),
      maxTries: tries > campaign.retries.maxTries,
      twiceAtOnce: [...this.#live.values()].includes(to),
      afterSuccess: this.#reached.has(to),
      afterUnknown: campaign.retries.unknown === 'never' && this.#unknown.has(to),
      abandonment: isAbove && (this.#live.size > 0 || this.#onProbation >= ANSWERS_ON_PROBATION),
    };
    for (const limit of LIMITS)
      if (broken[limit]) this.breaches.push({ limit, call: id, epochMs: epochMs() });
    this.#tries.set(to, tries);
    this.#live.set(id, to);
    this.#lastBeganMs = nowMs;
    this.calls += 1;
    this.peak = Math.max(this.peak, this.#live.size);
  }

  #end({ to }: CallOrder, outcome: CallOutcome): void {
    const result = tryResultOf(outcome).outcome;
    if (result === 'reached') this.#reached.add(to);
    if (result !== 'reached' && result !== 'abandoned') return;
    const wasAbove = this.#isAbove;
    this.#answered += 1;
    if (result === 'abandoned') this.#abandoned += 1;
    this.#onProbation = wasAbove && this.#isAbove ? this.#onProbation + 1 : 0;
  }

  get #isAbove(): boolean {
    return (
      this.#answered >= ANSWERS_TO_JUDGE && this.abandonedShare > this.#options.campaign.abandonment.limit
    );
  }
}
