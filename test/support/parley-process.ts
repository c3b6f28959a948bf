/** The `parley` command in a process of its own, and every word that it prints. */
import { spawn } from 'node:child_process';
import { parleyProgram } from './program.ts';

export interface ParleyProcess {
  /** Stdout and stderr so far. */
  readonly printed: string;
  /** Resolves when it is gone and has printed everything, with its exit status; null if it was killed. Never rejects. */
  readonly ended: Promise<number | null>;
  /** Ends it politely, and resolves with its exit status. */
  stop(): Promise<number | null>;
}

/** A polite stop waits for calls to be seen off. */
const STOP_WITHIN_MS = 10_000;

/** Runs it in `dir` with these variables and no others. */
export function startParley(
  args: readonly string[],
  dir: string,
  env: Readonly<Record<string, string>>,
): ParleyProcess {
  return startCommand([process.execPath, ...parleyProgram(), ...args], dir, env);
}

/** The same, however it is to be run. */
export function startCommand(
  command: readonly string[],
  dir: string,
  env: Readonly<Record<string, string>>,
): ParleyProcess {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: dir,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.once('error', ({ message }) => (printed += message));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  void ended.then(() => process.off('exit', onExit));
  return {
    get printed() {
      return printed;
    },
    ended,
    async stop() {
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      child.kill('SIGTERM');
      const status = await ended;
      clearTimeout(killer);
      return status;
    },
  };
}
