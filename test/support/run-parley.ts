/** The `parley` command as an operator runs it: in a process of its own. */
import { execFile } from 'node:child_process';
import { parleyProgram } from './program.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** All that it gets but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Presses Ctrl-C as soon as this resolves. */
  readonly interruptWhen?: Promise<void>;
}

export function runParley(
  args: readonly string[],
  { env = {}, interruptWhen }: RunOptions = {},
): Promise<Ran> {
  const command = [...parleyProgram(), ...args];
  const options = { env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', ...env } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, options, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, stdout, stderr });
    });
    // What is waited for and does not come shows in how the command ends.
    interruptWhen?.then(
      () => child.kill('SIGINT'),
      () => child.kill('SIGKILL'),
    );
  });
}
