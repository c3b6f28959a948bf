/** Whose code the processor was in, out of what Node's profiler saw: ours, Node's, each package's. */

/** What is needed of a `.cpuprofile`: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    /** What it has called. */
    readonly children?: readonly number[] | undefined;
  }[];
  /** Of the machine's monotonic clock, µs. */
  readonly startTime?: number | undefined;
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

/** Shares of the time that was not idle, the greatest first. */
export function ownersIn({ nodes, samples = [], timeDeltas = [] }: CpuProfile): ReadonlyMap<string, number> {
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]));
  const times = new Map<string, number>();
  let busy = 0;
  for (const [at, id] of samples.entries()) {
    const owner = owners.get(id) ?? NOBODY;
    const time = timeDeltas[at] ?? 0;
    if (owner === IDLE) continue;
    times.set(owner, (times.get(owner) ?? 0) + time);
    busy += time;
  }
  const sorted = [...times].toSorted(([, a], [, b]) => b - a);
  return new Map(sorted.map(([owner, time]) => [owner, time / Math.max(1, busy)]));
}

/** Where one comes to something. */
export interface EntryPoint {
  readonly what: string;
  /** Part of the file's path. */
  readonly file: string;
  /** Of a function there; any, if not given. */
  readonly name?: string;
}

export interface EntryShares {
  /** By what was come to: shares of the time that was not idle, with all that is called from there. */
  readonly shares: ReadonlyMap<string, number>;
  readonly busyUs: number;
}

/** Each sample counts for the outermost entry on its way; of several that fit there for the first one. */
export function sharesOfEntries(
  profiles: readonly CpuProfile[],
  entries: readonly EntryPoint[],
  fromUs = -Infinity,
): EntryShares {
  const times = new Map(entries.map(({ what }) => [what, 0]));
  let busyUs = 0;
  for (const profile of profiles) {
    const entryOf = entriesByNode(profile, entries);
    const idle = new Set(
      profile.nodes.filter(({ callFrame }) => callFrame.functionName === IDLE).map(({ id }) => id),
    );
    let atUs = profile.startTime ?? 0;
    for (const [at, id] of (profile.samples ?? []).entries()) {
      const time = profile.timeDeltas?.[at] ?? 0;
      atUs += time;
      if (atUs < fromUs || idle.has(id)) continue;
      busyUs += time;
      const what = entryOf.get(id);
      if (what !== undefined) times.set(what, (times.get(what) ?? 0) + time);
    }
  }
  const shares = new Map([...times].map(([what, time]) => [what, time / Math.max(1, busyUs)]));
  return { shares, busyUs };
}

function entriesByNode(
  { nodes }: CpuProfile,
  entries: readonly EntryPoint[],
): ReadonlyMap<number, string | undefined> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const own = new Map(nodes.map(({ id, callFrame }) => [id, entryAt(callFrame, entries)]));
  return new Map(
    nodes.map(({ id }) => {
      let entry: string | undefined;
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
        entry = own.get(at) ?? entry;
      return [id, entry];
    }),
  );
}

function entryAt(
  { functionName, url }: CpuProfile['nodes'][number]['callFrame'],
  entries: readonly EntryPoint[],
): string | undefined {
  return entries.find(({ file, name }) => url.includes(file) && (name ?? functionName) === functionName)
    ?.what;
}

const IDLE = '(idle)';
const NOBODY = 'Node';

function ownerOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === IDLE || functionName === '(garbage collector)') return functionName;
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  if (name !== undefined) return name;
  return url.startsWith('file:') ? 'Parley' : NOBODY;
}
