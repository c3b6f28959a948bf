/** A telephone system that outlives the daemons at it: who is in whose application, and what each caller hears of whom. */
import type { Clock } from '../../base/clock.ts';
import type { MovableCallers } from '../movable-callers.ts';

/** A daemon as the switch reaches it. */
export interface Reached {
  readonly name: string;
  /** It is there and takes events: one that stands still gets them when it goes on. */
  readonly hasSocket: boolean;
  /** It runs, and a caller on this leg is its own as far as it knows. */
  serves(leg: string): boolean;
  arrived(leg: string, isMoved: boolean): void;
  left(leg: string, isHangup: boolean): void;
}

interface Caller {
  app: string;
  /** Who has spoken to this caller in this application. */
  lastHeardAtMs: number;
  readonly since: number;
  readonly untilMs: number;
}

/** Between a request and what it does, ms. */
const ROUND_TRIP_MS = 3;

export interface SwitchReport {
  /** A daemon spoke to a caller whom another one has. */
  twoSpoke: number;
  /** A daemon began with a caller whom another one that runs still had. */
  answeredTwice: number;
  /** How long each caller heard nothing, where that was longer than a second, ms. */
  readonly silencesMs: number[];
  /** Callers who hung up. */
  ended: number;
}

export class SimulatedSwitch {
  readonly report: SwitchReport = { twoSpoke: 0, answeredTwice: 0, silencesMs: [], ended: 0 };
  readonly #clock: Clock;
  readonly #callers = new Map<string, Caller>();
  readonly #daemons = new Map<string, Reached>();
  /** Whether whoever asks for a move is told what came of it. */
  answers: () => boolean = () => true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get callers(): ReadonlyMap<string, { readonly app: string }> {
    return this.#callers;
  }

  connect(daemon: Reached): void {
    this.#daemons.set(daemon.name, daemon);
  }

  dial(leg: string, app: string, lastsMs: number): void {
    const now = this.#clock.nowMs();
    this.#callers.set(leg, { app, lastHeardAtMs: now, since: now, untilMs: now + lastsMs });
    this.#daemons.get(app)?.arrived(leg, false);
    this.#clock.after(lastsMs, () => this.#hangUp(leg));
  }

  /** To be told when a daemon begins with a caller. */
  begun(leg: string, by: Reached): void {
    for (const daemon of this.#daemons.values())
      if (daemon !== by && daemon.serves(leg)) this.report.answeredTwice++;
  }

  /** What a daemon says reaches whoever has this channel, in whatever application that is. */
  heard(leg: string, app: string): void {
    const caller = this.#callers.get(leg);
    if (!caller) return;
    if (caller.app !== app) {
      this.report.twoSpoke++;
      return;
    }
    const silentMs = this.#clock.nowMs() - caller.lastHeardAtMs;
    if (silentMs > 1000) this.report.silencesMs.push(silentMs);
    caller.lastHeardAtMs = this.#clock.nowMs();
  }

  /** Callers who have heard nothing for so long. */
  inSilence(ms: number): readonly string[] {
    const now = this.#clock.nowMs();
    return [...this.#callers].filter(([, { lastHeardAtMs }]) => now - lastHeardAtMs > ms).map(([leg]) => leg);
  }

  movable(app: string): MovableCallers {
    const there = () => new Promise<void>((resolve) => this.#clock.after(ROUND_TRIP_MS, resolve));
    const move = async (leg: string, from: string | undefined, to: string) => {
      await there();
      const isMoved = moved(leg, from, to);
      if (!this.answers()) throw new Error('Asterisk does not answer');
      return isMoved;
    };
    const moved = (leg: string, from: string | undefined, to: string) => {
      const caller = this.#callers.get(leg);
      if (!caller || (from !== undefined && caller.app !== from)) return false;
      const before = caller.app;
      caller.app = to;
      if (before !== to) this.#daemons.get(before)?.left(leg, false);
      this.#daemons.get(to)?.arrived(leg, true);
      return true;
    };
    return {
      identity: 'switch',
      app,
      callersOf: async (of) => {
        await there();
        return [...this.#callers].filter(([, caller]) => caller.app === of).map(([leg]) => leg);
      },
      take: (from, leg) => move(leg, from, app),
      give: (leg, to) => move(leg, undefined, to),
    };
  }

  #hangUp(leg: string): void {
    const caller = this.#callers.get(leg);
    this.#callers.delete(leg);
    this.report.ended++;
    if (caller) this.#daemons.get(caller.app)?.left(leg, true);
  }
}
