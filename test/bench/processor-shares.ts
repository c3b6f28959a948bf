/** Whose work a machine does while something is measured: a figure that is too high may be the bench's own. */
import { readFile } from 'node:fs/promises';
import type { Measurement } from './bench.ts';
import type { ServiceProcess } from './service-process.ts';

/** Linux counts processor time in these, 100 a second. https://man7.org/linux/man-pages/man5/proc_stat.5.html */
const TICK_MS = 10;

interface Shared<Result> {
  readonly result: Result;
  /** Processor time in per cent of one core, over the whole of the work. */
  readonly shares: readonly Measurement[];
}

/** `name` goes before what each figure is called. Linux only. */
export async function sharing<Result>(
  name: string,
  service: ServiceProcess,
  work: () => Promise<Result>,
): Promise<Shared<Result>> {
  const before = await used(service);
  const result = await work();
  const after = await used(service);
  const share = (what: string, cpuMs: number): Measurement => ({
    what: `${name}: CPU of ${what}`,
    unit: '%',
    samples: [(100 * cpuMs) / (after.atMs - before.atMs)],
  });
  const [parley, here, all] = [
    after.parleyMs - before.parleyMs,
    after.hereMs - before.hereMs,
    after.allMs - before.allMs,
  ];
  return {
    result,
    shares: [
      share('Parley', parley),
      share('phones, providers and stand-in', here),
      share('all else (Asterisk, other work)', Math.max(0, all - parley - here)),
    ],
  };
}

async function used(service: ServiceProcess) {
  const { user, system } = process.cpuUsage();
  const [, ...ticks] = (await readFile('/proc/stat', 'utf8')).split('\n', 1)[0]?.split(/\s+/) ?? [];
  // user, nice, system, idle, iowait, irq, softirq.
  const busy = ticks.slice(0, 7).filter((_, at) => at !== 3 && at !== 4);
  return {
    atMs: performance.now(),
    parleyMs: (await service.usage()).cpuMs,
    hereMs: (user + system) / 1000,
    allMs: busy.reduce((sum, count) => sum + Number(count), 0) * TICK_MS,
  };
}
