/** Calls that are ordered one by one: each is placed once, however often its order comes, and can be asked for until it is forgotten. */
import { createHash, randomUUID } from 'node:crypto';
import { ParleyError, errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { CallOrder, CallOutcome } from './call-out.ts';
import { callableNumber } from './callable-number.ts';
import type { CallsOut } from './calls-out.ts';
import type { OrderFiles } from './order-files.ts';
import type { OrderedCall } from './ordered-call.ts';

/** How long an order is remembered, ms: whoever repeats it later means another call. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

/** Orders that are remembered at most; the oldest go first. */
const MOST_ORDERS = 10_000;

export interface OrderedCallsOptions {
  readonly files: Pick<OrderFiles, 'all' | 'write' | 'delete'>;
  readonly callsOut: Pick<CallsOut, 'call' | 'check'>;
  /** The wall clock, ms since 1970. */
  readonly epochMs: () => number;
  /** Short numbers of one's own house that are emergency numbers elsewhere. */
  readonly ownNumbers?: readonly string[] | undefined;
  readonly log: Log;
}

export interface NewOrder extends Omit<CallOrder, 'id'> {
  /** The same again is the same call. */
  readonly idempotencyKey?: string | undefined;
}

export class OrderedCalls {
  readonly #options: OrderedCallsOptions;
  /** By id, the oldest first. */
  readonly #orders = new Map<string, OrderedCall>();
  readonly #byKey = new Map<string, string>();
  readonly #live = new Map<string, AbortController>();
  readonly #working = new Set<Promise<void>>();
  /** Under the same key: one after another. */
  readonly #placing = new Map<string, Promise<OrderedCall>>();

  constructor(options: OrderedCallsOptions) {
    this.#options = options;
  }

  /** Reads what the process before this one has left: what rang then does so no longer. Never rejects. */
  async open(): Promise<void> {
    const { files, log } = this.#options;
    try {
      const left = [...(await files.all())].sort((a, b) => a.orderedEpochMs - b.orderedEpochMs);
      for (const order of left) this.#keep(order);
      for (const order of left) if (order.state !== 'ended') await this.#change(brokenOff(order, this.#now));
      await this.#forgetOld();
    } catch (error) {
      log.error({ event: 'outbound.unreadable', error }, 'orders of calls from before are not known');
    }
  }

  /**
   * Has somebody called; resolves as soon as the order is kept. Throws NUMBER_INVALID, CALL_ORDER_CONFLICT for another call under the same
   * key, CALL_ORDER_UNKEPT, or what keeps a call from being made (see CallsOut): then nobody is called.
   */
  place(given: NewOrder): Promise<OrderedCall> {
    const { idempotencyKey: key } = given;
    if (key === undefined) return this.#place(given);
    const before = this.#placing.get(key) ?? Promise.resolve();
    const placing = before.catch(() => undefined).then(() => this.#place(given));
    this.#placing.set(key, placing);
    const forget = () => {
      if (this.#placing.get(key) === placing) this.#placing.delete(key);
    };
    placing.then(forget, forget);
    return placing;
  }

  find(id: string): OrderedCall | undefined {
    return this.#orders.get(id);
  }

  /** Stops ringing; false if it does not ring. */
  giveUp(id: string): boolean {
    if (this.#orders.get(id)?.state !== 'ringing') return false;
    this.#live.get(id)?.abort(new Error('the operator has given up'));
    return true;
  }

  /** Resolves when all that goes on has ended and is kept. Whoever closes has seen to its end. */
  async close(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  async #place({ idempotencyKey: key, ...given }: NewOrder): Promise<OrderedCall> {
    const { callsOut } = this.#options;
    const to = callableNumber(given.to, this.#options.ownNumbers);
    const fingerprint = fingerprintOf({ ...given, to });
    const known = key === undefined ? undefined : this.#orders.get(this.#byKey.get(key) ?? '');
    if (known && known.orderedEpochMs > this.#now - KEEP_MS) {
      if (known.fingerprint === fingerprint) return known;
      throw new ParleyError('CALL_ORDER_CONFLICT', 'Another call was ordered under this key.');
    }
    callsOut.check(given);
    const order: OrderedCall = {
      ...{ id: `out-${randomUUID()}`, orderedEpochMs: this.#now, to, bot: given.bot, fingerprint },
      ...(key !== undefined && { key }),
      state: 'ringing',
    };
    await this.#write(order);
    this.#keep(order);
    const working = this.#call({ ...given, id: order.id, to }).finally(() => this.#working.delete(working));
    this.#working.add(working);
    void this.#forgetOld();
    return order;
  }

  /** Never rejects. */
  async #call(order: CallOrder): Promise<void> {
    const { callsOut } = this.#options;
    const { id } = order;
    const live = new AbortController();
    this.#live.set(id, live);
    const now = () => this.#orders.get(id) as OrderedCall;
    let noted = Promise.resolve();
    const onAnswered = () => void (noted = this.#change({ ...now(), state: 'talking' }));
    const outcome = await callsOut
      .call(order, live.signal, { onAnswered })
      .catch((error: unknown) => this.#failed(error, live.signal));
    this.#live.delete(id);
    await noted;
    await this.#change({ ...now(), state: 'ended', endedEpochMs: this.#now, outcome });
  }

  #failed(error: unknown, { aborted }: AbortSignal): CallOutcome {
    if (aborted) return { outcome: 'failed', cause: 'given up' };
    this.#options.log.error({ event: 'outbound.failed', error }, 'a call could not be made');
    return { outcome: 'failed', cause: errorCode(error) };
  }

  async #write(order: OrderedCall): Promise<void> {
    try {
      await this.#options.files.write(order);
    } catch (cause) {
      throw new ParleyError('CALL_ORDER_UNKEPT', 'The order could not be kept.', { cause });
    }
  }

  async #change(order: OrderedCall): Promise<void> {
    this.#keep(order);
    await this.#write(order).catch((error: unknown) =>
      this.#options.log.warn(
        { event: 'outbound.unkept', call: order.id, error },
        'what came of it is not kept',
      ),
    );
  }

  #keep(order: OrderedCall): void {
    this.#orders.set(order.id, order);
    if (order.key !== undefined) this.#byKey.set(order.key, order.id);
  }

  /** Never rejects. */
  async #forgetOld(): Promise<void> {
    const isOld = ({ orderedEpochMs }: OrderedCall) => orderedEpochMs <= this.#now - KEEP_MS;
    for (const order of this.#orders.values()) {
      if (!isOld(order) && this.#orders.size <= MOST_ORDERS) return;
      if (order.state !== 'ended') continue;
      this.#orders.delete(order.id);
      if (order.key !== undefined && this.#byKey.get(order.key) === order.id) this.#byKey.delete(order.key);
      await this.#options.files
        .delete(order.id)
        .catch((error: unknown) =>
          this.#options.log.warn(
            { event: 'outbound.unforgotten', error },
            'an old order could not be deleted',
          ),
        );
    }
  }

  get #now(): number {
    return this.#options.epochMs();
  }
}

/** Whoever was talked to has been called, and may still talk to the next process; of what rang nobody knows how far it came. */
function brokenOff(order: OrderedCall, epochMs: number): OrderedCall {
  const ended = { ...order, state: 'ended', endedEpochMs: epochMs } as const;
  if (order.state === 'talking')
    return { ...ended, outcome: { outcome: 'answered', by: 'person', cause: 'lost' } };
  return { ...ended, outcome: { outcome: 'failed', cause: 'the process ended meanwhile' } };
}

function fingerprintOf({ variables, to, bot, telephone, callerId }: Omit<CallOrder, 'id'>): string {
  const sorted = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
  const all = JSON.stringify([to, bot, telephone ?? null, callerId ?? null, sorted]);
  return createHash('sha256').update(all).digest('hex');
}
