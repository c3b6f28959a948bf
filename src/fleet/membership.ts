/**
 * This daemon's place in the fleet: a lease that a heartbeat renews, and whether this process may still act for its calls. Whoever has slept for
 * longer than the lease does nothing before it has asked what became of them.
 */
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { ProviderUse } from '../base/provider-use.ts';
import { BEAT_MS, LEASE_MS } from './fleet-memory.ts';
import type { Beat, DaemonState, FleetMemory, Forsaken, Hold, Session } from './fleet-memory.ts';

export interface MembershipOptions {
  readonly memory: FleetMemory;
  readonly daemon: string;
  readonly state: () => DaemonState;
  readonly clock: Clock;
  /** The wall clock: the monotonic one of some machines stands still while they sleep. */
  readonly epochMs: () => number;
  readonly log: Log;
  readonly on: MembershipListener;
}

export interface MembershipListener {
  /**
   * Calls may be another daemon's by now, or the memory knows nothing of them. Nothing is done for any call before this has resolved. Told
   * again with the next heartbeat if it rejects.
   */
  readonly lapsed: (session: Session, hold: Exclude<Hold, 'held'> | 'joined') => Promise<void>;
  /** Daemons that are no more. Told with each heartbeat. */
  readonly forsaken: (session: Session, forsaken: readonly Forsaken[]) => void;
  readonly toDrain: () => void;
  /** What to say at last, where all calls are to be left to others: told with each heartbeat. */
  readonly lastWords?: () => Promise<DaemonState | undefined>;
  /** The reason for that is gone. */
  readonly isBack?: () => boolean;
}

/** How long a daemon that has woken up waits for the memory, ms: where that is away, nobody can have taken a call since. */
const ASK_WITHIN_MS = 1_000;

/** How often a daemon whose name another one has looks whether that is gone, heartbeats. */
const LOOK_AGAIN_BEATS = 12;

/** A lease may end so much later than the memory has said, ms, which counts whole ones. */
const LAPSED_AFTER_MS = 5;

/**
 * While the memory is away all leases run out, and whoever is heard first when it is back is no more alive than the others: each has this
 * time to be heard again, ms. Who sleeps for longer has to ask before it acts.
 */
const HEARD_AGAIN_WITHIN_MS = LEASE_MS;

interface Moment {
  readonly atMs: number;
  readonly epochMs: number;
}

export class Membership {
  readonly #options: MembershipOptions;
  #session: Session | undefined;
  #cancelBeat: CancelTimer = () => undefined;
  #beating: Promise<void> = Promise.resolve();
  #lastTick: Moment;
  /** When the last heartbeat was sent that was answered. */
  #confirmed: Moment | undefined;
  /** It has slept, and does not know yet what became of its calls. */
  #isUnsure = false;
  /** What the owner of the calls has not been told to the end: the memory went away meanwhile, and says it once only. */
  #untold: Exclude<Hold, 'held' | 'lost'> | 'joined' | undefined;
  #isAway = false;
  /** Since when the memory has answered each time, ms. */
  #thereSinceMs: number | undefined;
  #isReplaced = false;
  /** It has left its calls to others, and does nothing before it has a lease again. */
  #hasLeft = false;
  #waiting: (() => void)[] = [];
  #isClosed = false;
  #wasToldToDrain = false;
  #ticks = 0;
  callsElsewhere = 0;
  tenantsElsewhere: Readonly<Record<string, number>> = {};
  #daemonsElsewhere = 0;
  #requestsElsewhere: ProviderUse = { synthesis: 0, recognition: 0 };

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#lastTick = this.#now();
  }

  /** Resolves with the first answer of the memory, or when there is none. */
  async start(): Promise<void> {
    await this.#tick();
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** The memory does not answer: each daemon is on its own. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /**
   * How much of so many requests a second to a provider is this daemon's: what the others leave. As long as it does not hear of all of them,
   * an equal part of it, by how many there were.
   */
  shareOf(kind: keyof ProviderUse, wholePerSecond: number): number {
    if (!this.#hearsAll) return wholePerSecond / (this.#daemonsElsewhere + 1);
    return wholePerSecond - this.#requestsElsewhere[kind];
  }

  /** This process may act for its calls. To be asked before anything is done that a caller hears. */
  get holds(): boolean {
    return !this.#isUnsure && sinceMs(this.#lastTick, this.#now()) <= LEASE_MS;
  }

  /** Nobody else can have taken a call from this daemon by now. */
  get isSure(): boolean {
    return this.#confirmed !== undefined && sinceMs(this.#confirmed, this.#now()) < LEASE_MS;
  }

  /** Resolves when it is known what this process may act for. */
  async settled(): Promise<void> {
    while (!this.holds && !this.#isClosed) {
      if (!this.#isUnsure) void this.#tick();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Gives the lease back: what this daemon still has may be taken at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelBeat();
    await this.#beating;
    this.#release();
    if (this.#session) await this.#options.memory.leave(this.#session).catch(() => undefined);
  }

  #tick(): Promise<void> {
    this.#cancelBeat();
    const now = this.#now();
    const slept = sinceMs(this.#lastTick, now);
    this.#lastTick = now;
    this.#ticks++;
    if (slept > LEASE_MS) {
      this.#isUnsure = true;
      const fields = { event: 'fleet.slept', sleptMs: Math.round(slept) };
      this.#options.log.warn(fields, 'this process stood still for longer than its lease lasts');
    }
    if (!this.#isClosed) this.#cancelBeat = this.#options.clock.after(BEAT_MS, () => void this.#tick());
    // One heartbeat after another: answers that overtake each other would tell of a past that is over.
    this.#beating = this.#beating.then(() => (this.#isClosed ? undefined : this.#beat()));
    return this.#beating;
  }

  async #beat(): Promise<void> {
    const { clock, log } = this.#options;
    const sent = this.#now();
    let cancel: CancelTimer = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(ASK_WITHIN_MS, () => reject(new Error('the memory of the fleet does not answer')));
    });
    try {
      await Promise.race([this.#ask(sent), late]);
      if (this.#isAway) log.info({ event: 'fleet.back' }, 'the memory of the fleet is there again');
      this.#isAway = false;
      this.#thereSinceMs ??= sent.atMs;
    } catch (error) {
      if (!this.#isAway) log.warn({ event: 'fleet.away', error }, 'the memory of the fleet is away');
      this.#isAway = true;
      this.#thereSinceMs = undefined;
      // Nobody can say what became of the calls: then those that wait here are this daemon's.
      if (this.#options.on.isBack?.()) this.#hasLeft = false;
    } finally {
      cancel();
    }
    this.#isUnsure = this.#hasLeft;
    this.#release();
  }

  async #ask(sent: Moment): Promise<void> {
    const { memory, daemon, on, state } = this.#options;
    if (!this.#session) {
      if (this.#hasLeft && !on.isBack?.()) return;
      if (this.#isReplaced && !(await this.#isNameFree())) return;
      this.#session = await memory.join(daemon, state());
      this.#isReplaced = false;
      this.#hasLeft = false;
      this.#confirmed = sent;
      this.#untold = 'joined';
      await this.#tellLapsed(this.#session);
      return;
    }
    const session = this.#session;
    const words = await on.lastWords?.();
    if (words) return this.#leave(session, words);
    const beat = await memory.beat(session, state());
    if (beat.hold === 'lost') return this.#lost(session);
    this.#confirmed = sent;
    if (beat.hold !== 'held') this.#untold = beat.hold;
    // It was started again between two heartbeats: all others are still to be heard.
    if (beat.hold === 'emptied') this.#thereSinceMs = sent.atMs;
    await this.#tellLapsed(session);
    this.#told(session, beat);
    this.#lookAt(beat.nextLapseMs);
  }

  /** A caller whose daemon has died waits for a heartbeat: the next one comes no later than that daemon's lease ends. */
  #lookAt(nextLapseMs: number): void {
    const { clock } = this.#options;
    const waitMs = nextLapseMs + LAPSED_AFTER_MS;
    const isSooner = clock.nowMs() + waitMs < this.#lastTick.atMs + BEAT_MS;
    if (this.#isClosed || !isSooner) return;
    this.#cancelBeat();
    this.#cancelBeat = clock.after(waitMs, () => void this.#tick());
  }

  async #tellLapsed(session: Session): Promise<void> {
    if (this.#untold === undefined) return;
    await this.#options.on.lapsed(session, this.#untold);
    this.#untold = undefined;
  }

  #told(
    session: Session,
    { callsElsewhere, tenantsElsewhere = {}, forsaken, isToDrain, ...beat }: Beat,
  ): void {
    const { on } = this.#options;
    this.callsElsewhere = callsElsewhere;
    this.tenantsElsewhere = tenantsElsewhere;
    this.#requestsElsewhere = beat.requestsElsewhere;
    const { daemonsElsewhere } = beat;
    const known = this.#areAllHeard ? 0 : this.#daemonsElsewhere;
    this.#daemonsElsewhere = Math.max(known, daemonsElsewhere);
    on.forsaken(session, this.#areAllHeard ? forsaken : []);
    if (isToDrain && !this.#wasToldToDrain) on.toDrain();
    this.#wasToldToDrain = isToDrain;
  }

  /** Others may take its calls at once, as those of a daemon that is no more. */
  async #leave(session: Session, words: DaemonState): Promise<void> {
    const { memory, on } = this.#options;
    this.#isUnsure = this.#hasLeft = true;
    this.#session = undefined;
    this.#confirmed = undefined;
    this.#untold = undefined;
    await memory.beat(session, words);
    await memory.leave(session);
    await on.lapsed(session, 'lost');
  }

  async #lost(session: Session): Promise<void> {
    const { log, on } = this.#options;
    const fields = { event: 'fleet.replaced', daemon: session.daemon };
    log.error(fields, 'another daemon runs under the same INSTANCE_ID and has the calls of this one now');
    this.#session = undefined;
    this.#confirmed = undefined;
    this.#untold = undefined;
    this.#isReplaced = true;
    await on.lapsed(session, 'lost');
  }

  async #isNameFree(): Promise<boolean> {
    if (this.#ticks % LOOK_AGAIN_BEATS !== 0) return false;
    const { memory, daemon } = this.#options;
    return !(await memory.daemons()).some((other) => other.daemon === daemon && other.isAlive);
  }

  /** Whoever is alive has had the time to be heard since the memory is there. */
  get #areAllHeard(): boolean {
    const thereMs = this.#options.clock.nowMs() - (this.#thereSinceMs ?? Infinity);
    return thereMs >= HEARD_AGAIN_WITHIN_MS;
  }

  get #hearsAll(): boolean {
    return this.#session !== undefined && !this.#isAway && this.#areAllHeard;
  }

  #now(): Moment {
    return { atMs: this.#options.clock.nowMs(), epochMs: this.#options.epochMs() };
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function sinceMs(before: Moment, now: Moment): number {
  return Math.max(now.atMs - before.atMs, now.epochMs - before.epochMs);
}
