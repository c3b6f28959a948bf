/** Whose code the processor was in, out of what Node's profiler saw: ours, Node's, each package's. */

/** What is needed of a `.cpuprofile`: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
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

const IDLE = '(idle)';
const NOBODY = 'Node';

function ownerOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === IDLE || functionName === '(garbage collector)') return functionName;
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  if (name !== undefined) return name;
  return url.startsWith('file:') ? 'Parley' : NOBODY;
}
