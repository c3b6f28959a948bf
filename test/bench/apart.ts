/**
 * One bench in a process of its own: it weighs on no other's memory, may print what it likes, and is ended, with all that it has started,
 * where it hangs, is taken too long by, or is no longer wanted.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Measurement, ReportOptions } from './bench.ts';

/** What the process is to do: its only argument, as JSON. */
export interface Order extends ReportOptions {
  readonly name: string;
  readonly scale: number;
  /** Checkouts that need not be compiled again. */
  readonly built: readonly string[];
}

/** What it tells: figures as they come, and then what became of it. */
export type Told = { readonly is: 'measured'; readonly measurements: readonly Measurement[] } | Ended;

export type Ended =
  | { readonly is: 'done'; readonly built: readonly string[] }
  | { readonly is: 'failed'; readonly why: string };

/** `measurements`: all that it had told by its end. `endless`: it was ended, as it had not ended by itself in time. */
export type Outcome = (Ended | { readonly is: 'endless' | 'interrupted' }) & {
  readonly measurements: readonly Measurement[];
};

export interface Bounds {
  readonly withinMs: number;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

const PROGRAM = join(import.meta.dirname, 'one.ts');

/** What is asked to end sees its service off, which may take 10 s, and Asterisk, which may take 5. */
export const ENDS_WITHIN_MS = 20_000;
/** What it has printed is read by then: whoever could still print is killed. */
const READ_WITHIN_MS = 1000;

/** Never rejects. Nothing that was started lives when it resolves. */
export async function runApart(
  order: Order,
  { withinMs, signal, onText }: Bounds,
  { program = PROGRAM, endsWithinMs = ENDS_WITHIN_MS } = {},
): Promise<Outcome> {
  const args = ['--import', import.meta.resolve('tsx'), program, JSON.stringify(order)];
  // In a group of its own, so that all of it can be killed, and a terminal's Ctrl-C is told to this process alone.
  const child = spawn(process.execPath, args, {
    detached: true,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const measurements: Measurement[] = [];
  let ended: Ended | { readonly is: 'endless' | 'interrupted' } | undefined;
  let killer: NodeJS.Timeout | undefined;
  const end = (because: 'endless' | 'interrupted') => {
    if (killer !== undefined) return;
    ended ??= { is: because };
    child.kill('SIGTERM');
    killer = setTimeout(() => killGroup(child.pid), endsWithinMs);
  };
  const interrupt = () => end('interrupted');
  const bound = setTimeout(() => end('endless'), withinMs);
  signal.addEventListener('abort', interrupt, { once: true });
  if (signal.aborted) interrupt();
  child.on('message', (message) => {
    const told = message as Told;
    if (told.is === 'measured') measurements.push(...told.measurements);
    else ended ??= told;
  });
  child.stdout?.setEncoding('utf8').on('data', onText);
  const closed = once(child, 'close').catch(() => undefined);
  const why = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`its process did not start: ${error.message}`));
    child.once('exit', (status, by) => resolve(`its process ended with ${by ?? `status ${status}`}`));
  });
  clearTimeout(bound);
  clearTimeout(killer);
  signal.removeEventListener('abort', interrupt);
  killGroup(child.pid);
  await Promise.race([closed, pause(READ_WITHIN_MS, undefined, { ref: false })]);
  return { ...(ended ?? { is: 'failed', why }), measurements };
}

/** The process and all that it has started. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
