/** Takes the callers of daemons that are no more, each of them once: whoever the memory says has one, has him come here. */
import { eachAtOnce } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { sleep } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { CallRecord } from '../survival/survival-store.ts';
import type { Claim, FleetMemory, Forsaken, Session } from './fleet-memory.ts';
import type { MovableCallers } from './movable-callers.ts';

export interface AdoptionOptions {
  readonly memory: Pick<FleetMemory, 'claim' | 'calls'>;
  readonly callers: MovableCallers;
  readonly clock: Clock;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** How full this daemon is, from 0 to 1 and beyond. Undefined if it takes nobody: it drains. */
  readonly load: () => number | undefined;
  /** A caller is about to arrive, whose call goes on. To be told before he can. */
  readonly expect: (record: CallRecord) => Promise<void>;
  /** He does not arrive. */
  readonly forget: (record: CallRecord) => void;
  /** A call of a dead daemon whose caller is not there any more. */
  readonly over: (record: CallRecord) => void;
}

/** So many are taken at once: what a call needs to sound again is two or three requests and as many round trips. */
const AT_ONCE = 16;

/** By so much a full daemon lets emptier ones go first, ms a call: a caller in silence is worse off than a crowded daemon. */
const FULL_WAITS_MS = 150;

/** A daemon of which nothing is left is looked after so often: a caller may have arrived there after it died. */
const LOOKS = 3;

/** Whoever was claimed can be taken by nobody else: he is fetched again and again while Asterisk does not do it, ms, and so often. */
const FETCH_AGAIN_MS = 500;
const MOST_FETCHES = 20;

/** Nobody at the telephone system of a dead daemon has said by then whether its callers are there; then their calls are told as over, ms. */
const NOBODY_LOOKS_MS = 60_000;

export class Adoption {
  readonly #options: AdoptionOptions;
  readonly #working = new Map<string, Promise<void>>();
  /** By daemon and session. */
  readonly #looks = new Map<string, number>();
  readonly #firstSeenMs = new Map<string, number>();

  constructor(options: AdoptionOptions) {
    this.#options = options;
  }

  /** To be told with every heartbeat. */
  lookAfter(session: Session, forsaken: readonly Forsaken[]): void {
    const names = new Set(forsaken.map(nameOf));
    for (const known of [this.#looks, this.#firstSeenMs])
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
    for (const daemon of forsaken) this.#lookAfterOne(session, daemon);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working.values());
  }

  #lookAfterOne(session: Session, daemon: Forsaken): void {
    const { callers, clock, load } = this.#options;
    const name = nameOf(daemon);
    if (!this.#firstSeenMs.has(name)) this.#firstSeenMs.set(name, clock.nowMs());
    const looks = this.#looks.get(name) ?? 0;
    if (this.#working.has(name) || load() === undefined || (daemon.calls === 0 && looks >= LOOKS)) return;
    if (callers.identity === '') return;
    const isHere = daemon.state.asterisk === callers.identity;
    const isNobodys = clock.nowMs() - (this.#firstSeenMs.get(name) ?? 0) > NOBODY_LOOKS_MS;
    if (!isHere && !(isNobodys && daemon.calls > 0)) return;
    this.#looks.set(name, looks + 1);
    const working = (isHere ? this.#takeAll(session, daemon) : this.#forgetAll(session, daemon, []))
      .catch(this.#noteFault(daemon))
      .finally(() => this.#working.delete(name));
    this.#working.set(name, working);
  }

  async #takeAll(session: Session, daemon: Forsaken): Promise<void> {
    const { callers, random } = this.#options;
    const legs = await callers.callersOf(daemon.state.ariApp);
    // Each daemon begins somewhere else: they meet seldom.
    const from = Math.floor(random() * legs.length);
    const queue = [...legs.slice(from), ...legs.slice(0, from)];
    await eachAtOnce(queue, AT_ONCE, async (leg) => {
      await this.#letOthersFirst();
      await this.#takeOne(session, daemon, leg).catch(this.#noteFault(daemon));
    });
    if (daemon.calls > 0) await this.#forgetAll(session, daemon, legs);
  }

  async #takeOne(session: Session, { daemon, state }: Forsaken, leg: string): Promise<void> {
    const { expect, forget, log, memory } = this.#options;
    const claim = await memory.claim(session, daemon, leg);
    if (!claim) return;
    const record = recordIn(claim);
    log.warn(
      { event: 'fleet.adopted', from: daemon, leg, call: record?.call },
      'a call of a daemon that is no more',
    );
    if (record) await expect(record);
    let isTaken = false;
    try {
      isTaken = await this.#fetch(state.ariApp, leg, record?.call);
    } finally {
      if (!isTaken && record) forget(record);
    }
  }

  async #fetch(app: string, leg: string, call: string | undefined): Promise<boolean> {
    const { callers, clock, log } = this.#options;
    for (let fetches = 1; ; fetches++) {
      try {
        return await callers.take(app, leg, call);
      } catch (error) {
        if (fetches >= MOST_FETCHES) throw error;
        log.warn({ event: 'fleet.unfetched', leg, call, fetches, error }, 'a caller could not be taken over');
      }
      await sleep(clock, FETCH_AGAIN_MS);
    }
  }

  #noteFault({ daemon }: Session): (error: unknown) => void {
    return (error) =>
      this.#options.log.warn({ event: 'fleet.adoption', daemon, error }, 'calls could not be taken over');
  }

  /** Calls whose callers are not there any more. */
  async #forgetAll(session: Session, { daemon }: Forsaken, legs: readonly string[]): Promise<void> {
    const { over, memory } = this.#options;
    // Of this one alone: every daemon asks, and all calls of a large fleet are megabytes.
    for (const owned of await memory.calls(daemon)) {
      const { leg } = owned.record;
      if (legs.includes(leg)) continue;
      const claim = await memory.claim(session, daemon, leg);
      const record = claim && recordIn(claim);
      if (record) over(record);
    }
  }

  async #letOthersFirst(): Promise<void> {
    const { clock, load } = this.#options;
    if ((load() ?? 1) >= 1) await sleep(clock, FULL_WAITS_MS);
  }
}

function nameOf({ daemon, token }: Session): string {
  return `${daemon} ${token}`;
}

function recordIn(claim: Claim): CallRecord | undefined {
  return claim.kind === 'record' ? claim.record : undefined;
}
