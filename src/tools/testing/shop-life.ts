/**
 * One call of a caller who orders, with all that can come between: answers that begin early, barge-in, hangup, a server that is late or fails,
 * a full disk, a process that is killed. The model is as bad as models are: it repeats itself, and asks again for what it has not read of.
 */
import { childOf } from '../../base/abort.ts';
import { deferred } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { Chance } from '../../base/seeded.ts';
import { ToolDesk } from '../desk/tool-desk.ts';
import type { JournalledUse } from '../journal/tool-journal.ts';
import type { Tool, ToolOutcome } from '../tool.ts';
import { FACTS } from './facts.ts';
import { MemoryJournal } from './memory-journal.ts';

/** What happened, so that a run in which nothing does is noticed. */
export type Happened =
  | 'asked'
  | 'early'
  | 'interrupted'
  | 'hungUp'
  | 'killed'
  | 'resumed'
  | 'repeated'
  | 'another'
  | 'done'
  | 'refused'
  | 'lost answer'
  | 'same key again'
  | 'cancelled'
  | 'disk full'
  | 'told late'
  | 'asked first';

export interface Tally {
  count(what: Happened): void;
  /** A law was broken. */
  broken(law: 'done twice' | 'lost' | 'said but not done' | 'done unasked', seen: unknown): void;
}

/** The server: it knows a repetition by its key, as the key's purpose is. */
class Shop {
  readonly orders = new Set<string>();
}

const KILLED = new Error('the process was killed');
const GONE = new Error('the caller took the turn, or hung up');

export class ShopLife {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #tally: Tally;
  readonly #shop = new Shop();
  readonly #journal = new MemoryJournal();
  readonly #onInterrupt: Tool['onInterrupt'];
  #turn = 0;
  /** Orders that the caller has wanted: another one only when the one before was told of as done. */
  #wanted = 0;
  #isConfirmed = false;
  #isFulfilled = true;

  constructor(clock: Clock, chance: Chance, tally: Tally) {
    this.#clock = clock;
    this.#chance = chance;
    this.#tally = tally;
    this.#onInterrupt = chance.one(['finish', 'cancel']);
  }

  async run(): Promise<void> {
    const kills = this.#chance.next() < 0.3 ? this.#chance.whole(1, 2) : 0;
    for (let killed = 0; ; killed++) {
      const life = new AbortController();
      const script = this.#process(life.signal);
      if (killed === kills) {
        await script;
        return this.#judge();
      }
      await sleep(this.#clock, this.#chance.whole(0, 20));
      life.abort(KILLED);
      script.catch(() => undefined);
      this.#tally.count('killed');
      if (this.#chance.next() < 0.3) return this.#judge();
      this.#tally.count('resumed');
    }
  }

  /** What one process does of the call, until it is killed: then it never comes back, and nothing of it reaches anybody. */
  async #process(killed: AbortSignal): Promise<void> {
    const before = new Set(this.#journal.lines.length > 0 ? this.#openKeys() : []);
    const desk = this.#newDesk(killed);
    const turns = this.#chance.whole(1, 3);
    for (let turn = 0; turn < turns && !killed.aborted; turn++) {
      if (this.#isFulfilled && turn > 0 && this.#chance.next() < 0.5) break;
      await this.#takeTurn(desk, killed);
    }
    await desk.settled();
    if (killed.aborted) return;
    const open = this.#openKeys().filter((key) => !before.has(key));
    if (open.length > 0) this.#tally.broken('lost', open);
  }

  /** Begun, and nothing is known of their end. */
  #openKeys(): readonly string[] {
    return this.#journal
      .ofCall(FACTS.id)
      .filter(({ hasEnd }) => !hasEnd)
      .map(({ key }) => key);
  }

  async #takeTurn(desk: ToolDesk, killed: AbortSignal): Promise<void> {
    if (this.#isFulfilled) {
      this.#isFulfilled = false;
      this.#isConfirmed = false;
      if (this.#wanted++ > 0) this.#tally.count('another');
    }
    for (let early = this.#chance.one([0, 0, 1, 2]); early > 0; early--) await this.#thrownAway(desk);
    if (killed.aborted) return;
    const knownBefore = desk.done.length;
    const answer = new AbortController();
    const confirmed = deferred();
    const asks = [this.#ask(desk, confirmed.promise, answer.signal)];
    if (this.#chance.next() < 0.3) {
      this.#tally.count('repeated');
      asks.push(this.#ask(desk, confirmed.promise, answer.signal));
    }
    await this.#pause(2);
    if (killed.aborted) return;
    this.#turn++;
    this.#isConfirmed = true;
    confirmed.resolve();
    const isInterrupted = this.#chance.next() < 0.4;
    if (isInterrupted) {
      await this.#pause(12);
      this.#tally.count(this.#chance.next() < 0.8 ? 'interrupted' : 'hungUp');
      answer.abort(GONE);
    }
    const [first] = await Promise.all(asks);
    if (killed.aborted) return;
    const isRepeated = this.#chance.next() < 0.3 && !isInterrupted;
    const again = isRepeated ? await this.#ask(desk, Promise.resolve(), answer.signal) : undefined;
    if (killed.aborted) return;
    this.#read(desk, knownBefore, again ?? first);
  }

  /** What the model knows when it is asked next: what it was told, and what the history says was done behind an interruption. */
  #read(desk: ToolDesk, knownBefore: number, outcome: ToolOutcome | undefined): void {
    const behind = desk.done.slice(knownBefore).filter(({ how }) => how === 'done');
    if (outcome) this.#told(outcome);
    // Sometimes the model reads of it too late: its next request was on its way.
    else if (behind.length > 0 && this.#chance.next() < 0.5) this.#isFulfilled = true;
  }

  #told({ status, uncertain, content }: ToolOutcome): void {
    const times = /was done (\d+) times? in this call, and was not/.exec(content)?.[1];
    if (content.startsWith('Before the connection broke')) this.#tally.count('asked first');
    // The caller is asked, and knows how many were wanted.
    if (times !== undefined) this.#isFulfilled = Number(times) >= this.#wanted;
    if (times !== undefined && Number(times) > this.#shop.orders.size)
      this.#tally.broken('said but not done', content);
    if (status === 'failed') {
      this.#tally.count(uncertain ? 'lost answer' : content.includes('recorded') ? 'disk full' : 'refused');
      return;
    }
    if (content.includes('second time')) this.#tally.count('told late');
    this.#tally.count('done');
    this.#isFulfilled = true;
    const key = /order (\w+)/.exec(content)?.[1];
    if (key === undefined || !this.#shop.orders.has(key) || this.#shop.orders.size < this.#wanted)
      this.#tally.broken('said but not done', content);
  }

  /** An answer that began early, on words that were not all. */
  async #thrownAway(desk: ToolDesk): Promise<void> {
    const answer = new AbortController();
    const asked = this.#ask(desk, deferred().promise, answer.signal);
    await this.#pause(2);
    answer.abort(GONE);
    if (await asked) this.#tally.broken('done unasked', this.#turn);
    this.#tally.count('early');
  }

  /** Undefined for one that was interrupted. */
  #ask(desk: ToolDesk, confirmed: Promise<void>, signal: AbortSignal): Promise<ToolOutcome | undefined> {
    const asked = { id: 'c', name: 'order', input: '{"sku":"P1"}' };
    this.#tally.count('asked');
    return desk.run(asked, { confirmed, signal }).then(
      (outcome) => outcome,
      (reason: unknown) => {
        if (reason !== GONE && reason !== KILLED) this.#tally.broken('lost', reason);
        return undefined;
      },
    );
  }

  #newDesk(killed: AbortSignal): ToolDesk {
    const journal = this.#journal;
    /** What a dead process waits for never comes. */
    const alive = async <T>(work: Promise<T>): Promise<T> => {
      const result = await work;
      return killed.aborted ? new Promise<T>(() => undefined) : result;
    };
    return new ToolDesk({
      tools: () => [this.#order(killed)],
      facts: () => FACTS,
      call: FACTS.id,
      turn: () => this.#turn,
      clock: this.#clock,
      log: silentLog,
      earlier: journal.ofCall(FACTS.id),
      onDone: ({ how }) => {
        if (how === 'unknown' && this.#onInterrupt === 'cancel') this.#tally.count('cancelled');
      },
      journal: {
        begun: async (use: JournalledUse) => {
          await alive(this.#pause(2));
          if (this.#chance.next() < 0.03) throw new Error('ENOSPC');
          await journal.begun(use);
          await alive(this.#pause(1));
        },
        ended: async (use, how) => {
          await alive(this.#pause(1));
          await journal.ended(use, how);
        },
      },
    });
  }

  #order(killed: AbortSignal): Tool {
    return {
      name: 'order',
      description: 'Orders',
      parameters: PARAMETERS,
      readOnly: false,
      saying: [],
      onInterrupt: this.#onInterrupt,
      run: async (_, { idempotencyKey }, signal) => {
        const work = childOf(signal);
        const die = () => work.abort(KILLED);
        killed.addEventListener('abort', die, { once: true });
        try {
          return await this.#request(idempotencyKey, work.signal);
        } finally {
          killed.removeEventListener('abort', die);
          work.release();
        }
      },
    };
  }

  async #request(key: string, signal: AbortSignal): Promise<ToolOutcome> {
    let mayBeDone = false;
    for (let tried = 0; ; tried++) {
      await this.#pause(4, signal);
      const fate = this.#chance.next();
      if (fate < 0.1) return { status: 'failed', content: 'HTTP 422', ...(mayBeDone && { uncertain: true }) };
      mayBeDone = true;
      if (fate < 0.9) this.#received(key);
      if (fate < 0.6) {
        await this.#pause(4, signal);
        return { status: 'done', content: `order ${key}` };
      }
      if (tried < 2 && this.#chance.next() < 0.5) continue;
      return { status: 'failed', uncertain: true, content: 'no answer came' };
    }
  }

  #received(key: string): void {
    const { orders } = this.#shop;
    if (!this.#isConfirmed) this.#tally.broken('done unasked', key);
    if (orders.has(key)) this.#tally.count('same key again');
    orders.add(key);
    if (orders.size > this.#wanted) this.#tally.broken('done twice', this.#journal.lines);
  }

  /** Whoever comes after knows of everything that was done. */
  #judge(): void {
    const known = new Map(this.#journal.ofCall(FACTS.id).map(({ key, how }) => [key, how]));
    for (const key of this.#shop.orders) {
      const how = known.get(key);
      if (how !== 'done' && how !== 'unknown') this.#tally.broken('lost', { key, how });
    }
    for (const [key, how] of known)
      if (how === 'done' && !this.#shop.orders.has(key)) this.#tally.broken('said but not done', key);
  }

  async #pause(mostMs: number, signal?: AbortSignal): Promise<void> {
    const ms = this.#chance.whole(0, mostMs);
    if (ms > 0) await sleep(this.#clock, ms, signal);
    else signal?.throwIfAborted();
  }
}

const PARAMETERS = {
  type: 'object',
  properties: { sku: { type: 'string' } },
  required: ['sku'],
  additionalProperties: false,
} as const;
