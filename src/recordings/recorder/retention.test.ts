import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DoubtfulClock } from './doubtful-clock.ts';
import { deleteExpired } from './retention.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 21);
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-calls-'));
  for (const [age, name] of ['today', 'yesterday', 'lastWeek', 'lastYear'].entries()) {
    const call = join(dir, name);
    await mkdir(call);
    await writeFile(join(call, 'caller.wav'), new Uint8Array(1000));
    const days = [0, 1, 7, 365][age] ?? 0;
    await utimes(call, new Date(NOW - days * DAY_MS), new Date(NOW - days * DAY_MS));
  }
  await mkdir(join(dir, '.unfinished'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const left = async (limits: { maxAgeMs: number; maxBytes: number }) => {
  deleteExpired(dir, { ...limits, nowEpochMs: NOW });
  return (await readdir(dir)).sort();
};

it('deletes the calls that are too old', async () => {
  expect(await left({ maxAgeMs: 30 * DAY_MS, maxBytes: 1e9 })).toEqual([
    '.unfinished',
    'lastWeek',
    'today',
    'yesterday',
  ]);
});

it('deletes the oldest when all together are too much', async () => {
  expect(await left({ maxAgeMs: 1000 * DAY_MS, maxBytes: 2500 })).toEqual([
    '.unfinished',
    'today',
    'yesterday',
  ]);
});

it('goes by when a call began, whatever has touched its files since', async () => {
  await mkdir(join(dir, '2020-01-01T00-00-00-000Z-1.2'));
  expect(await left({ maxAgeMs: 1000 * DAY_MS, maxBytes: 1e9 })).not.toContain(
    '2020-01-01T00-00-00-000Z-1.2',
  );
});

it('deletes the others where a link leads nowhere, and touches nothing that links lead to', async () => {
  await symlink(join(dir, 'gone'), join(dir, 'dangling'));
  await symlink(join(dir, 'gone'), join(dir, 'today', 'dangling'));
  expect(await left({ maxAgeMs: 30 * DAY_MS, maxBytes: 1e9 })).toEqual([
    '.unfinished',
    'dangling',
    'lastWeek',
    'today',
    'yesterday',
  ]);
});

it('takes nothing for too old by a clock that has leapt, for a day', async () => {
  let epochMs = NOW;
  let nowMs = 0;
  const clock = new DoubtfulClock(
    () => epochMs,
    () => nowMs,
  );
  expect(clock.isDoubtful).toBe(false);
  epochMs += 40 * DAY_MS;
  expect(clock.isDoubtful).toBe(true);
  deleteExpired(dir, {
    maxAgeMs: DAY_MS,
    maxBytes: 1e9,
    nowEpochMs: epochMs,
    isClockDoubtful: clock.isDoubtful,
  });
  expect(await readdir(dir)).toContain('lastYear');
  nowMs += DAY_MS;
  epochMs += DAY_MS;
  expect(clock.isDoubtful).toBe(false);
});

it('does nothing where there is nothing', () => {
  expect(deleteExpired(join(dir, 'no'), { maxAgeMs: 0, maxBytes: 0, nowEpochMs: NOW })).toEqual([]);
});

it('tells what it could not look at', async () => {
  await writeFile(join(dir, 'no directory'), '');
  const [untouched] = deleteExpired(join(dir, 'no directory'), { maxAgeMs: 0, maxBytes: 0, nowEpochMs: NOW });
  expect(untouched).toMatchObject({ path: join(dir, 'no directory'), why: /ENOTDIR/ });
});
