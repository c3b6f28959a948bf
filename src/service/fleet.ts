/** This daemon among others: what it keeps in the fleet's memory, whose calls it takes over, and to whom it gives its own. */
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { openRedis } from '../base/redis.ts';
import { parleyVersion } from '../base/version.ts';
import type { Call } from '../call/call.ts';
import type { FleetBound } from '../call/intake/admission.ts';
import type { Reception } from '../call/intake/reception.ts';
import type { Settings } from '../config/settings.ts';
import { Adoption } from '../fleet/adoption.ts';
import { FleetJournal } from '../fleet/fleet-journal.ts';
import type { Daemon, DaemonState, FleetMemory, Session } from '../fleet/fleet-memory.ts';
import { FleetStore } from '../fleet/fleet-store.ts';
import { Membership } from '../fleet/membership.ts';
import { RedisMemory } from '../fleet/redis-memory.ts';
import type { CallRecord, SurvivalStore } from '../survival/survival-store.ts';
import type { ResumableCalls } from '../survival/resumable-calls.ts';
import type { Ownership } from '../telephony/asterisk/held-port.ts';
import type { EarlierUse, ToolJournal } from '../tools/journal/tool-journal.ts';
import type { Closing } from './closing.ts';
import type { Telephones } from './telephones.ts';

/** Undefined where this daemon is alone. A memory that is away keeps no daemon from its calls. */
export async function openFleet(settings: Settings, log: Log, closing: Closing): Promise<Fleet | undefined> {
  if (!settings.fleet) return undefined;
  const { redisUrl, name } = settings.fleet;
  const redis = openRedis(redisUrl, log);
  closing.add(async () => redis.disconnect());
  await new Promise<void>((resolve) => {
    const cancel = systemClock.after(READY_WITHIN_MS, resolve);
    redis.once('ready', () => {
      cancel();
      resolve();
    });
  });
  const fleet = new Fleet(settings, settings.fleet, new RedisMemory(redis, { fleet: name }), log);
  closing.add(() => fleet.close());
  await fleet.start();
  return fleet;
}

/** How long the start waits for the connection, ms. */
const READY_WITHIN_MS = 1_000;

interface Attached {
  readonly reception: Reception;
  readonly records: ResumableCalls;
  readonly telephones: Pick<Telephones, 'asterisk'>;
}

export class Fleet implements Ownership {
  readonly memory: FleetMemory;
  readonly #settings: Settings;
  readonly #fleet: NonNullable<Settings['fleet']>;
  readonly #log: Log;
  readonly #membership: Membership;
  readonly #startedAtEpochMs = Date.now();
  #attached: Attached | undefined;
  #adoption: Adoption | undefined;
  #store: FleetStore | undefined;
  #journal: FleetJournal | undefined;
  /** By conversation: what was done in those that are about to go on here. */
  readonly #earlier = new Map<string, readonly EarlierUse[]>();
  readonly #expected = new Set<string>();
  #isGivingAway = false;
  /** Calls that are to be given away, by id. */
  readonly #leaving = new Set<string>();

  constructor(settings: Settings, fleet: NonNullable<Settings['fleet']>, memory: FleetMemory, log: Log) {
    this.#settings = settings;
    this.#fleet = fleet;
    this.#log = log;
    this.memory = memory;
    this.#membership = new Membership({
      ...{ memory, daemon: fleet.instance, clock: systemClock, epochMs: () => Date.now(), log },
      state: () => this.#state(),
      on: {
        lapsed: (session, hold) => this.#lapsed(session, hold === 'lost'),
        forsaken: (session, forsaken) => {
          if (this.#isGivingAway) void this.#giveAllAway();
          this.#adoption?.lookAfter(session, forsaken);
        },
        toDrain: () => this.#drain(),
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
  get bound(): FleetBound | undefined {
    const { maxCalls } = this.#fleet;
    if (maxCalls === undefined) return undefined;
    // What others had when they were last heard says nothing while nobody is heard.
    return {
      maxCalls,
      callsElsewhere: () => (this.#membership.isAway ? 0 : this.#membership.callsElsewhere),
    };
  }

  storeOver(disk: SurvivalStore): FleetStore {
    const session = () => this.#membership.session;
    this.#store = new FleetStore({ disk, memory: this.memory, daemon: this.#fleet.instance, session });
    return this.#store;
  }

  journalOver(disk: ToolJournal): FleetJournal {
    const time = { clock: systemClock, epochMs: () => Date.now() };
    this.#journal = new FleetJournal({ ...time, disk, memory: this.memory, log: this.#log });
    return this.#journal;
  }

  /** From now on calls of others are taken. */
  attach(attached: Attached): void {
    this.#attached = attached;
    const { reception, records, telephones } = attached;
    const { asterisk } = telephones;
    if (!asterisk) return;
    this.#adoption = new Adoption({
      ...{ memory: this.memory, callers: asterisk.movable, clock: systemClock, random: Math.random },
      log: this.#log,
      load: () => {
        const isFull = reception.refusal === 'draining' || !asterisk.connected;
        return isFull ? undefined : reception.live.length / this.#settings.admission.maxCalls;
      },
      expect: (record) => this.#expect(record),
      forget: (record) => records.expectNoMore(record),
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

  async arrives(leg: string): Promise<void> {
    const { session } = this.#membership;
    if (!session || this.#expected.delete(leg)) return;
    const record = await this.memory.find(session, leg).catch(() => undefined);
    if (record) await this.#expect(record);
    this.#expected.delete(leg);
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
    const { reception, telephones } = this.#attached ?? {};
    const { movable } = telephones?.asterisk ?? {};
    return {
      version: parleyVersion(),
      startedAtEpochMs: this.#startedAtEpochMs,
      ariApp: movable?.app ?? '',
      asterisk: movable?.identity ?? '',
      httpUrl: '',
      calls: reception?.live.length ?? 0,
      maxCalls: this.#settings.admission.maxCalls,
      draining: reception?.refusal === 'draining',
    };
  }

  #drain(): void {
    const { reception } = this.#attached ?? {};
    this.#log.info({ event: 'fleet.drain' }, 'an operator of the fleet has this daemon drain');
    void reception?.drain(this.#settings.drainMs);
    this.giveAway();
  }

  /** Whatever the memory says is another daemon's is let go of. */
  async #lapsed(session: Session, isOver: boolean): Promise<void> {
    const store = this.#store;
    if (!store) return;
    const legs = isOver ? store.legs : (await store.writeAnew(session)).map(({ leg }) => leg);
    if (legs.length === 0) return;
    this.#log.warn({ event: 'fleet.letGo', calls: legs.length }, 'other daemons have calls that were here');
    this.#attached?.telephones.asterisk?.letGo(legs);
  }

  async #expect(record: CallRecord): Promise<void> {
    const { call, conversation = call, leg } = record;
    this.#expected.add(leg);
    this.#earlier.set(conversation, (await this.#journal?.of(conversation)) ?? []);
    this.#attached?.records.expect(record);
  }

  async #giveAllAway(): Promise<void> {
    const { reception } = this.#attached ?? {};
    const leaving = (reception?.live ?? []).filter((call: Call) => !this.#leaving.has(call.line.id));
    if (leaving.length === 0 || !(await this.#receiver().catch(() => undefined))) return;
    for (const call of leaving) {
      if (call.isOver || !call.line.letGo) continue;
      this.#leaving.add(call.line.id);
      call.giveAway();
      call.timeline.observe(({ type }) => {
        if (type === 'call.ended') this.#forgetLeaving(call);
      });
    }
  }

  #forgetLeaving({ line, timeline }: Call): void {
    const end = timeline.entries.at(-1);
    if (end?.type === 'call.ended' && end.cause !== 'moved') this.#leaving.delete(line.id);
  }

  async #give(record: CallRecord): Promise<void> {
    const { asterisk } = this.#attached?.telephones ?? {};
    const { session } = this.#membership;
    const { leg, call } = record;
    if (!asterisk) return;
    const receiver = session && (await this.#receiver().catch(() => undefined));
    const isTheirs =
      receiver &&
      (await this.memory.keep(session, record).catch(() => false)) &&
      (await this.memory.give(session, leg, receiver.daemon).catch(() => false));
    if (isTheirs) {
      this.#log.info(
        { event: 'fleet.given', call, to: receiver.daemon },
        'another daemon goes on with a call',
      );
      await asterisk.movable.give(leg, receiver.ariApp);
      return this.#store?.letGo(call);
    }
    // Nobody is there any more who could: it comes back.
    await this.#expect(record);
    if (!(await asterisk.movable.give(leg, asterisk.movable.app)))
      this.#attached?.records.expectNoMore(record);
  }

  /** Who has the most room among those at the same telephone system. Rejects while the memory is away. */
  async #receiver(): Promise<Daemon | undefined> {
    const { movable } = this.#attached?.telephones.asterisk ?? {};
    if (!movable || movable.identity === '') return undefined;
    const able = (await this.memory.daemons()).filter(
      ({ daemon, asterisk, draining, isAlive }) =>
        isAlive && !draining && daemon !== this.#fleet.instance && asterisk === movable.identity,
    );
    const loadOf = ({ calls, maxCalls }: Daemon) => calls / Math.max(1, maxCalls);
    // Heartbeats tell of loads that are a moment old: among the emptier half it is left to chance.
    const emptier = able.sort((a, b) => loadOf(a) - loadOf(b)).slice(0, Math.ceil(able.length / 2));
    return emptier[Math.floor(Math.random() * emptier.length)];
  }
}
