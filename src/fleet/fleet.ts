/** This daemon among others: what it keeps in the fleet's memory, whose calls it takes over, and to whom it gives its own. */
import type { Clock } from '../base/clock.ts';
import { sleep } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { ProviderUse, ShareOf } from '../base/provider-use.ts';
import type { SharedWorks } from '../base/shared-works.ts';
import type { CallRecord, SurvivalStore } from '../survival/survival-store.ts';
import type { EarlierUse, ToolJournal } from '../tools/journal/tool-journal.ts';
import { Adoption } from './adoption.ts';
import { FleetJournal } from './fleet-journal.ts';
import type { Claim, Daemon, DaemonState, FleetMemory, Session } from './fleet-memory.ts';
import { FleetStore } from './fleet-store.ts';
import { Membership } from './membership.ts';
import type { MovableCallers } from './movable-callers.ts';

export interface FleetOptions {
  readonly memory: FleetMemory;
  /** INSTANCE_ID */
  readonly daemon: string;
  readonly version: string;
  /** What this daemon takes. */
  readonly maxCalls: number;
  /** Of all daemons together; undefined for no bound. */
  readonly mostCalls: number | undefined;
  readonly clock: Clock;
  readonly epochMs: () => number;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** A live call, as far as it can be given away. */
interface LiveCall {
  readonly line: { readonly id: string; readonly letGo?: (() => void) | undefined };
  readonly isOver: boolean;
  /** Ends here as moved as soon as neither side has the turn. */
  giveAway(): void;
}

/** What this daemon is made of. */
export interface FleetPorts {
  readonly reception: { readonly live: readonly LiveCall[]; readonly refusal: string | undefined };
  readonly records: {
    expect(record: CallRecord): void;
    /** Takes what is known of the conversation on this leg. */
    claim(leg: string): unknown;
    expectNoMore(record: CallRecord): void;
    /** Nobody goes on with it. */
    forget(left: { readonly record: CallRecord }): void;
  };
  /** Undefined where no telephone keeps callers whose daemon has died. */
  readonly telephone: MovableTelephone | undefined;
  /** Takes no more calls. */
  readonly drain: () => void;
  /** How many calls each tenant has here. */
  readonly callsByTenant?: (() => Readonly<Record<string, number>>) | undefined;
  /** What its calls ask providers for. */
  readonly requestsPerSecond?: (() => ProviderUse) | undefined;
}

interface MovableTelephone {
  readonly connected: boolean;
  readonly movable: MovableCallers;
  /** Nothing more is done on these legs, and they stay. */
  letGo(legs: readonly string[]): void;
}

/**
 * Whose a call is that could not be given away, as the memory says. The object is of one that Asterisk may have moved to `app` all the same:
 * `isOurs` if it was taken back in the memory, false if nobody could be asked.
 */
type Whose = 'ours' | 'theirs' | { readonly app: string; readonly isOurs: boolean };

const UNKNOWN: Claim = { kind: 'unknown' };

/** A caller who could not be moved waits in silence: he is fetched back again and again, ms, and so often. */
const FETCH_AGAIN_MS = 500;
const MOST_FETCHES = 10;

export class Fleet {
  readonly memory: FleetMemory;
  readonly #options: FleetOptions;
  readonly #log: Log;
  readonly #membership: Membership;
  readonly #startedAtEpochMs: number;
  #ports: FleetPorts | undefined;
  #adoption: Adoption | undefined;
  #store: FleetStore | undefined;
  #journal: FleetJournal | undefined;
  /** By conversation: what was done in those that are about to go on here. */
  readonly #earlier = new Map<string, readonly EarlierUse[]>();
  readonly #expected = new Set<string>();
  #isGivingAway = false;
  /** Calls that are to be given away, by id. */
  readonly #leaving = new Set<string>();
  /** The telephone system at which this daemon was last. */
  #lastAsterisk = '';

  constructor(options: FleetOptions) {
    const { memory, log } = options;
    this.#options = options;
    this.#log = log;
    this.memory = memory;
    this.#startedAtEpochMs = options.epochMs();
    this.#membership = new Membership({
      ...options,
      state: () => this.#state(),
      on: {
        lapsed: (session, hold) => this.#lapsed(session, hold === 'lost'),
        forsaken: (session, forsaken) => {
          if (this.#isGivingAway) void this.#giveAllAway();
          this.#adoption?.lookAfter(session, forsaken);
        },
        toDrain: () => {
          log.info({ event: 'fleet.drain' }, 'an operator of the fleet has this daemon drain');
          this.#ports?.drain();
        },
        lastWords: () => this.#lastWords(),
        isBack: () => this.#ports?.telephone?.connected === true,
      },
    });
  }

  start(): Promise<void> {
    return this.#membership.start();
  }

  get holds(): boolean {
    return this.#membership.holds;
  }

  get isSure(): boolean {
    return this.#membership.isSure;
  }

  /** What this daemon does without, in clauses for the operator; nothing while all is well. */
  get degraded(): readonly string[] {
    return this.#membership.isAway
      ? ['the memory of the fleet is away: calls go on, and nobody takes them over']
      : [];
  }

  /** Of all daemons together, if there is one. */
  get bound(): { readonly maxCalls: number; readonly callsElsewhere: () => number } | undefined {
    const { mostCalls: maxCalls } = this.#options;
    if (maxCalls === undefined) return undefined;
    // What others had when they were last heard says nothing while nobody is heard.
    return {
      maxCalls,
      callsElsewhere: () => (this.#membership.isAway ? 0 : this.#membership.callsElsewhere),
    };
  }

  /** Live calls of a tenant's on all other daemons, as of the last heartbeat. */
  tenantCallsElsewhere(tenant: string): number {
    return this.#membership.isAway ? 0 : (this.#membership.tenantsElsewhere[tenant] ?? 0);
  }

  /** How much of so many requests a second to a provider is this daemon's. */
  get shareOf(): ShareOf {
    return (kind, wholePerSecond) => this.#membership.shareOf(kind, wholePerSecond);
  }

  storeOver(disk: SurvivalStore): FleetStore {
    const session = () => this.#membership.session;
    this.#store = new FleetStore({ disk, memory: this.memory, daemon: this.#options.daemon, session });
    return this.#store;
  }

  journalOver(disk: ToolJournal): FleetJournal {
    this.#journal = new FleetJournal({ ...this.#options, disk });
    return this.#journal;
  }

  /** Work of this kind that others go on with when this daemon is no more. */
  works(kind: string): SharedWorks {
    return this.memory.works(kind, () => this.#membership.session);
  }

  /** From now on calls of others are taken. */
  attach(ports: FleetPorts): void {
    this.#ports = ports;
    const { reception, records, telephone } = ports;
    if (!telephone) return;
    this.#adoption = new Adoption({
      ...this.#options,
      callers: telephone.movable,
      load: () => {
        const takesNobody = reception.refusal === 'draining' || !telephone.connected;
        return takesNobody ? undefined : reception.live.length / this.#options.maxCalls;
      },
      expect: (record) => this.#expect(record),
      forget: (record) => this.#forget(record),
      over: (record) => records.forget({ record }),
    });
  }

  /** What other daemons have had done in a conversation that goes on here. */
  earlier(conversation: string): readonly EarlierUse[] | undefined {
    const uses = this.#earlier.get(conversation);
    this.#earlier.delete(conversation);
    return uses;
  }

  settled(): Promise<void> {
    return this.#membership.settled();
  }

  async arrives(leg: string): Promise<boolean> {
    await this.settled();
    const { session } = this.#membership;
    if (!session || this.#expected.delete(leg)) return true;
    const claim = await this.memory.accept(session, leg).catch(() => UNKNOWN);
    if (!claim) {
      this.#log.warn({ event: 'fleet.notOurs', leg }, 'a caller came here whom another daemon has');
      return false;
    }
    if (claim.kind === 'record') await this.#expect(claim.record);
    this.#expected.delete(leg);
    return true;
  }

  /** Gives every call to another daemon, each as soon as neither side has the turn. Calls that nobody can take go on here. */
  giveAway(): void {
    this.#isGivingAway = true;
    void this.#giveAllAway();
  }

  /** A call has ended here and goes on elsewhere: it was to be given away, or another daemon has taken it. */
  async moved(record: CallRecord): Promise<void> {
    if (this.#leaving.delete(record.call)) await this.#give({ ...record, givenAway: true });
    else await this.#store?.letGo(record.call);
  }

  async close(): Promise<void> {
    await this.#adoption?.settled();
    await this.#membership.close();
  }

  #state(): DaemonState {
    const { reception, telephone } = this.#ports ?? {};
    const { movable } = telephone ?? {};
    const callsByTenant = this.#ports?.callsByTenant?.() ?? {};
    const { version, maxCalls } = this.#options;
    return {
      version,
      startedAtEpochMs: this.#startedAtEpochMs,
      ariApp: movable?.app ?? '',
      asterisk: movable?.identity ?? '',
      calls: reception?.live.length ?? 0,
      ...(Object.keys(callsByTenant).length > 0 && { callsByTenant }),
      maxCalls,
      requestsPerSecond: this.#ports?.requestsPerSecond?.(),
      draining: reception?.refusal === 'draining',
    };
  }

  /** Who has lost the telephone system can do nothing for his callers, and whoever is still there can. */
  async #lastWords(): Promise<DaemonState | undefined> {
    const { telephone } = this.#ports ?? {};
    if (!telephone) return undefined;
    if (telephone.connected) this.#lastAsterisk = telephone.movable.identity;
    if (telephone.connected || this.#lastAsterisk === '') return undefined;
    if ((await this.#othersAt(this.#lastAsterisk)).length === 0) return undefined;
    this.#log.warn({ event: 'fleet.cutOff' }, 'Asterisk is out of reach: others take over what is here');
    return { ...this.#state(), asterisk: this.#lastAsterisk };
  }

  /** Whatever the memory says is another daemon's is let go of. */
  async #lapsed(session: Session, isOver: boolean): Promise<void> {
    const store = this.#store;
    if (!store) return;
    const theirs = isOver ? store.live : await store.writeAnew(session);
    const legs = theirs.map(({ leg }) => leg);
    if (legs.length === 0) return;
    // What another daemon has is not given away any more.
    for (const { call } of theirs) this.#leaving.delete(call);
    this.#log.warn({ event: 'fleet.letGo', calls: legs.length }, 'other daemons have calls that were here');
    this.#ports?.telephone?.letGo(legs);
  }

  async #expect(record: CallRecord): Promise<void> {
    const { call, conversation = call, leg } = record;
    this.#expected.add(leg);
    this.#earlier.set(conversation, (await this.#journal?.of(conversation)) ?? []);
    this.#ports?.records.expect(record);
  }

  async #giveAllAway(): Promise<void> {
    const { reception } = this.#ports ?? {};
    const staying = (reception?.live ?? []).filter(({ line }) => line.letGo && !this.#leaving.has(line.id));
    if (staying.length === 0 || !(await this.#receiver().catch(() => undefined))) return;
    for (const call of staying) {
      if (call.isOver) continue;
      this.#leaving.add(call.line.id);
      call.giveAway();
    }
  }

  async #give(record: CallRecord): Promise<void> {
    const { telephone } = this.#ports ?? {};
    const { session } = this.#membership;
    const { leg, call } = record;
    if (!telephone) return;
    const receiver = session && (await this.#receiver().catch(() => undefined));
    const isOurs = receiver && (await this.memory.keep(session, record).catch(() => undefined));
    if (isOurs && (await this.memory.give(session, leg, receiver.daemon).catch(() => false))) {
      if (await this.#move(record, receiver)) return this.#store?.letGo(call);
      const isBack = await this.memory.takeBack(session, leg, receiver.daemon).catch(() => undefined);
      // It was moved after all, and goes on there.
      if (isBack === false) return this.#store?.letGo(call);
      return this.#fetchBack(record, telephone.movable, { app: receiver.ariApp, isOurs: isBack === true });
    }
    await this.#fetchBack(record, telephone.movable, isOurs === false ? 'theirs' : 'ours');
  }

  /** False if the caller is gone, or Asterisk has not done it: he may be here still. */
  async #move({ call, leg }: CallRecord, receiver: Daemon): Promise<boolean> {
    const fields = { call, to: receiver.daemon };
    try {
      const isMoved = await this.#ports?.telephone?.movable.give(leg, receiver.ariApp);
      if (isMoved) this.#log.info({ event: 'fleet.given', ...fields }, 'another daemon goes on with a call');
      return isMoved === true;
    } catch (error) {
      this.#log.warn({ event: 'fleet.unmoved', ...fields, error }, 'a caller could not be moved');
      return false;
    }
  }

  /** The caller goes on here, if nobody else has him and he has not hung up. */
  async #fetchBack(record: CallRecord, movable: MovableCallers, whose: Whose): Promise<void> {
    const { call, leg } = record;
    await this.#expect(record);
    for (let fetches = 1; fetches <= MOST_FETCHES; fetches++) {
      try {
        if (await movable.take(movable.app, leg, call)) return;
        // It was moved after all: the other daemon was refused it, and leaves the caller alone.
        if (typeof whose === 'object' && whose.isOurs && (await movable.take(whose.app, leg, call))) return;
        if (!(await isTheirs(whose, leg, movable))) return this.#forget(record);
        this.#ports?.records.claim(leg);
        this.#expected.delete(leg);
        return await this.#store?.letGo(call);
      } catch (error) {
        const fields = { event: 'fleet.unfetched', call, fetches, error };
        this.#log.warn(fields, 'a caller who was to be given away waits here');
      }
      await sleep(this.#options.clock, FETCH_AGAIN_MS);
    }
    // He stays expected: who waits is found when Asterisk is connected again, or when this daemon has said goodbye.
  }

  /** Who was expected does not come. */
  #forget(record: CallRecord): void {
    const { call, conversation = call, leg } = record;
    this.#expected.delete(leg);
    this.#earlier.delete(conversation);
    this.#ports?.records.expectNoMore(record);
  }

  /** Who could take calls there. Rejects while the memory is away. */
  async #othersAt(identity: string): Promise<Daemon[]> {
    return (await this.memory.daemons()).filter(
      ({ daemon, asterisk, draining, isAlive }) =>
        isAlive && !draining && daemon !== this.#options.daemon && asterisk === identity,
    );
  }

  /** Who has the most room among those at the same telephone system. Rejects while the memory is away. */
  async #receiver(): Promise<Daemon | undefined> {
    const { movable } = this.#ports?.telephone ?? {};
    if (!movable || movable.identity === '') return undefined;
    const able = await this.#othersAt(movable.identity);
    const loadOf = ({ calls, maxCalls }: Daemon) => calls / Math.max(1, maxCalls);
    // Heartbeats tell of loads that are a moment old: among the emptier half it is left to chance.
    const emptier = able.sort((a, b) => loadOf(a) - loadOf(b)).slice(0, Math.ceil(able.length / 2));
    return emptier[Math.floor(this.#options.random() * emptier.length)];
  }
}

/** Where the memory could not be asked, the call is the daemon's in whose application the caller is. */
async function isTheirs(whose: Whose, leg: string, movable: MovableCallers): Promise<boolean> {
  if (typeof whose === 'string') return whose === 'theirs';
  return !whose.isOurs && (await movable.callersOf(whose.app)).includes(leg);
}
