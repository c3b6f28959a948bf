/** What the threads of a service's process have taken of the processor. Linux only. */
import { readFile, readdir } from 'node:fs/promises';

export interface ThreadTimes {
  /** Where calls are. */
  readonly loopMs: number;
  /** Compiling, and collecting garbage. */
  readonly v8Ms: number;
  /** Waiting for files, and threads of the service's own. */
  readonly othersMs: number;
}

/** Node begins with these, in this order: its loop, a scheduler, four helpers of V8, one that waits for a debugger. */
const UP_TO_V8 = 7;

/** Since the process began; of threads that have ended nothing is known. */
export async function threadTimes(pid: number): Promise<ThreadTimes> {
  const ids = (await readdir(`/proc/${pid}/task`)).map(Number).toSorted((one, other) => one - other);
  const times = await Promise.all(ids.map((id) => timeOf(pid, id)));
  const sum = (of: readonly number[]) => of.reduce((all, ms) => all + ms, 0);
  const [loopMs = 0] = times;
  return { loopMs, v8Ms: sum(times.slice(1, UP_TO_V8)), othersMs: sum(times.slice(UP_TO_V8)) };
}

/** The first number is nanoseconds on a processor. https://docs.kernel.org/scheduler/sched-stats.html */
async function timeOf(pid: number, id: number): Promise<number> {
  const told = await readFile(`/proc/${pid}/task/${id}/schedstat`, 'utf8').catch(() => '0');
  return Number(told.split(' ', 1)[0]) / 1e6;
}
