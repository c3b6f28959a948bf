import { spawn } from 'node:child_process';

/** Shows a page in the browser of whoever sits before this machine, if somebody does. Never fails: the address was told. */
export function openPage(address: string): void {
  const program = programFor(process.platform, process.env);
  if (program === undefined || !process.stdout.isTTY) return;
  const child = spawn(program, [address], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}

/** Linux without a screen has no browser to show. */
export function programFor(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (platform === 'darwin') return 'open';
  if (platform !== 'linux') return undefined;
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}
