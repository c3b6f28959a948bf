/** Whether a fleet keeps what it promises, whatever happens: on the virtual clock, with the real lease, adoption and records. */
import { FAULTS, simulateFleet } from '../../src/fleet/testing/simulate-fleet.ts';
import { repetitions } from './bench.ts';
import type { Bench } from './bench.ts';

const DAEMONS = 50;
const CALLS = 10_000;
/** So many calls are live at once as 50 daemons would have in a quiet hour, and nothing waits for the day to pass, ms. */
const SPAN_MS = 10 * 60_000;

export const fleetSimulation: Bench = {
  name: 'fleet-simulation',
  explanation: `${CALLS} calls over ${DAEMONS} daemons that die, stand still and stop, and a memory that goes away and comes back empty (no Asterisk, no Redis). Silence: where only daemons die or stop.`,
  async run(scale) {
    const [daemons, calls] = [repetitions(DAEMONS, scale), repetitions(CALLS, scale)];
    const size = { daemons: Math.max(3, daemons), calls, spanMs: Math.max(60_000, SPAN_MS * scale) };
    const beganMs = performance.now();
    const hostile = await simulateFleet({ ...size, seed: 1, faultEveryMs: 2_000, faults: FAULTS });
    const deadly = await simulateFleet({ ...size, seed: 2, faultEveryMs: 5_000, faults: ['kill'] });
    const rolling = await simulateFleet({ ...size, seed: 3, faultEveryMs: 5_000, faults: ['drain'] });
    const tookMs = performance.now() - beganMs;
    const all = [hostile, deadly, rolling];
    return [
      { what: 'calls', unit: '', samples: all.map((each) => each.calls) },
      { what: 'calls that went on with another daemon', unit: '', samples: all.map((each) => each.resumed) },
      { what: 'callers who heard two', unit: '', samples: all.map((each) => each.twoSpoke), targetP95: 0 },
      { what: 'callers left behind', unit: '', samples: all.map((each) => each.leftBehind), targetP95: 0 },
      {
        what: 'silence when a daemon dies',
        unit: 'ms',
        samples: orNone(deadly.silencesMs),
        targetP95: 3_000,
      },
      { what: 'silence when one stops', unit: 'ms', samples: orNone(rolling.silencesMs), targetP95: 1_000 },
      { what: 'the simulation itself', unit: 'ms', samples: [tookMs], targetP95: 120_000 },
    ];
  },
};

/** Where nobody was in silence for a second. */
function orNone(silencesMs: readonly number[]): readonly number[] {
  return silencesMs.length > 0 ? silencesMs : [0];
}
