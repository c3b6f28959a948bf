/** A daemon of a simulated fleet: the real lease, adoption and records; only its telephone and its calls are stand-ins. */
import { silentLog } from '../../base/log.ts';
import type { ManualClock } from '../../base/manual-clock.ts';
import { ResumableCalls } from '../../survival/resumable-calls.ts';
import type { CallRecord, SurvivalStore } from '../../survival/survival-store.ts';
import { Timeline } from '../../timeline/timeline.ts';
import { Fleet } from '../fleet.ts';
import type { FleetMemory } from '../fleet-memory.ts';
import { SimulatedProcess, behind } from './simulated-process.ts';
import type { Reached, SimulatedSwitch } from './simulated-switch.ts';

interface SimulatedCall {
  readonly leg: string;
  readonly timeline: Timeline;
  readonly line: { readonly id: string; readonly letGo: () => void };
  isOver: boolean;
  /** How often something was said. */
  said: number;
  isLeaving: boolean;
  giveAway(): void;
}

export interface SimulatedDaemonOptions {
  readonly name: string;
  readonly clock: ManualClock;
  readonly memory: FleetMemory;
  readonly telephone: SimulatedSwitch;
  readonly random: () => number;
  /** A call went on here with this of it. */
  readonly onResumed: (leg: string, turn: number | undefined) => void;
  /** A call is over, as this daemon tells it. */
  readonly onOver?: (leg: string) => void;
}

export class SimulatedDaemon implements Reached {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly #options: SimulatedDaemonOptions;
  readonly #fleet: Fleet;
  readonly #disk = new Map<string, CallRecord>();
  readonly #calls = new Map<string, SimulatedCall>();
  readonly #elsewhere = new Set<string>();
  #records: ResumableCalls | undefined;
  #isDraining = false;
  #count = 0;

  static async start(options: SimulatedDaemonOptions): Promise<SimulatedDaemon> {
    const daemon = new SimulatedDaemon(options);
    await daemon.#open();
    return daemon;
  }

  private constructor(options: SimulatedDaemonOptions) {
    this.#options = options;
    this.name = options.name;
    const { clock, name, random } = options;
    this.process = new SimulatedProcess(clock);
    this.#fleet = new Fleet({
      memory: behind(this.process, clock, options.memory),
      ...{ daemon: name, version: '', maxCalls: 1000, mostCalls: undefined, clock: this.process },
      ...{ epochMs: () => clock.nowMs(), random, log: silentLog },
    });
  }

  get hasSocket(): boolean {
    return this.process.state !== 'dead';
  }

  get calls(): number {
    return this.#calls.size;
  }

  get takesCalls(): boolean {
    return this.process.state === 'runs' && !this.#isDraining;
  }

  serves(leg: string): boolean {
    return this.process.state === 'runs' && this.#calls.has(leg) && !this.#elsewhere.has(leg);
  }

  arrived(leg: string, isMoved: boolean): void {
    this.process.run(() => void this.#arrived(leg, isMoved));
  }

  left(leg: string, isHangup: boolean): void {
    this.process.run(() => {
      const call = this.#calls.get(leg);
      if (call) this.#end(call, !isHangup && !this.#fleet.isSure ? 'moved' : 'caller');
    });
  }

  /** Everybody who is here is spoken to, as far as this process thinks that it may. */
  speak(): void {
    if (this.#calls.size === 0 || this.process.state !== 'runs' || !this.#fleet.holds) return;
    for (const call of [...this.#calls.values()]) {
      if (this.#elsewhere.has(call.leg)) continue;
      this.#options.telephone.heard(call.leg, this.name);
      if (++call.said % SAID_IN_A_TURN !== 0) continue;
      call.timeline.turn++;
      call.timeline.mark('turn.over', { outcome: 'spoken' });
      if (call.isLeaving) this.#end(call, 'moved');
    }
  }

  drain(): void {
    this.#isDraining = true;
    this.#fleet.giveAway();
  }

  /** Wakes up, and does at first what it was about to do. */
  goOn(): void {
    this.process.goOn(() => this.speak());
  }

  /** Says goodbye to the fleet: its calls have gone. */
  async stop(): Promise<void> {
    await this.#records?.settled();
    await this.#fleet.close();
    this.process.state = 'dead';
  }

  async #open(): Promise<void> {
    const { telephone } = this.#options;
    await this.#fleet.start();
    const store = this.#fleet.storeOver(diskOf(this.#disk));
    const records = await ResumableCalls.open({
      ...{ store, clock: this.process, epochMs: () => this.process.nowMs(), log: silentLog },
      onMoved: (record) => this.#fleet.moved(record),
      onForgotten: ({ leg }) => this.#options.onOver?.(leg),
    });
    this.#records = records;
    const calls = this.#calls;
    const isDraining = () => this.#isDraining;
    this.#fleet.attach({
      reception: {
        get live() {
          return [...calls.values()];
        },
        get refusal() {
          return isDraining() ? 'draining' : undefined;
        },
      },
      records,
      telephone: {
        connected: true,
        movable: telephone.movable(this.name),
        letGo: (legs) => {
          for (const leg of legs) {
            this.#elsewhere.add(leg);
            const call = this.#calls.get(leg);
            if (call) this.#end(call, 'moved');
          }
        },
      },
      drain: () => this.drain(),
    });
    telephone.connect(this);
    // Who was in the application before: of an earlier process of this name.
    for (const [leg, { app }] of telephone.callers) if (app === this.name) this.arrived(leg, true);
  }

  async #arrived(leg: string, isMoved: boolean): Promise<void> {
    const records = this.#records;
    if (!records) return;
    this.#elsewhere.delete(leg);
    if (isMoved && !(await this.#fleet.arrives(leg))) return;
    const caller = this.#options.telephone.callers.get(leg);
    if (this.#calls.has(leg) || (caller && caller.app !== this.name)) return;
    const left = records.claim(leg);
    // He has hung up before anybody could speak to him: that is a call, and its end.
    if (!caller) return left && records.forget(left);
    if (isMoved) this.#options.onResumed(leg, left?.resumed.turn);
    const timeline = new Timeline(this.process);
    timeline.turn = left?.resumed.turn ?? 0;
    const id = `${leg}-${this.name}-${this.#count++}-${this.process.nowMs()}`;
    const call: SimulatedCall = {
      ...{ leg, timeline, isOver: false, said: 0, isLeaving: false },
      line: { id, letGo: () => undefined },
      giveAway: () => (call.isLeaving = true),
    };
    this.#calls.set(leg, call);
    this.#options.telephone.begun(leg, this);
    records.keep(
      { line: { id }, profile: { name: 'default' }, timeline, messages: [], language: 'ru-RU' },
      leg,
      left,
    );
  }

  #end(call: SimulatedCall, cause: 'caller' | 'moved'): void {
    if (call.isOver) return;
    call.isOver = true;
    this.#calls.delete(call.leg);
    call.timeline.mark('call.ended', { cause });
    if (cause === 'caller') this.#options.onOver?.(call.leg);
  }
}

/** As often something is said before the turn is over: only then is anything written, or anybody given away. */
const SAID_IN_A_TURN = 10;

function diskOf(files: Map<string, CallRecord>): SurvivalStore {
  return {
    calls: async () => [...files.keys()],
    read: async (call) => {
      const record = files.get(call);
      if (!record) throw new Error('there is no such record');
      return record;
    },
    write: async (record) => void files.set(record.call, record),
    delete: async (call) => void files.delete(call),
  };
}
