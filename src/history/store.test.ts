import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anEarReport } from '../ear/testing/an-ear-report.ts';
import type { Criteria } from './criteria.ts';
import { HistoryStore } from './store.ts';
import { aCall, EPOCH_MS } from './testing/a-call.ts';

let dir: string;
let file: string;
let aside: string[];
let store: HistoryStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-history-'));
  file = join(dir, 'history.sqlite');
  aside = [];
  store = opened();
});
afterEach(async () => {
  store.close();
  await rm(dir, { recursive: true, force: true });
});

function opened(): HistoryStore {
  return new HistoryStore({ file, epochMs: () => EPOCH_MS, onSetAside: (path) => aside.push(path) });
}

const all: Criteria = { limit: 100, numbersMasked: false };
const found = (criteria: Partial<Criteria>) =>
  store.search({ ...all, ...criteria }).calls.map(({ call }) => call);

describe('ended calls', () => {
  it('are there after a restart as they were before, and readable for this user alone', async () => {
    const call = aCall(1, { slowestMs: 1234.5, failures: 2 });
    store.add([call]);
    store.close();
    store = opened();
    const { masked, digits, words, timeline, ...facts } = call;
    expect(store.find(call.key)).toEqual({ ...facts, timeline: JSON.parse(timeline) as unknown });
    expect(store.find('another')).toBeUndefined();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect([masked, digits, words].every((text) => text !== '')).toBe(true);
  });

  it('are kept with what they were like to the ear, and that goes with them', () => {
    const call = aCall(1, { ear: JSON.stringify(anEarReport) });
    store.add([call, aCall(2)]);
    expect(store.find(call.key)?.ear).toEqual(anEarReport);
    expect(store.find(aCall(2).key)?.ear).toBeUndefined();
    store.deleteSome({ endedBeforeEpochMs: Infinity, maxBytes: Infinity });
    store.close();
    const db = new Database(file);
    expect(db.prepare('SELECT key FROM ears').all()).toEqual([]);
    db.close();
  });

  it('of an earlier Parley, which kept no ear, are found and joined by others', () => {
    store.add([aCall(1)]);
    store.close();
    const db = new Database(file);
    db.exec('DROP TRIGGER ears_go_with_calls; DROP TABLE ears');
    db.close();
    store = opened();
    store.add([aCall(2, { ear: JSON.stringify(anEarReport) })]);
    expect(store.find(aCall(1).key)?.ear).toBeUndefined();
    expect(store.find(aCall(2).key)?.ear).toEqual(anEarReport);
  });

  it('that are told twice are kept once', () => {
    store.add([aCall(1)]);
    store.add([aCall(1), aCall(2)]);
    expect(found({})).toEqual(['call-2', 'call-1']);
  });

  it('are found by each thing that is asked for, and by all together', () => {
    store.add([
      aCall(1, { bot: 'billing', cause: 'silence', words: 'Сколько стоит договор?' }),
      aCall(2, { slowestMs: 2500, words: 'Ёлка с доставкой' }),
      aCall(3, { number: '+49 30 1234567', digits: '49301234567', slowestMs: 900 }),
      aCall(4, { number: 'alice_1', digits: '1', masked: '**1', bot: 'billing' }),
    ]);
    expect(found({ bot: 'billing' })).toEqual(['call-4', 'call-1']);
    expect(found({ cause: 'silence' })).toEqual(['call-1']);
    expect(found({ slowerThanMs: 1500 })).toEqual(['call-2']);
    expect(found({ number: '(030) 123-45' })).toEqual([]);
    expect(found({ number: '30 123-45' })).toEqual(['call-3']);
    expect(found({ number: 'alice_' })).toEqual(['call-4']);
    expect(found({ number: '%' })).toEqual([]);
    expect(found({ words: 'ДОГОВОР' })).toEqual(['call-1']);
    expect(found({ words: 'елка достав' })).toEqual(['call-2']);
    expect(found({ words: 'елка договор' })).toEqual([]);
    expect(found({ words: '"' })).toEqual([]);
    expect(found({ words: 'OR NOT "NEAR(' })).toEqual([]);
    expect(found({ fromEpochMs: aCall(2).startedEpochMs, toEpochMs: aCall(4).startedEpochMs })).toEqual([
      'call-3',
      'call-2',
    ]);
    expect(found({ bot: 'billing', words: 'стоит', cause: 'silence' })).toEqual(['call-1']);
  });

  it('are not found by a part of a number that is masked, only by what is shown of it', () => {
    store.add([aCall(1), aCall(2, { number: '+7 *** **34', masked: '+7 *** **34', digits: '' })]);
    expect(found({ number: '9161', numbersMasked: true })).toEqual([]);
    expect(found({ number: '+79161234512', numbersMasked: true })).toEqual(['call-1']);
    expect(found({ number: '34', numbersMasked: true })).toEqual(['call-2']);
    expect(found({ number: '+79991112234' })).toEqual(['call-2']);
  });

  it('come page by page, each once, also those of the same moment and while others come', () => {
    const many = Array.from({ length: 25 }, (_, n) => aCall(n, { startedEpochMs: EPOCH_MS + (n >> 3) }));
    store.add(many);
    const seen: string[] = [];
    let after: Criteria['after'];
    do {
      const page = store.search({ ...all, limit: 4, after });
      seen.push(...page.calls.map(({ call }) => call));
      after = page.next;
      store.add([aCall(100 + seen.length, { startedEpochMs: EPOCH_MS + 1000 })]);
    } while (after);
    expect(seen).toEqual(many.map(({ call }) => call).toReversed());
  });

  it('are searched in thousands', () => {
    const calls = Array.from({ length: 10_000 }, (_, n) => aCall(n, { words: `разговор номер ${n}` }));
    for (let from = 0; from < calls.length; from += 1000) store.add(calls.slice(from, from + 1000));
    expect(found({ words: 'номер 7777' })).toEqual(['call-7777']);
    expect(found({ words: 'разговор', limit: 3 })).toEqual(['call-9999', 'call-9998', 'call-9997']);
  });
});

describe('what is deleted', () => {
  it('is what has become too old, with all that was kept of it', () => {
    store.add([aCall(1), aCall(2), aCall(3)]);
    const endedBeforeEpochMs = aCall(3).endedEpochMs;
    expect(store.deleteSome({ endedBeforeEpochMs, maxBytes: Infinity })).toBe(true);
    expect(store.deleteSome({ endedBeforeEpochMs, maxBytes: Infinity })).toBe(false);
    expect(found({})).toEqual(['call-3']);
    expect(found({ words: 'говорим' })).toEqual(['call-3']);
    expect(store.find(aCall(1).key)).toBeUndefined();
  });

  it('is the oldest when all together is too much, and the disk has its room back', async () => {
    const long = (n: number) => aCall(n, { timeline: JSON.stringify([noise(n)]) });
    store.add(Array.from({ length: 600 }, (_, n) => long(n)));
    store.close();
    const before = (await stat(file)).size;
    const maxBytes = before / 2;
    while (store.deleteSome({ endedBeforeEpochMs: 0, maxBytes }));
    expect(found({ limit: 1000 })[0]).toBe('call-599');
    expect(found({ limit: 1000 }).length).toBeLessThan(401);
    store.close();
    expect((await stat(file)).size).toBeLessThanOrEqual(maxBytes);
  });
});

describe('a file that cannot be used', () => {
  it('because it is damaged is put aside, and a new one is begun', async () => {
    await writeFile(file, Buffer.alloc(10_000, 'no database '));
    store.add([aCall(1)]);
    expect(found({})).toEqual(['call-1']);
    expect(aside).toHaveLength(1);
    expect(await stat(aside[0] ?? '')).toMatchObject({ size: 10_000 });
  });

  it('because it was damaged while it was open is put aside as well', async () => {
    store.add([aCall(1)]);
    store.close();
    const { size } = await stat(file);
    await writeFile(file, Buffer.alloc(size - 100, 1), { flag: 'r+' });
    expect(found({})).toEqual([]);
    store.add([aCall(2)]);
    expect(found({})).toEqual(['call-2']);
    expect((await readdir(dir)).filter((name) => name.includes('.corrupt-'))).not.toEqual([]);
  });

  it('because somebody else holds it is told of, loses nothing of what was there, and is used again when it is free', () => {
    store.add([aCall(1)]);
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    expect(() => store.add([aCall(2)])).toThrow(expect.objectContaining({ code: 'HISTORY_UNAVAILABLE' }));
    expect(found({})).toEqual(['call-1']);
    other.exec('ROLLBACK');
    other.close();
    store.add([aCall(2)]);
    expect(found({})).toEqual(['call-2', 'call-1']);
  });

  it('because a newer Parley has written it stays as it is', async () => {
    const newer = new Database(file);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => store.add([aCall(1)])).toThrow(expect.objectContaining({ code: 'HISTORY_NEWER' }));
    expect(aside).toEqual([]);
  });

  it('because its directory is none is told of', async () => {
    await writeFile(join(dir, 'taken'), '');
    store = new HistoryStore({
      file: join(dir, 'taken/h.sqlite'),
      epochMs: () => 0,
      onSetAside: () => undefined,
    });
    expect(() => store.add([aCall(1)])).toThrow(expect.objectContaining({ code: 'HISTORY_UNAVAILABLE' }));
  });
});

/** What cannot be packed, 20 kB of it, always the same for the same seed. */
function noise(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 5000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state >> 8).toString(36).slice(-4);
  }).join('');
}
