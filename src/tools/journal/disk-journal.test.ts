import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { deferred } from '../../base/async.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { Log } from '../../base/log.ts';
import { DiskJournal } from './disk-journal.ts';
import type { DiskJournalOptions } from './disk-journal.ts';

const ORDER = { call: 'call-1', tool: 'order', key: 'k1' };
const BOOKING = { call: 'call-2', tool: 'book', key: 'k2' };
const DAY_MS = 86_400_000;

/** Every look at the clock is a millisecond later, as no process begins at once with another. */
let nowMs = Date.UTC(2026, 10, 29);

function journalIn(
  dir: string,
  {
    log = silentLog,
    now = () => nowMs++,
    ...further
  }: Partial<DiskJournalOptions> & { now?: () => number } = {},
) {
  return new DiskJournal({ dir, clock: systemClock, epochMs: now, log, ...further });
}

const newDir = () => join(mkdtempSync(join(tmpdir(), 'parley-journal-')), 'tools.journal');
const filesIn = (dir: string) => readdirSync(dir).map((name) => join(dir, name));

describe('the journal of tools', () => {
  it('tells the next process what was begun and has no end, once, and goes on to know it as unknown', async () => {
    const dir = newDir();
    const killed = journalIn(dir);
    expect(await killed.open()).toEqual([]);
    await Promise.all([killed.begun(ORDER), killed.begun(BOOKING)]);
    await killed.ended(BOOKING, 'done');

    const lines: unknown[] = [];
    const log: Log = { ...silentLog, warn: (fields) => void lines.push(fields) };
    const next = journalIn(dir, { log });
    expect(await next.open()).toMatchObject([{ ...ORDER, how: 'unknown' }]);
    expect(lines).toEqual([{ event: 'tool.unknown', ...ORDER }]);
    expect((await next.ofCalls(['call-1'])).get('call-1')).toMatchObject([{ ...ORDER, how: 'unknown' }]);
    expect((await next.ofCalls(['call-2'])).get('call-2')).toMatchObject([{ ...BOOKING, how: 'done' }]);
    expect(await journalIn(dir).open()).toEqual([]);
    await Promise.all([killed.close(), next.close()]);
  });

  it('believes the last process about a use that was taken up again', async () => {
    for (let time = 0; time < 10; time++) {
      const dir = newDir();
      const killed = journalIn(dir);
      await killed.begun(ORDER);
      const next = journalIn(dir);
      await next.open();
      await next.begun(ORDER);
      await next.ended(ORDER, 'done');
      const last = journalIn(dir);
      expect(await last.open()).toEqual([]);
      expect((await last.ofCalls(['call-1'])).get('call-1')).toMatchObject([{ how: 'done' }]);
      await Promise.all([killed.close(), next.close()]);
    }
  });

  it('has the line on the disk before the tool may go out', async () => {
    const dir = newDir();
    const journal = journalIn(dir);
    await journal.begun(ORDER);
    const [file = ''] = filesIn(dir);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      event: 'begun',
      ...ORDER,
      at: expect.stringMatching(/^2026-11-29T00:00:00/) as string,
    });
    await journal.close();
  });

  it('lets a caller wait for a busy disk for a few milliseconds, and has the line written by then', async () => {
    const dir = newDir();
    const clock = new ManualClock();
    const { promise: disk, resolve } = deferred();
    const journal = journalIn(dir, { clock, force: () => disk });
    let isBegun = false;
    const begun = journal.begun(ORDER).then(() => (isBegun = true));
    await vi.waitFor(() => expect(readFileSync(filesIn(dir)[0] ?? '', 'utf8')).toContain('"k1"'));
    await clock.advance(7);
    expect(isBegun).toBe(false);
    await clock.advance(1);
    await begun;
    // The next process knows of it, although the disk has never answered.
    expect(await journalIn(dir).open()).toMatchObject([{ ...ORDER, how: 'unknown' }]);
    resolve();
    await journal.close();
  });

  it('knows nothing of a use that was refused because the disk would not take its line', async () => {
    const dir = newDir();
    const journal = journalIn(dir, { force: () => Promise.reject(new Error('EIO')) });
    await expect(journal.begun(ORDER)).rejects.toThrow('EIO');
    await journal.close();
    expect(await journalIn(dir).open()).toEqual([]);
  });

  it('is not put off by a torn line, by lines that are none, or by a file of somebody else', async () => {
    const dir = newDir();
    const killed = journalIn(dir);
    await killed.begun(ORDER);
    await killed.close();
    appendFileSync(
      filesIn(dir)[0] ?? '',
      `\n{"event":"begun","call":\n42\n\u0000\u0000\n{"event":"ended","call":"call-1","to`,
    );
    writeFileSync(join(dir, 'notes.txt'), JSON.stringify({ event: 'begun', ...BOOKING, at: '' }));
    const next = journalIn(dir);
    expect(await next.open()).toMatchObject([{ ...ORDER, how: 'unknown' }]);
    await next.close();
  });

  it('rejects before anything is done where it cannot be written, and is well again afterwards', async () => {
    const dir = newDir();
    writeFileSync(dir, 'a file stands where the directory should be');
    const errors: string[] = [];
    const journal = journalIn(dir, {
      log: { ...silentLog, error: (_, message) => void errors.push(message) },
    });
    expect(await journal.open()).toEqual([]);
    await expect(journal.begun(ORDER)).rejects.toThrow();
    await journal.ended(ORDER, 'done');
    expect(errors).toEqual([
      'the journal of tools cannot be read',
      'the end of a tool is not in the journal',
    ]);
    await journal.close();
  });

  it('has its file before anything is to be done, and leaves none in which nothing stands', async () => {
    const dir = newDir();
    const journal = journalIn(dir);
    await journal.open();
    const before = filesIn(dir);
    expect(before).toHaveLength(1);
    await journal.begun(ORDER);
    expect(filesIn(dir)).toEqual(before);
    await journal.close();
    const idle = journalIn(dir);
    await idle.open();
    await idle.ended(ORDER, 'done');
    await idle.close();
    expect(filesIn(dir)).toHaveLength(2);
    const unused = journalIn(dir);
    await unused.open();
    await unused.close();
    expect(filesIn(dir)).toHaveLength(2);
  });

  it('begins a file a day, behind its first line, and deletes those to which nothing was added for two weeks', async () => {
    const dir = newDir();
    const days = () =>
      readdirSync(dir)
        .map((name) => name.slice(0, 10))
        .sort();
    let todayMs = Date.UTC(2026, 10, 1, 23);
    const journal = journalIn(dir, { now: () => todayMs });
    const use = async (key: string) => {
      await journal.begun({ ...ORDER, key });
      await journal.ended({ ...ORDER, key }, 'done');
      // The next line waits for the day's file.
      await journal.ended({ ...ORDER, key }, 'done');
      for (const file of filesIn(dir)) if (statSync(file).mtimeMs > todayMs) touched(file, todayMs);
    };
    const touched = (file: string, atMs: number) => utimesSync(file, atMs / 1000, atMs / 1000);
    await use('first');
    todayMs += DAY_MS;
    await use('second');
    expect(days()).toEqual(['2026-11-01', '2026-11-02']);
    todayMs += 13.5 * DAY_MS;
    await use('third');
    expect(days()).toEqual(['2026-11-01', '2026-11-02', '2026-11-16']);
    todayMs += 10 * DAY_MS;
    await use('fourth');
    expect(days()).toEqual(['2026-11-02', '2026-11-16', '2026-11-26']);
    expect((await journal.ofCalls(['call-1'])).get('call-1')?.map(({ key }) => key)).toContain('third');
    await journal.close();
  });
});
