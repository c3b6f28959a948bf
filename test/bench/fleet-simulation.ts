/** Whether a fleet keeps what it promises, whatever happens: on the virtual clock, with the real lease, adoption and records. */
import { FAULTS, simulateFleet } from '../../src/fleet/testing/simulate-fleet.ts';
import type { SimulationReport } from '../../src/fleet/testing/simulate-fleet.ts';
import { repetitions } from './bench.ts';
import type { Bench, Measurement } from './bench.ts';

const DAEMONS = 50;
const HOUR_MS = 60 * 60_000;
const SHORTEST_MS = 60_000;

/** A day with a fault every ten seconds, at least half of them where callers are. */
const DAY = { calls: 10_000, spanMs: 24 * HOUR_MS, faultEveryMs: 10_000 };
/** Two hours of one kind of fault each: how long callers hear nothing says something only where the memory is there. */
const ALIKE = { calls: 2_000, spanMs: HOUR_MS, faultEveryMs: 5_000 };
/** Two minutes on average. */
const CALL_LASTS_MS = [20_000, 220_000] as const;

export const fleetSimulation: Bench = {
  name: 'fleet-simulation',
  explanation:
    `${DAY.calls} calls of two minutes in a day over ${DAEMONS} daemons that die, stand still and stop, and a memory that goes away and comes back empty\n` +
    `(no Asterisk, no Redis). Then an hour with ${ALIKE.calls} calls in which daemons only die, and one in which they only stop, for the silence.`,
  async run(scale) {
    const simulate = (seed: number, kind: typeof DAY, faults: Faults) =>
      simulateFleet({
        ...{ seed, faults, callLastsMs: CALL_LASTS_MS, faultEveryMs: kind.faultEveryMs },
        daemons: Math.max(3, repetitions(DAEMONS, scale)),
        calls: repetitions(kind.calls, scale),
        spanMs: Math.max(SHORTEST_MS, kind.spanMs * scale),
      });
    const [beganMs, before] = [performance.now(), process.cpuUsage()];
    const hostile = await simulate(1, DAY, FAULTS);
    const [tookMs, { user, system }] = [performance.now() - beganMs, process.cpuUsage(before)];
    const deadly = await simulate(2, ALIKE, ['kill']);
    const rolling = await simulate(3, ALIKE, ['drain']);
    return [
      ...told('the day', hostile),
      { what: 'the day itself, wall time', unit: 'ms', samples: [tookMs], targetP95: 120_000 },
      { what: 'the day itself, processor time', unit: 'ms', samples: [(user + system) / 1000] },
      ...told('daemons die', deadly, 3_000),
      ...told('daemons stop', rolling, 1_000),
    ];
  },
};

type Faults = NonNullable<Parameters<typeof simulateFleet>[0]['faults']>;

function told(of: string, report: SimulationReport, silentMs?: number): readonly Measurement[] {
  const count = (what: string, value: number, targetP95?: number): Measurement => ({
    ...{ what: `${of}: ${what}`, unit: '', samples: [value] },
    ...(targetP95 !== undefined && { targetP95 }),
  });
  return [
    count('calls', report.calls),
    ...FAULTS.filter((fault) => report.faults[fault] > 0).map((fault) =>
      count(`faults, ${fault}`, report.faults[fault]),
    ),
    count('calls that went on with another daemon', report.resumed),
    count('of them without what was said before', report.unknown),
    count('callers who heard two', report.twoSpoke, 0),
    count('callers answered twice', report.answeredTwice, 0),
    count('callers left behind', report.leftBehind, 0),
    {
      ...{ what: `${of}: silences over a second`, unit: 'ms', samples: orNone(report.silencesMs) },
      ...(silentMs !== undefined && { targetP95: silentMs }),
    },
  ];
}

/** Where nobody was in silence for a second. */
function orNone(silencesMs: readonly number[]): readonly number[] {
  return silencesMs.length > 0 ? silencesMs : [0];
}
