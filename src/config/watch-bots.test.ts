import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { watchBots } from './watch-bots.ts';

let dir: string;
let changes: number;
let unwatch: () => void;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-watch-'));
  await writeFile(join(dir, 'default.yaml'), 'prompt: a');
  changes = 0;
  unwatch = watchBots({ dir, clock: systemClock, log: silentLog, onChange: () => changes++ });
});
afterEach(async () => {
  unwatch();
  await rm(dir, { recursive: true });
});

/** Longer than the directory must be quiet, and than a busy machine takes to tell. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 700));

describe('changes of bot profiles', () => {
  it.each<[how: string, save: (path: string) => Promise<void>]>([
    ['written in place', (path) => writeFile(path, 'prompt: b')],
    [
      'saved as editors do it',
      async (path) => {
        await writeFile(`${path}.swp`, 'prompt: b');
        await rename(path, `${path}~`);
        await rename(`${path}.swp`, path);
        await rm(`${path}~`);
      },
    ],
    ['deleted', (path) => rm(path)],
  ])('are told once when a file was %s, and the next time again', async (_how, save) => {
    await save(join(dir, 'default.yaml'));
    await settled();
    expect(changes).toBe(1);
    await save(join(dir, 'default.yaml')).catch(() => writeFile(join(dir, 'other.yaml'), 'prompt: c'));
    await settled();
    expect(changes).toBe(2);
  });

  it('are not told any more when nobody wants to know', async () => {
    await writeFile(join(dir, 'default.yaml'), 'prompt: b');
    unwatch();
    await settled();
    expect(changes).toBe(0);
  });

  it('of a directory that is not there are a warning, no more', () => {
    const events: unknown[] = [];
    const log = { ...silentLog, warn: ({ event }: { event?: unknown }) => void events.push(event) };
    watchBots({ dir: join(dir, 'nowhere'), clock: systemClock, log, onChange: () => undefined })();
    expect(events).toEqual(['bots.unwatched']);
  });
});
