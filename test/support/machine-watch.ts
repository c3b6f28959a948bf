/**
 * Whose work a machine does while something is measured, and whether it had anything left: where it had not, a figure is the machine's and
 * not the product's. Linux only.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { machineTime } from './where-time-went.ts';
import type { MachineTime } from './where-time-went.ts';

const OWNERS = ['Parley', 'Asterisk', 'bench, phones, stand-ins'] as const;
type Owner = (typeof OWNERS)[number];

/** A process at one moment: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export interface ProcessLook {
  readonly pid: number;
  readonly parent: number;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cpuMs: number;
}

interface MachineLook {
  readonly machine: MachineTime;
  readonly processes: readonly ProcessLook[];
}

export interface MachineShares {
  /** Of all cores together, 0 to 1. */
  readonly byOwner: ReadonlyMap<Owner | 'other work' | 'idle', number>;
  /** Of the time in which it had next to nothing left, 0 to 1. */
  readonly saturated: number;
}

/** What takes calls has the one among its arguments; what answers for the speech API while that is measured, the other. */
const OF_PARLEY = ['serve', 'speech-server.js'];

/** Every process is looked at so often, ms: seldom enough to cost less than a hundredth of a core. */
const LOOK_EVERY_MS = 2000;
/** Of all cores together. With less than a tenth left, whoever wakes up waits for a core more often than not. */
const LEAST_IDLE = 0.1;
/** Of the time. A p95 is made of the worst twentieth. */
const MOST_SATURATED = 0.05;
/** Linux counts processor time in these, 100 a second. */
const TICK_MS = 10;

/** What is measured by the wall's clock meanwhile says nothing of the product. */
export function isSaturated({ saturated }: MachineShares): boolean {
  return saturated > MOST_SATURATED;
}

/** Does `work`, and watches meanwhile. `root`: the process whose children are Parley, Asterisk and the rest of what was started to measure. */
export async function whileWatched<Result>(
  work: () => Promise<Result>,
  root = process.pid,
): Promise<{ readonly result: Result; readonly shares: MachineShares }> {
  const looks: MachineLook[] = [];
  const ending = new AbortController();
  const watched = (async () => {
    while (!ending.signal.aborted) {
      looks.push(look());
      await pause(LOOK_EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
    looks.push(look());
  })();
  const result = await work().finally(() => ending.abort());
  await watched;
  return { result, shares: sharesIn(looks, root) };
}

/** Of looks one behind another, two at least. What a process did since its last look and before its end is other work. */
export function sharesIn(looks: readonly MachineLook[], root: number): MachineShares {
  const spentMs = new Map<Owner, number>();
  let [allMs, usedMs, saturatedMs] = [0, 0, 0];
  // One that could not be read in one look is there again in the next, with all that it has used.
  const known = new Map<number, number>();
  const note = (look: MachineLook) => look.processes.forEach(({ pid, cpuMs }) => known.set(pid, cpuMs));
  for (const [at, { machine, processes }] of looks.entries()) {
    const before = looks[at - 1];
    if (before) note(before);
    else continue;
    const passedMs = machine.allMs - before.machine.allMs;
    const busyMs = machine.usedMs - before.machine.usedMs;
    allMs += passedMs;
    usedMs += busyMs;
    if (passedMs - busyMs < LEAST_IDLE * passedMs) saturatedMs += passedMs;
    for (const { pid, owner, cpuMs } of owned(processes, root))
      spentMs.set(owner, (spentMs.get(owner) ?? 0) + cpuMs - (known.get(pid) ?? 0));
  }
  const whole = Math.max(1, allMs);
  const ours = [...spentMs.values()].reduce((sum, ms) => sum + ms, 0);
  return {
    byOwner: new Map([
      ...OWNERS.map((owner) => [owner, (spentMs.get(owner) ?? 0) / whole] as const),
      ['other work', Math.max(0, usedMs - ours) / whole],
      ['idle', (allMs - usedMs) / whole],
    ]),
    saturated: saturatedMs / whole,
  };
}

/** The root and all that descends from it. */
function owned(processes: readonly ProcessLook[], root: number) {
  const byPid = new Map(processes.map((each) => [each.pid, each]));
  const descends = (from: ProcessLook | undefined): boolean =>
    from !== undefined && (from.pid === root || descends(byPid.get(from.parent)));
  return processes.filter(descends).map((each) => ({ ...each, owner: ownerOf(each) }));
}

/** An Asterisk of the tests' own is run by its loader, and has that one's name. */
function ownerOf({ command }: ProcessLook): Owner {
  const files = command.map((part) => basename(part));
  if (files.includes('asterisk')) return 'Asterisk';
  return files.some((file) => OF_PARLEY.includes(file)) ? 'Parley' : 'bench, phones, stand-ins';
}

/** At one moment: whoever keeps this process busy must not come between the machine's time and that of its processes. */
function look(): MachineLook {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return { machine: machineTime(), processes: pids.flatMap(processOf) };
}

/** None of one that has ended. */
function processOf(pid: string): readonly ProcessLook[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return [{ ...readStat(stat), command }];
  } catch {
    return [];
  }
}

/** A name, which may hold spaces and brackets, stands before the last bracket. */
export function readStat(stat: string): Omit<ProcessLook, 'command'> {
  const closed = stat.lastIndexOf(')');
  const [, parent, , , , , , , , , , utime, stime] = stat.slice(closed + 2).split(' ');
  return {
    pid: Number(stat.slice(0, stat.indexOf('('))),
    parent: Number(parent),
    cpuMs: (Number(utime) + Number(stime)) * TICK_MS,
  };
}
