/** What keeps this process busy: its open sockets, timers, files and requests to the system. */

export type Resources = ReadonlyMap<string, number>;

export function resourcesNow(): Resources {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The kinds of which there are more now than then, one entry for each that is too many. */
export function resourcesBeyond(then: Resources): readonly string[] {
  return [...resourcesNow()].flatMap(([name, count]) =>
    Array.from({ length: Math.max(0, count - (then.get(name) ?? 0)) }, () => name),
  );
}
