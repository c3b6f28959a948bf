/** Whether vendors are there of whom no request of anybody's has told lately. */
import type { Clock } from '../base/clock.ts';
import { settledWithin } from '../base/settled-within.ts';
import type { SpeechVendor } from './vendor.ts';

/** So long a request tells how a vendor does, and so long a probe does, ms. */
const TELLS_FOR_MS = 5 * 60_000;
/** Whoever asks how the service does waits no longer than that, ms. */
const ANSWERS_WITHIN_MS = 2_000;

interface Probe {
  readonly atMs: number;
  readonly isThere: Promise<boolean>;
}

export class VendorProbes {
  readonly #clock: Clock;
  readonly #probes = new Map<string, Probe>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `heardMsAgo`: since a request has told of it. Undefined where that is lately enough, or nothing can be asked. Never rejects. */
  async isThere({ name, probe }: SpeechVendor, heardMsAgo: number | undefined): Promise<boolean | undefined> {
    if (!probe || (heardMsAgo !== undefined && heardMsAgo < TELLS_FOR_MS)) return undefined;
    const nowMs = this.#clock.nowMs();
    const known = this.#probes.get(name);
    if (known && nowMs - known.atMs < TELLS_FOR_MS) return known.isThere;
    const begun = { atMs: nowMs, isThere: this.#ask(probe) };
    this.#probes.set(name, begun);
    return begun.isThere;
  }

  async #ask(probe: NonNullable<SpeechVendor['probe']>): Promise<boolean> {
    const asking = new AbortController();
    let isThere = false;
    const answer = probe(asking.signal).then(
      () => (isThere = true),
      () => false,
    );
    await settledWithin(answer, ANSWERS_WITHIN_MS, this.#clock);
    asking.abort(new Error('It did not answer in time.'));
    return isThere;
  }
}
