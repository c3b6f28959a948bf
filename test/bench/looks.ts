/** The service's process, looked at again and again while it is measured: what it takes of a core and of the memory. */
import type { Usage } from './service-process.ts';
import { pauseMs } from './stand.ts';

/** How often the process is looked at, ms. */
export const LOOK_EVERY_MS = 500;

export const MEBIBYTE = 1024 * 1024;

export interface Look extends Usage {
  readonly atMs: number;
  /** How many calls there are. */
  readonly calls: number;
}

/** Between two looks at a time when all calls are there: neither those who are still dialling nor those who have gone are in it. */
export interface Plateau {
  readonly looks: readonly Look[];
  /** Per cent of a core, of all calls together. */
  readonly userPercent: number;
  readonly systemPercent: number;
}

/** Looks at the process again and again until `end`. `calls`: how many there are just now. */
export function watching(
  process: { usage(): Promise<Usage> },
  calls: () => number = () => 0,
): { end(): Promise<readonly Look[]> } {
  const looks: Look[] = [];
  let over = false;
  const watched = (async () => {
    while (!over) {
      looks.push({ ...(await process.usage()), atMs: performance.now(), calls: calls() });
      await pauseMs(LOOK_EVERY_MS);
    }
  })();
  // Whoever fails meanwhile is told of at the end.
  watched.catch(() => undefined);
  return {
    async end() {
      over = true;
      await watched;
      return looks;
    },
  };
}

/** The processor's share in each interval between two looks, per cent of a core. */
export function sharesOf(looks: readonly Look[]): number[] {
  return looks.slice(1).map(({ cpuMs, atMs }, index) => {
    const before = looks[index] ?? { cpuMs, atMs };
    return (100 * (cpuMs - before.cpuMs)) / (atMs - before.atMs);
  });
}

/** While `calls` calls are there. Throws if that was never so for two looks one behind another. */
export function plateauOf(looks: readonly Look[], calls: number): Plateau {
  const from = looks.findIndex((look) => look.calls === calls);
  const all = looks.slice(from).slice(0, looks.findLastIndex((look) => look.calls === calls) + 1 - from);
  const [first, last] = [all[0], all.at(-1)];
  if (from < 0 || !first || !last || first === last)
    throw new Error(`all ${calls} calls were never there together for ${LOOK_EVERY_MS} ms`);
  if (all.some((look) => look.calls !== calls)) throw new Error(`of ${calls} calls one came and went`);
  const percent = (ms: number) => (100 * ms) / (last.atMs - first.atMs);
  return {
    looks: all,
    userPercent: percent(last.userMs - first.userMs),
    systemPercent: percent(last.systemMs - first.systemMs),
  };
}
