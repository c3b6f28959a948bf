import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../base/project-root.ts';

/** A busy machine loads the program slowly, ms. */
const STARTED_WITHIN_MS = 60_000;

describe('parley speech', { timeout: STARTED_WITHIN_MS + 30_000 }, () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-speech-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function start(...args: string[]) {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(projectRoot(), 'src/cli/parley.ts'), 'speech', '--port', '0', ...args],
      {
        cwd: projectRoot(),
        env: { PATH: process.env['PATH'], DATA_DIR: dir, SPEECH_API_KEYS_FILE: join(dir, 'keys.json') },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const lines: string[] = [];
    const out = createInterface(child.stdout);
    const told = (text: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const look = (line: string) => line.includes(text) && resolve(JSON.parse(line) as never);
        lines.forEach(look);
        out.on('line', look);
        child.once('exit', () => reject(new Error(`it ended without "${text}": ${lines.join('\n')}`)));
      });
    out.on('line', (line) => lines.push(line));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, told, ended };
  }

  it('serves until it is told to end, and speaks of no calls', async () => {
    const service = start();
    const { url } = await service.told('speech.listening');
    await service.told('Parley speaks and hears');
    const { status } = await fetch(`${String(url)}/v1/languages`);
    service.child.kill('SIGTERM');
    await service.told('Parley takes no more requests');
    expect([status, await service.ended]).toEqual([200, 0]);
  });
});
