/** The memory of a fleet in one process, on any clock: what RedisMemory does, for simulations. Both pass the same suite. */
import type { Clock } from '../../base/clock.ts';
import type { SharedWorks } from '../../base/shared-works.ts';
import type { CallRecord } from '../../survival/survival-store.ts';
import { LEASE_MS } from '../fleet-memory.ts';
import type { Beat, Claim, Daemon, DaemonState, FleetMemory, Forsaken } from '../fleet-memory.ts';
import type { OwnedCall, Session } from '../fleet-memory.ts';
import { LocalWorks } from './local-works.ts';
import type { KnownWorks } from './local-works.ts';

interface Known extends Session {
  state: DaemonState;
  heardMs: number;
  leaseUntilMs: number;
}

interface KnownCall {
  owner: string;
  token: number;
  readonly leg: string;
  record: CallRecord | undefined;
  /** Who has given it to its owner: name and token. */
  giver?: string | undefined;
}

const LOOKED_AFTER_MS = 30_000;
/** One for all: to note where each was thrown would take longer than the rest of a simulation. */
const AWAY = new Error('the memory is away');

export class LocalMemory implements FleetMemory {
  readonly #clock: Clock;
  readonly #leaseMs: number;
  #token = 0;
  readonly #daemons = new Map<string, Known>();
  /** Calls by leg, by daemon. */
  readonly #legs = new Map<string, Map<string, string>>();
  readonly #calls = new Map<string, KnownCall>();
  readonly #toDrain = new Set<string>();
  readonly #taken = new Set<string>();
  readonly #journal = new Map<string, string[]>();
  readonly #works: KnownWorks = new Map();
  /** Every method rejects. */
  isAway = false;

  constructor(clock: Clock, leaseMs = LEASE_MS) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
  }

  /** As a Redis that was started again; tokens go on. */
  empty(): void {
    this.#daemons.clear();
    this.#legs.clear();
    this.#calls.clear();
    this.#toDrain.clear();
    this.#taken.clear();
    this.#journal.clear();
    this.#works.clear();
  }

  async join(daemon: string, state: DaemonState): Promise<Session> {
    this.#there();
    const token = ++this.#token;
    this.#told(daemon, token, state);
    this.#toDrain.delete(daemon);
    for (const [leg, call] of this.#legsOf(daemon)) this.#own(call, leg, daemon, token);
    return { daemon, token };
  }

  async beat({ daemon, token }: Session, state: DaemonState): Promise<Beat> {
    this.#there();
    const known = this.#daemons.get(daemon);
    const requestsElsewhere = { synthesis: 0, recognition: 0 };
    if (known && known.token !== token)
      return {
        ...{ hold: 'lost', isToDrain: false, callsElsewhere: 0, forsaken: [] },
        ...{ daemonsElsewhere: 0, requestsElsewhere, nextLapseMs: Infinity },
      };
    const hold = !known ? 'emptied' : this.#holds(daemon, token) ? 'held' : 'lapsed';
    this.#told(daemon, token, state);
    let callsElsewhere = 0;
    let daemonsElsewhere = 0;
    let nextLapseMs = Infinity;
    const tenantsElsewhere: Record<string, number> = {};
    const forsaken: Forsaken[] = [];
    const nowMs = this.#clock.nowMs();
    for (const other of this.#daemons.values()) {
      if (other.daemon === daemon) continue;
      if (other.leaseUntilMs > nowMs) {
        callsElsewhere += other.state.calls;
        daemonsElsewhere++;
        nextLapseMs = Math.min(nextLapseMs, other.leaseUntilMs - nowMs);
        requestsElsewhere.synthesis += other.state.requestsPerSecond?.synthesis ?? 0;
        requestsElsewhere.recognition += other.state.requestsPerSecond?.recognition ?? 0;
        for (const [tenant, calls] of Object.entries(other.state.callsByTenant ?? {}))
          tenantsElsewhere[tenant] = (tenantsElsewhere[tenant] ?? 0) + calls;
        continue;
      }
      const calls = this.#legsOf(other.daemon).size;
      if (calls > 0 || nowMs - other.heardMs < LOOKED_AFTER_MS)
        forsaken.push({ daemon: other.daemon, token: other.token, state: other.state, calls });
    }
    const ofTenants = Object.keys(tenantsElsewhere).length > 0 ? { tenantsElsewhere } : {};
    const isToDrain = this.#toDrain.has(daemon);
    return {
      ...{ hold, isToDrain, callsElsewhere, ...ofTenants },
      ...{ daemonsElsewhere, requestsElsewhere, nextLapseMs, forsaken },
    };
  }

  async leave({ daemon, token }: Session): Promise<void> {
    this.#there();
    const known = this.#daemons.get(daemon);
    if (known?.token === token) known.leaseUntilMs = Number.NEGATIVE_INFINITY;
  }

  async daemons(): Promise<readonly Daemon[]> {
    this.#there();
    return [...this.#daemons].map(([daemon, { token, state, heardMs }]) => ({
      ...state,
      ...{ daemon, token, heardAtEpochMs: heardMs, isAlive: this.#isAlive(daemon) },
    }));
  }

  async askToDrain(daemon: string): Promise<void> {
    this.#there();
    this.#toDrain.add(daemon);
  }

  async keep({ daemon, token }: Session, record: CallRecord): Promise<boolean> {
    this.#there();
    if (!this.#holds(daemon, token)) return false;
    const known = this.#calls.get(record.call);
    const isTaken = known !== undefined || this.#taken.has(`${daemon} ${record.leg}`);
    if (isTaken && !(known && this.#owns(known, daemon, token))) return false;
    this.#own(record.call, record.leg, daemon, token).record = record;
    return true;
  }

  async drop({ daemon, token }: Session, call: string): Promise<boolean> {
    this.#there();
    const known = this.#calls.get(call);
    if (!known || !this.#holds(daemon, token) || !this.#owns(known, daemon, token)) return false;
    const legs = this.#legsOf(daemon);
    if (legs.get(known.leg) === call) legs.delete(known.leg);
    known.record = undefined;
    return true;
  }

  async give({ daemon, token }: Session, leg: string, to: string): Promise<boolean> {
    this.#there();
    const call = this.#legsOf(daemon).get(leg);
    const known = call === undefined ? undefined : this.#calls.get(call);
    const other = this.#daemons.get(to);
    if (call === undefined || !known || !other || !this.#isAlive(to)) return false;
    if (!this.#holds(daemon, token) || !this.#owns(known, daemon, token)) return false;
    this.#legsOf(daemon).delete(leg);
    this.#taken.delete(`${to} ${leg}`);
    this.#own(call, leg, to, other.token).giver = `${daemon} ${token}`;
    return true;
  }

  async takeBack({ daemon, token }: Session, leg: string, from: string): Promise<boolean> {
    this.#there();
    const call = this.#legsOf(from).get(leg);
    const known = call === undefined ? undefined : this.#calls.get(call);
    if (call === undefined || known?.giver !== `${daemon} ${token}` || !this.#holds(daemon, token))
      return false;
    this.#legsOf(from).delete(leg);
    this.#taken.add(`${from} ${leg}`);
    this.#taken.delete(`${daemon} ${leg}`);
    this.#own(call, leg, daemon, token).giver = undefined;
    return true;
  }

  async claim({ daemon, token }: Session, from: string, leg: string): Promise<Claim | undefined> {
    this.#there();
    const mark = `${from} ${leg}`;
    if (!this.#holds(daemon, token) || this.#isAlive(from)) return undefined;
    const call = this.#legsOf(from).get(leg);
    const isTaken = this.#taken.has(mark);
    this.#taken.add(mark);
    if (call === undefined && isTaken) return undefined;
    this.#taken.delete(`${daemon} ${leg}`);
    if (call === undefined) return { kind: 'unknown' };
    this.#legsOf(from).delete(leg);
    const { record } = this.#own(call, leg, daemon, token);
    return record ? { kind: 'record', record } : { kind: 'unknown' };
  }

  async accept({ daemon, token }: Session, leg: string): Promise<Claim | undefined> {
    this.#there();
    const known = this.#calls.get(this.#legsOf(daemon).get(leg) ?? '');
    if (!known || !this.#owns(known, daemon, token))
      return this.#taken.has(`${daemon} ${leg}`) ? undefined : { kind: 'unknown' };
    known.giver = undefined;
    return known.record ? { kind: 'record', record: known.record } : { kind: 'unknown' };
  }

  async own({ daemon, token }: Session): Promise<ReadonlyMap<string, CallRecord>> {
    this.#there();
    const all = new Map<string, CallRecord>();
    for (const [leg, call] of this.#legsOf(daemon)) {
      const known = this.#calls.get(call);
      if (known?.record && this.#owns(known, daemon, token)) all.set(leg, known.record);
    }
    return all;
  }

  async calls(of?: string): Promise<readonly OwnedCall[]> {
    this.#there();
    return [...this.#legs].flatMap(([daemon, legs]) =>
      [...(of === undefined || of === daemon ? legs.values() : [])].flatMap((call) => {
        const record = this.#calls.get(call)?.record;
        return record ? [{ daemon, record }] : [];
      }),
    );
  }

  async note(conversation: string, line: string): Promise<void> {
    this.#there();
    this.#journal.set(conversation, [...(this.#journal.get(conversation) ?? []), line]);
  }

  async notes(conversation: string): Promise<readonly string[]> {
    this.#there();
    return this.#journal.get(conversation) ?? [];
  }

  works(kind: string, session: () => Session | undefined): SharedWorks {
    return new LocalWorks({
      ...{ known: this.#works, kind, session, there: () => this.#there() },
      isHeld: ({ daemon, token }) => this.#holds(daemon, token),
    });
  }

  #there(): void {
    if (this.isAway) throw AWAY;
  }

  #told(daemon: string, token: number, state: DaemonState): void {
    const heardMs = this.#clock.nowMs();
    this.#daemons.set(daemon, { daemon, token, state, heardMs, leaseUntilMs: heardMs + this.#leaseMs });
  }

  #isAlive(daemon: string): boolean {
    return (this.#daemons.get(daemon)?.leaseUntilMs ?? Number.NEGATIVE_INFINITY) > this.#clock.nowMs();
  }

  #holds(daemon: string, token: number): boolean {
    return this.#isAlive(daemon) && this.#daemons.get(daemon)?.token === token;
  }

  #owns({ owner, token }: KnownCall, daemon: string, session: number): boolean {
    return owner === daemon && token === session;
  }

  #own(call: string, leg: string, owner: string, token: number): KnownCall {
    const known = this.#calls.get(call) ?? { owner, token, leg, record: undefined };
    Object.assign(known, { owner, token });
    this.#calls.set(call, known);
    this.#legsOf(owner).set(leg, call);
    return known;
  }

  #legsOf(daemon: string): Map<string, string> {
    const legs = this.#legs.get(daemon) ?? new Map<string, string>();
    this.#legs.set(daemon, legs);
    return legs;
  }
}
