/** Benches one after another: whatever becomes of one, the others are measured, and each within bounds. */
import { whileWatched } from '../support/machine-watch.ts';
import type { MachineShares } from '../support/machine-watch.ts';
import type { Bounds, Outcome } from './apart.ts';
import { isProducts, machineOf } from './bench.ts';
import type { Bench, Measurement, Report } from './bench.ts';
import { boundMinutes, endsInTime, estimatedMinutes } from './plan.ts';
import { sharesTold, tableOf } from './table.ts';

const MS_OF_MINUTE = 60_000;

export interface Run {
  readonly benches: readonly (Bench | Report)[];
  readonly scale: number;
  /** No bench begins that would end later than so long after the first one's beginning, and the one that still runs then is ended. */
  readonly withinMinutes?: number | undefined;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Never rejects. */
  readonly runOne: (bench: Bench | Report, bounds: Bounds) => Promise<Outcome>;
  readonly nowMs: () => number;
}

/** `isProducts`: else the machine had nothing left, and it is the machine's. */
export type JudgedMeasurement = Measurement & { readonly isProducts: boolean };

/** Of one bench. */
export interface Result {
  readonly bench: string;
  readonly estimatedMinutes: number;
  readonly tookMinutes: number;
  readonly shares: MachineShares;
  readonly measurements: readonly JudgedMeasurement[];
  /** Else it failed or was ended, and had told this by then. */
  readonly isWhole: boolean;
  /** What it has printed, where it prints tables of its own. */
  readonly printed: string;
}

export interface Ran {
  readonly results: readonly Result[];
  readonly failed: readonly { readonly bench: string; readonly why: string }[];
  /** For which no time was left. */
  readonly leftOut: readonly string[];
  readonly isInterrupted: boolean;
}

export async function runAll(run: Run): Promise<Ran> {
  const { benches, scale, withinMinutes, signal, say, nowMs } = run;
  const startedMs = nowMs();
  const passedMinutes = () => (nowMs() - startedMs) / MS_OF_MINUTE;
  const [results, failed, leftOut]: [Result[], { bench: string; why: string }[], string[]] = [[], [], []];
  for (const bench of benches) {
    if (signal.aborted) break;
    const estimate = estimatedMinutes(bench, scale);
    const progress = { passedMinutes: passedMinutes(), ...pastOf(results) };
    if (withinMinutes !== undefined && !endsInTime(estimate, progress, withinMinutes)) {
      leftOut.push(bench.name);
      continue;
    }
    say(`\n${bench.name}: ${estimate.toFixed(1)} min by estimate\n`);
    const left = (withinMinutes ?? Infinity) - passedMinutes();
    const mostMinutes = Math.min(boundMinutes(estimate), left);
    const beganMs = nowMs();
    let printed = '';
    const onText = (text: string) => {
      printed += text;
      say(text);
    };
    const bounds = { withinMs: mostMinutes * MS_OF_MINUTE, signal, onText };
    const { result: outcome, shares } = await whileWatched(() => run.runOne(bench, bounds));
    const tookMinutes = (nowMs() - beganMs) / MS_OF_MINUTE;
    const { measurements } = outcome;
    const isWhole = outcome.is === 'done';
    if (isWhole || measurements.length > 0) {
      const machine = machineOf(bench, shares);
      if ('run' in bench) say(`\n${tableOf(bench, measurements, machine)}`);
      const took = `${isWhole ? 'It took' : 'It did not come to its end, and took'} ${tookMinutes.toFixed(1)} min.`;
      say(`${sharesTold(shares)}\n${took}\n`);
      const judged = measurements.map((one) => ({ ...one, isProducts: isProducts(bench, one, machine) }));
      const times = { estimatedMinutes: estimate, tookMinutes };
      results.push({ bench: bench.name, ...times, shares, measurements: judged, isWhole, printed });
    }
    switch (outcome.is) {
      case 'failed':
        failed.push({ bench: bench.name, why: outcome.why });
        break;
      case 'endless':
        if (mostMinutes < left)
          failed.push({ bench: bench.name, why: `had not ended after ${mostMinutes.toFixed(1)} minutes` });
        else leftOut.push(bench.name);
        break;
      case 'done':
      case 'interrupted':
        break;
    }
  }
  return { results, failed, leftOut, isInterrupted: signal.aborted };
}

/** Of those that have come to their ends: one that failed says nothing of how slow the machine is. */
function pastOf(results: readonly Result[]) {
  const whole = results.filter(({ isWhole }) => isWhole);
  const sum = (of: (result: Result) => number) => whole.reduce((all, result) => all + of(result), 0);
  return {
    tookMinutes: sum((result) => result.tookMinutes),
    estimatedMinutes: sum((result) => result.estimatedMinutes),
  };
}
