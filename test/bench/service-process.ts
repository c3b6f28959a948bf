/** `parley serve` in a process of its own, and what it costs the machine. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../src/base/project-root.ts';
import { parleyProgram } from '../support/program.ts';

export interface ServiceProcess {
  readonly pid: number;
  /** Memory that it has now, and processor time that it has used since its start. */
  usage(): Promise<Usage>;
  /** SIGKILL ends it at once; after any other it may take its time. */
  signal(signal: NodeJS.Signals): void;
  /** Where it runs. */
  readonly dir: string;
  /** Files and sockets that it has open. */
  openFiles(): Promise<number>;
  /** Resolves when it is gone, with its exit status; null if it was killed. Never rejects. */
  readonly ended: Promise<number | null>;
  /** Ends it and resolves when it is gone. Idempotent. */
  stop(): Promise<void>;
}

export interface Usage {
  readonly rssBytes: number;
  /** In its own code, in the kernel for it, and both. */
  readonly userMs: number;
  readonly systemMs: number;
  readonly cpuMs: number;
}

/** It takes a second on an idle machine: it bounds a failure. */
const READY_WITHIN_MS = 60_000;
/** A polite stop waits for calls to be seen off. */
const STOP_WITHIN_MS = 10_000;

export interface ProcessOptions {
  readonly nodeOptions?: readonly string[];
  /** What Node runs; the sources if not given, or what was built for this run of all tests. */
  readonly program?: readonly string[];
}

/** Once for all benches. */
const built = new Set<string>();

export function builtRoots(): readonly string[] {
  return [...built];
}

/** Another process has compiled them just now. */
export function takeForBuilt(roots: readonly string[]): void {
  for (const root of roots) built.add(root);
}

/**
 * What operators run, of this checkout or of another one. Compiles it the first time, which takes ten seconds. tsx, which the sources need,
 * gives every function its name again whenever one is made: a third more processor time in a call.
 */
export function builtProgram(root: string = projectRoot()): readonly string[] {
  if (!built.has(root)) execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  built.add(root);
  return [join(root, 'dist/src/cli/parley.js')];
}

/** Runs it in `dir` with these variables and no others. Resolves when it answers calls. */
export async function startServiceProcess(
  dir: string,
  env: Readonly<Record<string, string>>,
  { nodeOptions = [], program = parleyProgram() }: ProcessOptions = {},
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [...nodeOptions, ...program, 'serve'], {
    cwd: dir,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  void ended.then(() => process.off('exit', onExit));
  const pid = child.pid as number;
  const service: ServiceProcess = {
    pid,
    usage: () => usageOf(pid),
    dir,
    openFiles: async () => (await readdir(`/proc/${pid}/fd`)).length,
    signal: (signal) => void child.kill(signal),
    ended,
    stop: () => end(child),
  };
  try {
    await ready(child);
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service;
}

async function ready(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`the service ${why}:\n${lines.join('\n')}`));
    };
    const timer = setTimeout(() => fail('was not ready in time'), READY_WITHIN_MS);
    child.once('exit', () => fail('ended before it was ready'));
    child.once('error', (error) => fail(`did not start: ${error.message}`));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      // Read on to the end: a pipe that nobody empties would hold the service up.
      if (lines.length < 100) lines.push(line);
      if (!line.includes('"service.ready"')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  clearTimeout(killer);
}

/** Linux counts a process's time in these, 100 a second everywhere that Asterisk runs. */
const TICK_MS = 10;

/** Linux only. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export async function usageOf(pid: number): Promise<Usage> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const rssKb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  // The name, which may hold spaces, is in brackets; utime and stime are the 12th and 13th after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userMs, systemMs] = [Number(fields[11]) * TICK_MS, Number(fields[12]) * TICK_MS];
  return { rssBytes: rssKb * 1024, userMs, systemMs, cpuMs: userMs + systemMs };
}
