/**
 * The results of ended calls on their way: each is on the disk before anything is done about it, and until all is done. Who is killed in
 * between goes on where he was: the same result may be posted twice then, never not at all.
 */
import { AsyncResource } from 'node:async_hooks';
import { crowdController } from '../base/abort.ts';
import type { CancelTimer, Clock } from '../base/clock.ts';
import { ParleyError, errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { GIVE_UP_AFTER_MS } from './back-off.ts';
import type { CallResult } from './call-result.ts';
import type { Delivery } from './delivery.ts';
import type { EndedCall } from './ended-call.ts';
import { afterAttempt, isDone, newEntry, readyEntry, revived, waitingResult } from './outbox-entry.ts';
import type { OutboxEntry, WaitingResult } from './outbox-entry.ts';
import type { OutboxFiles } from './outbox-files.ts';
import { systemCode } from '../base/system-code.ts';

export interface OutboxOptions {
  readonly files: Pick<OutboxFiles, 'keys' | 'read' | 'write' | 'remove' | 'setAside'>;
  readonly clock: Clock;
  /** The wall clock, in milliseconds since 1970: the next process must know it too. */
  readonly epochMs: () => number;
  readonly random: () => number;
  readonly log: Log;
  /** Rejects only with the signal's reason. */
  readonly make: (call: EndedCall, signal: AbortSignal) => Promise<CallResult>;
  readonly post: (url: string, result: CallResult, signal: AbortSignal) => Promise<Delivery>;
  /** Resolves when the history has it; rejects when it could not take it now. */
  readonly keep: (key: string, call: EndedCall, result: CallResult) => Promise<void>;
  /** Whose bot it is, where several share this service: results of one keep nobody else's waiting. Everybody's the same, if not given. */
  readonly ownerOf?: (bot: string) => string;
  /** Where results of this bot go by now, if that is known: what was wrong in a profile may have been mended. */
  readonly webhookOf: (bot: string) => string | undefined;
  readonly onOutcome: (outcome: ResultOutcome) => void;
  /** Asked before anything is done: false if another process has it, or had. Never rejects. */
  readonly isOurs?: (entry: OutboxEntry) => Promise<boolean>;
}

/**
 * `made`, `incomplete` (not valid), `delivered`, `failed` (an attempt), `dead`; `unwritten`: the disk did not take it, `lost`: nor did
 * memory; `unreadable`: a file that was put aside.
 */
export type ResultOutcome =
  'made' | 'incomplete' | 'delivered' | 'failed' | 'dead' | 'unwritten' | 'lost' | 'unreadable';

/** The model and the receiver have other work to do as well: so many of one owner at once. */
const MOST_OF_ONE = 4;

/** Of all owners. As long as four of them have a flood, whoever else has one result has it told at once; the others take turns. */
const MOST_AT_ONCE = 20;

/** What the disk does not take waits in memory; more is a service that has been out of order for days. */
const MOST_UNWRITTEN = 2000;

/** When to go on after something went wrong in this house, ms: a disk is cleared by hand. */
const LATER_MS = 30_000;

/** A history that has not taken it for so long will not, ms. */
const MOST_WAIT_FOR_HISTORY_MS = 24 * 60 * 60_000;

/** No timer reaches further, ms: Node's would fire at once. */
const FURTHEST_MS = 60 * 60_000;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #known = new Map<string, WaitingResult & { readonly isDue: boolean }>();
  readonly #unwritten = new Map<string, OutboxEntry>();
  readonly #running = new Map<string, Promise<void>>();
  /** Owners, in the order in which work was last begun for them. */
  readonly #turns = new Map<string, number>();
  #turn = 0;
  readonly #closing = crowdController();
  #cancelWake: CancelTimer = () => undefined;
  #diskFails = false;
  /** What a call hands over is no longer its own: neither its faults nor its memory. */
  readonly #own = new AsyncResource('Outbox');

  /** Reads what is there and goes on with it. Never rejects: without a disk results wait in memory. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const outbox = new Outbox(options);
    await outbox.#readAll();
    outbox.#goOn();
    return outbox;
  }

  private constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** All that is on its way, the oldest first. */
  get waiting(): readonly WaitingResult[] {
    return [...this.#known.values()].sort((a, b) => a.endedEpochMs - b.endedEpochMs);
  }

  /** Takes the facts of a call that has ended. Never throws, never waits. */
  put(key: string, call: EndedCall): void {
    void this.#take(newEntry(key, call, this.#options.epochMs()));
  }

  /** Takes a result that somebody else has made; it goes where the call says. Resolves with whether it is on the disk. Never rejects. */
  async putReady(key: string, call: EndedCall, result: CallResult): Promise<boolean> {
    await this.#take(readyEntry(key, call, result, this.#options.epochMs()));
    return !this.#unwritten.has(key);
  }

  /** Goes on with what another process has left. Never throws, never waits. */
  adopt(entry: OutboxEntry): void {
    void this.#take(entry);
  }

  #take(entry: OutboxEntry): Promise<void> {
    const { key } = entry;
    return this.#own.runInAsyncScope(() =>
      this.#exclusively(key, async () => void (await this.#save(entry))),
    );
  }

  /** Offers a result again, now. Rejects with RESULT_UNKNOWN. */
  async retry(key: string): Promise<void> {
    await this.#running.get(key);
    const known = this.#known.get(key);
    if (!known) throw new ParleyError('RESULT_UNKNOWN', 'There is no such result on its way.');
    if (this.#running.has(key)) return;
    const revive = async () => {
      const entry = await this.#load(key);
      if (entry) await this.#save(revived(entry, this.#options.epochMs()));
    };
    await this.#exclusively(key, revive);
  }

  /** Resolves when nothing is being done that is not waited for. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Breaks off what is being done: it is gone on with at the next start. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the outbox was closed'));
    this.#cancelWake();
    await this.settled();
    if (this.#unwritten.size > 0)
      this.#options.log.error(
        { event: 'results.lost', results: this.#unwritten.size },
        'results could not be written, and are lost',
      );
    for (const _ of this.#unwritten) this.#options.onOutcome('lost');
  }

  async #readAll(): Promise<void> {
    const { files, log } = this.#options;
    const keys = await files.keys().catch((error: unknown) => {
      log.error({ event: 'results.unusable', error }, 'results that were left cannot be read');
      return [];
    });
    for (const key of keys) {
      const entry = await this.#load(key);
      if (entry) this.#note(entry);
    }
    if (this.#known.size > 0)
      log.info(
        { event: 'results.left', results: this.#known.size },
        'results of earlier calls are on their way',
      );
  }

  /** Begins what is due, and wakes up for what will be. */
  #goOn(): void {
    this.#cancelWake();
    if (this.#closing.signal.aborted) return;
    const { clock, epochMs } = this.#options;
    const nowMs = epochMs();
    let nextMs = FURTHEST_MS;
    const due = new Map<string, string[]>();
    for (const { key, bot, isDue, nextEpochMs } of this.#known.values()) {
      if (!isDue || this.#running.has(key)) continue;
      const waitMs = nextEpochMs - nowMs;
      // Nothing is put off for longer: the clock was ahead when that was written.
      if (waitMs > 0 && waitMs <= GIVE_UP_AFTER_MS) nextMs = Math.min(nextMs, waitMs);
      else {
        const owner = this.#ownerOf(bot);
        const keys = due.get(owner);
        if (keys) keys.push(key);
        else due.set(owner, [key]);
      }
    }
    this.#begin(due);
    this.#cancelWake = clock.after(nextMs, () => this.#goOn());
  }

  /** As many as there is room for, of each owner in turn. Whatever ends first goes on with the others. */
  #begin(due: ReadonlyMap<string, readonly string[]>): void {
    const lastTurn = (owner: string) => this.#turns.get(owner) ?? 0;
    const running = new Map<string, number>();
    for (const key of this.#running.keys()) {
      const owner = this.#ownerOf(this.#known.get(key)?.bot ?? '');
      running.set(owner, (running.get(owner) ?? 0) + 1);
    }
    const waiting = [...due].map(([owner, keys]) => ({ owner, keys: keys.values() }));
    while (this.#running.size < MOST_AT_ONCE) {
      const able = waiting.filter(({ owner }) => (running.get(owner) ?? 0) < MOST_OF_ONE);
      const [next] = able.sort((a, b) => lastTurn(a.owner) - lastTurn(b.owner));
      if (!next) return;
      const { done, value: key } = next.keys.next();
      if (done) {
        waiting.splice(waiting.indexOf(next), 1);
        continue;
      }
      this.#turns.set(next.owner, ++this.#turn);
      running.set(next.owner, (running.get(next.owner) ?? 0) + 1);
      void this.#exclusively(key, () => this.#work(key));
    }
  }

  #ownerOf(bot: string): string {
    return this.#options.ownerOf?.(bot) ?? '';
  }

  /** One thing at a time is done about an entry. Never rejects. */
  #exclusively(key: string, act: () => Promise<void>): Promise<void> {
    const running = act()
      .catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        this.#options.log.error({ event: 'results.fault', key, error }, 'a result has to wait');
        this.#later(key);
      })
      .finally(() => {
        this.#running.delete(key);
        this.#goOn();
      });
    this.#running.set(key, running);
    return running;
  }

  async #work(key: string): Promise<void> {
    let entry = await this.#load(key);
    if (!entry) return;
    if (isDone(entry) || !((await this.#options.isOurs?.(entry)) ?? true)) return this.#remove(entry);
    const result = entry.result ?? (await this.#make(entry.call));
    entry = await this.#save({ ...entry, result });
    if (!entry.kept) entry = await this.#keep(entry, result);
    if (!entry.delivered && !entry.dead) entry = await this.#offer(entry, result);
    if (isDone(entry)) await this.#remove(entry);
    else await this.#save(entry);
  }

  async #make(call: EndedCall): Promise<CallResult> {
    const { make, log, onOutcome } = this.#options;
    const result = await make(call, this.#closing.signal);
    const { valid, code, faults } = result;
    if (!valid)
      log.warn(
        { event: 'results.incomplete', call: call.id, code, faults: faults?.length },
        'the model could not say what came of a call',
      );
    onOutcome(valid ? 'made' : 'incomplete');
    return result;
  }

  async #keep(entry: OutboxEntry, result: CallResult): Promise<OutboxEntry> {
    const { keep, epochMs, log } = this.#options;
    const { key, call } = entry;
    try {
      await keep(key, call, result);
      return { ...entry, kept: true };
    } catch (error) {
      const isHopeless = epochMs() - call.endedEpochMs > MOST_WAIT_FOR_HISTORY_MS;
      if (isHopeless)
        log.error({ event: 'results.unkept', call: call.id, error }, 'the history did not take a result');
      return { ...entry, kept: isHopeless, nextEpochMs: epochMs() + LATER_MS };
    }
  }

  async #offer(entry: OutboxEntry, result: CallResult): Promise<OutboxEntry> {
    const { post, webhookOf, epochMs, random, log, onOutcome } = this.#options;
    const { call } = entry;
    const url = entry.ready ? call.wanted.webhook : (webhookOf(call.bot) ?? call.wanted.webhook);
    if (url === undefined) return { ...entry, delivered: true };
    const delivery = await post(url, result, this.#closing.signal);
    const next = afterAttempt(entry, delivery, { epochMs: epochMs(), random });
    const { attempts, dead, reason } = next;
    onOutcome(delivery.kind === 'delivered' ? 'delivered' : dead ? 'dead' : 'failed');
    const facts = { event: 'results.delivery', call: call.id, attempts, reason };
    if (delivery.kind === 'delivered') log.info(facts, 'a result was delivered');
    else if (dead) log.error(facts, 'a result was not taken, and waits for somebody to look at it');
    else log.warn(facts, 'a result was not taken, and is offered again');
    return next;
  }

  /** Undefined if there is nothing of that name any more. */
  async #load(key: string): Promise<OutboxEntry | undefined> {
    const { files, log, onOutcome } = this.#options;
    const held = this.#unwritten.get(key);
    if (held) return held;
    try {
      return await files.read(key);
    } catch (error) {
      const code = systemCode(error) ?? '';
      if (code === 'ENOENT') this.#known.delete(key);
      // The file may be well, and the disk not.
      else if (/^E[A-Z]+$/.test(code)) throw error;
      else {
        this.#known.delete(key);
        onOutcome('unreadable');
        log.error({ event: 'results.unreadable', key, error }, 'a file of the outbox was put aside');
        await files.setAside(key).catch(() => undefined);
      }
      return undefined;
    }
  }

  /** What cannot be written waits in memory, and is written with its next change. */
  async #save(entry: OutboxEntry): Promise<OutboxEntry> {
    const { files, log, onOutcome } = this.#options;
    const { key } = entry;
    this.#note(entry);
    try {
      await files.write(entry);
      this.#unwritten.delete(key);
      if (this.#diskFails) log.info({ event: 'results.written' }, 'results are written again');
      this.#diskFails = false;
    } catch (error) {
      if (!this.#diskFails)
        log.error(
          { event: 'results.unwritten', code: errorCode(error), error },
          'results wait in memory: the disk does not take them',
        );
      this.#diskFails = true;
      if (!this.#unwritten.has(key)) onOutcome('unwritten');
      this.#unwritten.set(key, entry);
      this.#letGoOfTheOldest();
    }
    return entry;
  }

  #letGoOfTheOldest(): void {
    for (const key of this.#unwritten.keys()) {
      if (this.#unwritten.size <= MOST_UNWRITTEN) return;
      this.#unwritten.delete(key);
      this.#known.delete(key);
      this.#options.onOutcome('lost');
    }
  }

  async #remove(entry: OutboxEntry): Promise<void> {
    // Where the file cannot be removed, what it says is no longer true.
    this.#unwritten.set(entry.key, entry);
    await this.#options.files.remove(entry.key);
    this.#unwritten.delete(entry.key);
    this.#known.delete(entry.key);
  }

  #note(entry: OutboxEntry): void {
    this.#known.set(entry.key, { ...waitingResult(entry), isDue: !entry.dead || !entry.kept });
  }

  #later(key: string): void {
    const known = this.#known.get(key);
    if (known) this.#known.set(key, { ...known, nextEpochMs: this.#options.epochMs() + LATER_MS });
  }
}
