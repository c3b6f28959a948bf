import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DiskStore } from './disk-store.ts';

let dir: string;
let store: DiskStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-records-'));
  store = new DiskStore(join(dir, 'live'));
  await store.calls();
});

afterEach(() => rm(dir, { recursive: true, force: true }));

function recordOf(call: string, turn = 1) {
  return { call, leg: 'leg', bot: 'default', startedAtEpochMs: 1000, turn, messages: [] };
}

function fileOf(call: string): string {
  return join(dir, 'live', `${call}.json`);
}

it('keeps a call within its directory, whatever its id is: another process may have told it', async () => {
  expect(await store.calls()).toEqual([]);
  const ids = ['../outside', '..', '1764433.12', 'a/b c%'];
  for (const id of ids) await store.write(recordOf(id));
  expect(await readdir(dir)).toEqual(['live']);
  expect([...(await store.calls())].sort()).toEqual([...ids].sort());
  expect(await store.read('../outside')).toEqual(recordOf('../outside'));
  for (const id of ids) await store.delete(id);
  expect(await store.calls()).toEqual([]);
});

it('goes on with what was written last, and with what was before it where that was torn', async () => {
  for (const turn of [1, 2, 3]) await store.write(recordOf('a', turn));
  expect(await store.read('a')).toEqual(recordOf('a', 3));
  await appendFile(fileOf('a'), JSON.stringify(recordOf('a', 4)).slice(0, 40));
  expect(await new DiskStore(join(dir, 'live')).read('a')).toEqual(recordOf('a', 3));
});

it('begins anew what another process has left, torn or not', async () => {
  await writeFile(fileOf('a'), '{"call":"a"');
  await store.write(recordOf('a', 1));
  await store.write(recordOf('a', 2));
  expect(await store.read('a')).toEqual(recordOf('a', 2));
  expect(await readFile(fileOf('a'), 'utf8')).not.toContain('{"call":"a"{');
});

it('reads what was written before there were lines', async () => {
  await writeFile(fileOf('a'), JSON.stringify(recordOf('a', 7)));
  expect(await store.read('a')).toEqual(recordOf('a', 7));
});

it('keeps the file of a long call short, for this user alone', async () => {
  const said = { role: 'assistant' as const, content: 'Мы открыты до шести. '.repeat(500) };
  for (let turn = 1; turn <= 100; turn++) await store.write({ ...recordOf('a', turn), messages: [said] });
  const { mode, size } = await stat(fileOf('a'));
  expect(size).toBeLessThan(1024 * 1024);
  expect(mode & 0o777).toBe(0o600);
  expect((await store.read('a')).turn).toBe(100);
});
