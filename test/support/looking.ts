/** Looks again and again for what a test waits for, where each look is work that the process has to do beside all else. */

const LOOK_EVERY_MS = 50;
/** Listening to a whole crowd must leave its phones the time to speak: a third of the process's. */
const REST_SHARE = 3;

/** How many look at the same time. */
let looking = 0;

/** What `look` finds; undefined if that is nothing until `withinMs` have passed, after a last look then. */
export async function lookedFor<Found>(
  look: () => Found | undefined,
  withinMs: number,
): Promise<Found | undefined> {
  const untilMs = performance.now() + withinMs;
  looking++;
  try {
    for (;;) {
      const isLast = performance.now() > untilMs;
      const before = process.cpuUsage();
      const found = look();
      if (found !== undefined || isLast) return found;
      // By the processor's time: while the machine does other work a look takes long, and nobody is in its way.
      const { user, system } = process.cpuUsage(before);
      const restMs = (REST_SHARE * looking * (user + system)) / 1000;
      const leftMs = untilMs - performance.now();
      await new Promise((resolve) => setTimeout(resolve, Math.max(LOOK_EVERY_MS, Math.min(restMs, leftMs))));
    }
  } finally {
    looking--;
  }
}
