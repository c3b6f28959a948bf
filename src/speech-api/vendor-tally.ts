/** How the vendors have done of late: of real requests, and of no others. */
import type { Clock } from '../base/clock.ts';
import { isParleyError } from '../base/errors.ts';

interface Outcome {
  readonly isGood: boolean;
  readonly tookMs: number;
}

export interface VendorHealth {
  /** Since the service began. */
  readonly requests: number;
  /** How many the last ones are. */
  readonly counted: number;
  /** Since the last one ended; undefined before the first. */
  readonly heardMsAgo: number | undefined;
  /** Of the last ones, 0 to 1; undefined before the first. */
  readonly successRate: number | undefined;
  /** Of those that went well, on average: to the first sound, or to the text, ms. */
  readonly responseMs: number | undefined;
  /** 19 of 20 of those took at most so long, ms; undefined while there are too few to tell. */
  readonly nearlyAlwaysMs: number | undefined;
}

/** So many requests tell how a vendor does now. */
const LAST = 100;
/** With fewer, the 95th percentile is one slow request. */
const FEWEST = 20;
const NEARLY_ALWAYS = 0.95;

export class VendorTally {
  readonly #clock: Clock;
  readonly #vendors = new Map<string, { requests: number; last: Outcome[]; lastAtMs: number | undefined }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Does the work and notes how it went. What the vendor refuses, or the client gives up, is not the vendor's fault. */
  async watch<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const startedAtMs = this.#clock.nowMs();
    const note = (isGood: boolean) => this.#note(name, { isGood, tookMs: this.#clock.nowMs() - startedAtMs });
    try {
      const result = await work();
      note(true);
      return result;
    } catch (error) {
      const isItsFault = !signal.aborted && !isParleyError(error, 'TTS_REJECTED', 'ASR_REJECTED');
      if (isItsFault) note(false);
      throw error;
    }
  }

  of(name: string): VendorHealth {
    const { requests = 0, last = [], lastAtMs } = this.#vendors.get(name) ?? {};
    const good = last.filter(({ isGood }) => isGood);
    const sumMs = good.reduce((sum, { tookMs }) => sum + tookMs, 0);
    const sorted = good.map(({ tookMs }) => tookMs).toSorted((one, other) => one - other);
    return {
      requests,
      counted: last.length,
      heardMsAgo: lastAtMs === undefined ? undefined : this.#clock.nowMs() - lastAtMs,
      successRate: last.length === 0 ? undefined : good.length / last.length,
      responseMs: good.length === 0 ? undefined : sumMs / good.length,
      nearlyAlwaysMs: good.length < FEWEST ? undefined : sorted[Math.floor(good.length * NEARLY_ALWAYS)],
    };
  }

  #note(name: string, outcome: Outcome): void {
    const vendor = this.#vendors.get(name) ?? { requests: 0, last: [], lastAtMs: undefined };
    this.#vendors.set(name, vendor);
    vendor.requests++;
    vendor.lastAtMs = this.#clock.nowMs();
    vendor.last.push(outcome);
    if (vendor.last.length > LAST) vendor.last.shift();
  }
}
