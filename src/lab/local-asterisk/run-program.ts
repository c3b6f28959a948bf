import { spawn } from 'node:child_process';

export interface RunOptions {
  /** The environment; this process's own if not given. */
  readonly env?: NodeJS.ProcessEnv;
  /** Kills the program when it takes longer. */
  readonly withinMs: number;
  /** Kills it when nobody wants it any more; the run is over once it is gone. */
  readonly signal?: AbortSignal;
}

/** Runs a program to its end and resolves with what it printed. Rejects with its last words when it fails. */
export function runProgram(command: readonly string[], options: RunOptions): Promise<string> {
  const [program, ...args] = command;
  if (!program) throw new TypeError('no program was named');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.withinMs,
      killSignal: 'SIGKILL',
      ...(options.signal && { signal: options.signal }),
    });
    let printed = '';
    let complained = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));
    child.on('error', (error) => {
      if (error.name !== 'AbortError') reject(error);
    });
    child.on('close', (status, signal) => {
      if (status === 0) return resolve(printed);
      const ending = signal ? `was ended by ${signal}` : `ended with status ${status}`;
      reject(new Error(`${program} ${ending}: ${lastLines(complained || printed)}`));
    });
  });
}

/** Bounds a failure: it takes a few milliseconds, and whoever does not wait on an overrun machine finds nothing there. */
const LOOK_UP_WITHIN_MS = 60_000;

/** True if `program` is on PATH. */
export async function isOnPath(program: string): Promise<boolean> {
  return runProgram(['sh', '-c', 'command -v "$0"', program], {
    withinMs: LOOK_UP_WITHIN_MS,
  }).then(
    () => true,
    () => false,
  );
}

export function lastLines(text: string, count = 15): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
