/** A `parley` command in this process: what it prints, and how it ends. For what does not need a process of its own, which takes seconds to start. */
import { Command } from 'commander';
import { vi } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { complaint, exitStatus } from '../../src/cli/exit.ts';
import type { Ran } from './run-parley.ts';

/** One at a time: what it prints is taken from the console, and `env` is this process's as long as it runs. */
export async function runCommand(
  name: keyof typeof COMMANDS,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  let status = 0;
  const program = new Command('parley')
    .exitOverride()
    .configureOutput({ writeOut: (text) => (stdout += text), writeErr: (text) => (stderr += text) });
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  const logged = vi.spyOn(console, 'log').mockImplementation((text: unknown) => {
    stdout += `${String(text)}\n`;
  });
  for (const [key, value] of Object.entries(env)) vi.stubEnv(key, value);
  try {
    const command = await COMMANDS[name]((ended) => (status = ended));
    program.addCommand(command.copyInheritedSettings(program));
    await program.parseAsync([name, ...args], { from: 'user' });
  } catch (error) {
    if (error instanceof Error && error.name === 'CommanderError') status = 1;
    else {
      stderr += `${complaint(error)}\n`;
      status = exitStatus(error);
    }
  } finally {
    written.mockRestore();
    logged.mockRestore();
    vi.unstubAllEnvs();
  }
  return { status, stdout, stderr };
}
