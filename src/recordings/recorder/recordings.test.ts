import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../base/log.ts';
import { BundleDisk } from './bundle-disk.ts';
import { Recordings } from './recordings.ts';
import type { RecordingsOptions } from './recordings.ts';

let dir: string;
let disk: BundleDisk;

beforeEach(async () => {
  disk = new BundleDisk({ isBusy: true });
  dir = join(await mkdtemp(join(tmpdir(), 'parley-recordings-')), 'calls');
});

afterEach(async () => {
  await disk.close();
  await rm(join(dir, '..'), { recursive: true, force: true });
});

const open = (policy: RecordingsOptions['policy'], redaction: RecordingsOptions['redaction'] = 'none') =>
  Recordings.open({
    dir,
    disk,
    policy,
    redaction,
    retention: { maxAgeMs: 1e9, maxBytes: 1e9 },
    random: () => 0,
    epochMs: () => Date.now(),
    log: silentLog,
    versions: () => ({}),
    settings: () => ({}),
    ariOf: () => [],
    onBundle: () => undefined,
  });

it('deletes at its start what a process that was killed has left unfinished, and keeps the rest', async () => {
  await mkdir(join(dir, '.unfinished', 'half'), { recursive: true });
  await writeFile(join(dir, '.unfinished', 'half', 'caller.wav'), 'half a call');
  await mkdir(join(dir, 'whole'));
  await open({ kind: 'share', share: 1 });
  expect(await readdir(join(dir, '.unfinished'))).toEqual([]);
  expect(await readdir(dir)).toContain('whole');
});

it('deletes what is too old also where no call is recorded any more', async () => {
  const old = join(dir, '2020-01-01T00-00-00-000Z-1');
  await mkdir(old, { recursive: true });
  const recordings = await open({ kind: 'off' });
  expect(await readdir(dir)).toEqual(['.looked']);
  await recordings.close();
});

it('deletes nothing at a start with a clock that is forty days further than at the last look', async () => {
  const call = new Date(Date.now() - 41 * 86_400_000).toISOString().replaceAll(/[:.]/g, '-');
  await mkdir(join(dir, `${call}-1`), { recursive: true });
  await writeFile(join(dir, '.looked'), '');
  const then = new Date(Date.now() - 40 * 86_400_000);
  await utimes(join(dir, '.looked'), then, then);
  const recordings = await open({ kind: 'off' });
  expect(await readdir(dir)).toContain(`${call}-1`);
  await recordings.close();
});

it('makes no place where no call is to be recorded', async () => {
  await open({ kind: 'off' });
  await expect(readdir(dir)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('opens also where there is no place for any call', async () => {
  await writeFile(dir, 'no directory');
  await expect(open({ kind: 'share', share: 1 })).resolves.toBeInstanceOf(Recordings);
});

it.each([
  ['none', '{"phone":"+79161234567"}'],
  ['text', '{"phone":"…67"}'],
] as const)('puts the result of a call beside it, with redaction %s', async (redaction, kept) => {
  const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-1700000000.1`;
  await mkdir(join(dir, name), { recursive: true });
  const recordings = await open({ kind: 'share', share: 1 }, redaction);
  const result = { shown: '{"phone":"+79161234567"}', masked: '{"phone":"…67"}' };
  await recordings.keepResult('1700000000.1', result);
  await recordings.keepResult('of a call that was not kept', result);
  await recordings.close();
  expect(await readFile(join(dir, name, 'result.json'), 'utf8')).toBe(kept);
  expect(await readdir(dir)).toHaveLength(3);
});
