/** Whether a fleet keeps what it promises, whatever happens: on the virtual clock, with the real lease, adoption and records. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from '../../src/base/project-root.ts';
import { FAULTS } from '../../src/fleet/testing/simulate-fleet.ts';
import type { SimulationOptions, SimulationReport } from '../../src/fleet/testing/simulate-fleet.ts';
import { counted, repetitions } from './bench.ts';
import type { Bench, Measurement } from './bench.ts';
import { compile } from '../support/compile.ts';

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
  minutes: 2,
  fixedMinutes: 0.3,
  bearsLoad: true,
  explanation:
    `${DAY.calls} calls of two minutes in a day over ${DAEMONS} daemons that die, stand still and stop, and a memory that goes away and comes back empty\n` +
    `(no Asterisk, no Redis). Then an hour with ${ALIKE.calls} calls in which daemons only die, and one in which they only stop, for the silence.`,
  async run(scale, tell) {
    const program = compiled();
    const simulate = (seed: number, kind: typeof DAY, faults: NonNullable<SimulationOptions['faults']>) =>
      simulated(program, {
        ...{ seed, faults, callLastsMs: CALL_LASTS_MS, faultEveryMs: kind.faultEveryMs },
        daemons: Math.max(3, repetitions(DAEMONS, scale)),
        calls: repetitions(kind.calls, scale),
        spanMs: Math.max(SHORTEST_MS, kind.spanMs * scale),
      });
    const hostile = simulate(1, DAY, FAULTS);
    tell([
      ...told('the day', hostile),
      {
        what: 'the day itself, wall time',
        unit: 'ms',
        samples: [hostile.tookMs],
        byTheClock: true,
        targetP95: 120_000,
      },
      { what: 'the day itself, processor time', unit: 'ms', samples: [hostile.cpuMs] },
    ]);
    tell(told('daemons die', simulate(2, ALIKE, ['kill']), 3_000));
    tell(told('daemons stop', simulate(3, ALIKE, ['drain']), 1_000));
  },
};

/** tsx, which runs benches, names every function anew whenever one is made: that alone would be a third of the time. */
function compiled(): string {
  compile('tsconfig.simulation.json');
  return join(projectRoot(), '.built/simulation/src/fleet/testing/simulate-fleet.js');
}

const number = z.number();
const reportSchema = z.object({
  ...{ calls: number, twoSpoke: number, answeredTwice: number, leftBehind: number },
  ...{ resumed: number, unknown: number, silencesMs: z.array(number) },
  faults: z.object({ kill: number, freeze: number, drain: number, away: number, empty: number }),
  /** Of the simulation itself. */
  ...{ tookMs: number, cpuMs: number },
}) satisfies z.ZodType<SimulationReport>;

function simulated(program: string, options: SimulationOptions): z.infer<typeof reportSchema> {
  const code = `
    import { simulateFleet } from ${JSON.stringify(program)};
    const [began, before] = [performance.now(), process.cpuUsage()];
    const report = await simulateFleet(${JSON.stringify(options)});
    const [tookMs, { user, system }] = [performance.now() - began, process.cpuUsage(before)];
    console.log(JSON.stringify({ ...report, tookMs, cpuMs: (user + system) / 1000 }));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], OUTPUT);
  return reportSchema.parse(JSON.parse(printed));
}

const OUTPUT = { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 } as const;

function told(of: string, report: SimulationReport, silentMs?: number): readonly Measurement[] {
  const count = (what: string, value: number, targetP95?: number) =>
    counted(`${of}: ${what}`, value, targetP95);
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
