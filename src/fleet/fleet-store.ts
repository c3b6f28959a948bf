/** The records of live calls on this machine's disk and in the fleet's memory: the disk alone while that is away. */
import type { CallRecord, SurvivalStore } from '../survival/survival-store.ts';
import type { FleetMemory, Session } from './fleet-memory.ts';

export interface FleetStoreOptions {
  readonly disk: SurvivalStore;
  readonly memory: Pick<FleetMemory, 'keep' | 'drop' | 'own' | 'calls'>;
  readonly daemon: string;
  /** Undefined while this daemon is in no fleet. */
  readonly session: () => Session | undefined;
}

export class FleetStore implements SurvivalStore {
  readonly #options: FleetStoreOptions;
  /** What was read of the memory, and is not on the disk. */
  readonly #own = new Map<string, CallRecord>();
  /** The last of each live call: the memory may come back empty. */
  readonly #live = new Map<string, CallRecord>();

  constructor(options: FleetStoreOptions) {
    this.#options = options;
  }

  /** Without those that lie here and that another daemon has gone on with since. */
  async calls(): Promise<readonly string[]> {
    const { disk, memory, daemon } = this.#options;
    const here = await disk.calls();
    const session = this.#options.session();
    if (!session) return here;
    try {
      for (const record of (await memory.own(session)).values()) this.#own.set(record.call, record);
      const known = await memory.calls();
      const legsElsewhere = new Set(
        known.filter((each) => each.daemon !== daemon).map(({ record }) => record.leg),
      );
      const gone = new Set<string>();
      for (const call of here) if (await this.#isElsewhere(call, legsElsewhere)) gone.add(call);
      for (const call of gone) await disk.delete(call);
      return [...new Set([...here.filter((call) => !gone.has(call)), ...this.#own.keys()])];
    } catch {
      return here;
    }
  }

  async read(call: string): Promise<CallRecord> {
    return this.#own.get(call) ?? this.#options.disk.read(call);
  }

  async write(record: CallRecord): Promise<void> {
    const { disk, memory } = this.#options;
    this.#live.set(record.call, record);
    const session = this.#options.session();
    const shared = session ? memory.keep(session, record).catch(() => false) : Promise.resolve(false);
    const [onDisk, isShared] = await Promise.all([disk.write(record).catch(asFault), shared]);
    if (onDisk && !isShared) throw onDisk.error;
  }

  async delete(call: string): Promise<void> {
    const { disk, memory } = this.#options;
    this.#live.delete(call);
    this.#own.delete(call);
    const session = this.#options.session();
    await Promise.all([
      disk.delete(call),
      session ? memory.drop(session, call).catch(() => false) : undefined,
    ]);
  }

  /** All calls that go on here. */
  get live(): readonly CallRecord[] {
    return [...this.#live.values()];
  }

  /** Another daemon has it: nothing of it stays here. */
  async letGo(call: string): Promise<void> {
    this.#live.delete(call);
    this.#own.delete(call);
    await this.#options.disk.delete(call);
  }

  /** Writes what is live into a memory that may know nothing of it, and resolves with those that the memory says are another daemon's. */
  async writeAnew(session: Session): Promise<readonly CallRecord[]> {
    const { memory } = this.#options;
    const refused: CallRecord[] = [];
    for (const record of this.#live.values()) if (!(await memory.keep(session, record))) refused.push(record);
    return refused;
  }

  async #isElsewhere(call: string, legs: ReadonlySet<string>): Promise<boolean> {
    const record = await this.#options.disk.read(call).catch(() => undefined);
    return record !== undefined && legs.has(record.leg);
  }
}

function asFault(error: unknown): { readonly error: unknown } {
  return { error };
}
