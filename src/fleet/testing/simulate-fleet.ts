/** A fleet on the virtual clock, with faults by a seed: whether anybody is left behind, spoken to by two, or in silence for long. */
import { ManualClock, promisesOnly } from '../../base/manual-clock.ts';
import { seededRandom } from '../../base/seeded.ts';
import { LocalMemory } from './local-memory.ts';
import { SimulatedDaemon } from './simulated-daemon.ts';
import { SimulatedSwitch } from './simulated-switch.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly daemons: number;
  readonly calls: number;
  /** Virtual time in which the calls begin, ms: few at first and in the end, a ninth of them in the busiest twenty-fourth. */
  readonly spanMs: number;
  /** How long a caller stays: at least and at most, ms. */
  readonly callLastsMs?: readonly [number, number];
  /** Virtual time between two faults on average, ms. */
  readonly faultEveryMs: number;
  /** Some of the faults that there are: all, if not given. */
  readonly faults?: readonly Fault[];
}

export const FAULTS = ['kill', 'freeze', 'drain', 'away', 'empty'] as const;
export type Fault = (typeof FAULTS)[number];

export interface SimulationReport {
  readonly calls: number;
  readonly faults: Readonly<Record<Fault, number>>;
  /** Must be 0. */
  readonly twoSpoke: number;
  /** A daemon began with a caller whom another one that runs still had. Must be 0. */
  readonly answeredTwice: number;
  /** Callers to whom nobody spoke any more, and who were still there 10 s after the last fault. Must be 0. */
  readonly leftBehind: number;
  /** Calls that went on with another daemon; `unknown` of them without what was said before. */
  readonly resumed: number;
  readonly unknown: number;
  /** Longer than a second, sorted, ms. */
  readonly silencesMs: readonly number[];
}

/** How often everybody who has a caller says something, ms. */
const SPEAKS_EVERY_MS = 200;
const SETTLES_WITHIN_MS = 10_000;
const REDIALS_AFTER_MS = 1_000;

export async function simulateFleet(options: SimulationOptions): Promise<SimulationReport> {
  const { seed, daemons: count, calls, spanMs, faultEveryMs, faults = FAULTS } = options;
  const [shortestMs, longestMs] = options.callLastsMs ?? [5_000, 65_000];
  const clock = new ManualClock(promisesOnly());
  const chance = seededRandom(seed);
  const memory = new LocalMemory(clock);
  const telephone = new SimulatedSwitch(clock);
  const daemons = new Map<string, SimulatedDaemon>();
  const happened: Record<Fault, number> = { kill: 0, freeze: 0, drain: 0, away: 0, empty: 0 };
  let [resumed, unknown, dialled] = [0, 0, 0];

  const onResumed = (_leg: string, turn: number | undefined) => {
    resumed++;
    if (turn === undefined) unknown++;
  };
  const start = async (name: string) => {
    const parts = { name, clock, memory, telephone, random: chance, onResumed };
    daemons.set(name, await SimulatedDaemon.start(parts));
  };
  const anyOf = <T>(all: readonly T[]): T | undefined => all[Math.floor(chance() * all.length)];
  const taking = () => [...daemons.values()].filter((daemon) => daemon.takesCalls);

  const strike = (fault: Fault) => {
    const able = taking();
    const busy = able.filter(({ calls }) => calls > 0);
    // Most of a large fleet has nobody in a quiet hour, and its death nothing to show.
    const daemon = anyOf(busy.length > 0 && chance() < 0.5 ? busy : able);
    const isOfOne = fault !== 'away' && fault !== 'empty';
    if (isOfOne && able.length < 2) return;
    happened[fault]++;
    // Somebody must be left who could take over.
    if (fault === 'away') {
      memory.isAway = true;
      clock.after(500 + chance() * 20_000, () => (memory.isAway = false));
    } else if (fault === 'empty') memory.empty();
    else if (!daemon) return;
    else if (fault === 'kill') {
      daemon.process.state = 'dead';
      clock.after(4_000 + chance() * 20_000, () => void start(daemon.name));
    } else if (fault === 'freeze') {
      daemon.process.state = 'stands';
      clock.after(300 + chance() * 15_000, () => daemon.goOn());
    } else {
      daemon.drain();
      clock.after(10_000, () => void daemon.stop().then(() => start(daemon.name)));
    }
  };

  const opening = Promise.all(Array.from({ length: count }, (_, index) => start(`d${index}`)));
  await clock.runUntil(opening);
  const isOver = () => clock.nowMs() >= spanMs;
  const speak = () => {
    for (const daemon of daemons.values()) daemon.speak();
    clock.after(SPEAKS_EVERY_MS, speak);
  };
  speak();
  for (const atMs of arrivals(calls, spanMs, chance)) {
    clock.after(atMs, function dial() {
      const daemon = anyOf(taking());
      // Whom nobody takes calls again.
      if (!daemon) return void clock.after(REDIALS_AFTER_MS, dial);
      const lastsMs = shortestMs + chance() * (longestMs - shortestMs);
      telephone.dial(`leg${dialled++}`, daemon.name, lastsMs);
    });
  }
  const fault = () => {
    if (isOver()) return;
    strike(anyOf(faults) ?? 'kill');
    clock.after(faultEveryMs * 2 * chance(), fault);
  };
  clock.after(faultEveryMs, fault);

  await clock.advance(spanMs);
  // The last faults come to their end: a memory is back, a daemon started again.
  await clock.advance(25_000 + SETTLES_WITHIN_MS);
  const leftBehind = telephone.inSilence(SETTLES_WITHIN_MS).length;
  const { twoSpoke, answeredTwice, silencesMs } = telephone.report;
  return {
    calls: dialled,
    faults: happened,
    ...{ twoSpoke, answeredTwice, leftBehind, resumed, unknown },
    silencesMs: [...silencesMs].sort((a, b) => a - b),
  };
}

/** When callers dial, by the curve of a day, ms. */
function arrivals(count: number, spanMs: number, chance: () => number): readonly number[] {
  const all: number[] = [];
  while (all.length < count) {
    const share = chance();
    const busy = ((1 - Math.cos(2 * Math.PI * share)) / 2) ** 2;
    if (chance() < busy) all.push(share * spanMs);
  }
  return all;
}
