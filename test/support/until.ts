/** Far beyond anything that a suite waits for, ms: it bounds a failure, not a success. */
const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 10;

/** Waits until `condition` holds; throws, with `what` was waited for, if it never does. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = WITHIN_MS,
): Promise<void> {
  const giveUpAtMs = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAtMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
