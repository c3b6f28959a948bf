import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiskStore } from './disk-store.ts';

function recordOf(call: string) {
  return { call, leg: 'leg', bot: 'default', startedAtEpochMs: 1000, turn: 1, messages: [] };
}

it('keeps a call within its directory, whatever its id is: another process may have told it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-records-'));
  try {
    const store = new DiskStore(join(dir, 'live'));
    expect(await store.calls()).toEqual([]);
    const ids = ['../outside', '..', '1764433.12', 'a/b c%'];
    for (const id of ids) await store.write(recordOf(id));
    expect(await readdir(dir)).toEqual(['live']);
    expect([...(await store.calls())].sort()).toEqual([...ids].sort());
    expect(await store.read('../outside')).toEqual(recordOf('../outside'));
    for (const id of ids) await store.delete(id);
    expect(await store.calls()).toEqual([]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
