import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.ts';

describe('a lock between test runs', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'parley-lock-'));
    file = path.join(directory, 'lock');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('lets one work at a time and leaves nothing', async () => {
    const steps: string[] = [];
    const work = (name: string) => async () => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      steps.push(`${name} ends`);
    };
    await Promise.all([withLock(file, 5_000, work('a')), withLock(file, 5_000, work('b'))]);
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(await readdir(directory)).toEqual([]);
  });

  it('is free again after work that failed', async () => {
    await expect(withLock(file, 5_000, () => Promise.reject(new Error('no disk')))).rejects.toThrow(
      'no disk',
    );
    expect(await withLock(file, 0, () => Promise.resolve('done'))).toBe('done');
  });

  it('is taken over from a run that died', async () => {
    const { pid } = spawnSync('true');
    await writeFile(file, String(pid));
    expect(await withLock(file, 5_000, () => Promise.resolve('done'))).toBe('done');
  });

  it('is not waited for endlessly', async () => {
    await writeFile(file, String(process.pid));
    await expect(withLock(file, 0, () => Promise.resolve())).rejects.toThrow('held by another process');
  });
});
