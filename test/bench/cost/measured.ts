/** What one piece of work costs, in processor time of this process: a busy machine makes it later, not dearer. */
import type { Measurement } from '../bench.ts';

export interface Stage {
  readonly what: string;
  /** How many of it a round does: enough for the processor's clock, which ticks in milliseconds on some kernels. */
  readonly times: number;
  /** How many of it there are in a minute of a call with recording, by which the stages are added up. */
  readonly perMinute: number;
  /** Does it so often. */
  run(times: number): Promise<void> | void;
  close?(): Promise<void> | void;
}

/** What is compiled, is. */
const WARM_SHARE = 0.5;

/** µs of processor time each, a value a round. */
export async function measured(stage: Stage, rounds: number): Promise<Measurement> {
  await stage.run(Math.ceil(stage.times * WARM_SHARE));
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    await stage.run(stage.times);
    const { user, system } = process.cpuUsage(before);
    samples.push((user + system) / stage.times);
  }
  return { what: stage.what, unit: 'µs', samples };
}
