/** Tells where the time of a vitest run went: the files that took longest, and whether the machine had anything left to give. */
import { cpus } from 'node:os';
import type { TestModule } from 'vitest/node';

const MOST_FILES = 10;

/** Processor time of the whole machine since it was started, ms: of all cores together, and what of it was used. */
export interface MachineTime {
  readonly allMs: number;
  readonly usedMs: number;
}

export function machineTime(): MachineTime {
  const perCore = cpus().map(({ times }) => {
    const allMs = Object.values(times).reduce((sum, ms) => sum + ms, 0);
    return { allMs, usedMs: allMs - times.idle };
  });
  return {
    allMs: perCore.reduce((sum, { allMs }) => sum + allMs, 0),
    usedMs: perCore.reduce((sum, { usedMs }) => sum + usedMs, 0),
  };
}

/** The slowest first, loading included; then the share of the machine that was used, by whomever. */
export function whereTimeWent(
  modules: readonly TestModule[],
  before: MachineTime,
  after: MachineTime,
): readonly string[] {
  const files = modules
    .map((module) => {
      const { collectDuration, duration } = module.diagnostic();
      return { name: module.relativeModuleId, ms: collectDuration + duration };
    })
    .sort((one, other) => other.ms - one.ms)
    .slice(0, MOST_FILES);
  const share = (after.usedMs - before.usedMs) / Math.max(1, after.allMs - before.allMs);
  return [
    ...files.map(({ name, ms }) => `SLOW ${(ms / 1000).toFixed(1).padStart(6)} s ${name}`),
    `${Math.round(100 * share)} % of ${cpus().length} cores used`,
  ];
}
