import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import type { Log } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { limitProcess } from '../../test/support/process-limits.ts';
import { until } from '../../test/support/until.ts';
import { History } from './history.ts';
import type { StorePort } from './history.ts';
import { HistoryStore } from './store.ts';
import type { StoreQuestion } from './store-thread.ts';
import { EPOCH_MS, aCall } from './testing/a-call.ts';

/** Another process begins, on a machine that has much else to do. */
const WITHIN_MS = 60_000;

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-history-'));
  file = join(dir, 'history.sqlite');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** What is in the file, the newest first. */
function written(): readonly string[] {
  const store = new HistoryStore({ file, epochMs: () => 0, onSetAside: () => undefined });
  try {
    return store.search({ limit: 100_000, numbersMasked: false }).calls.map(({ call }) => call);
  } finally {
    store.close();
  }
}

describe('a call that ended', { timeout: WITHIN_MS }, () => {
  let child: ChildProcess;
  let printed: string;
  const untilPrinted = (text: string) => until(`it prints ${text}`, () => printed.includes(text), WITHIN_MS);
  const keep = (n: number) => child.stdin?.write(`keep ${n}\n`);

  function start(): void {
    printed = '';
    const program = new URL('./testing/history-process.ts', import.meta.url).pathname;
    child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, file]);
    child.stdout?.on('data', (data: Buffer) => (printed += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (printed += data.toString()));
  }
  afterEach(() => child.kill('SIGKILL'));

  it('is there after the process was killed, and one that found the disk full as soon as there is room', async () => {
    start();
    keep(1);
    await untilPrinted('kept\n');
    await limitProcess(child.pid ?? 0, { fileBytes: 0 });
    for (const n of [2, 3, 4]) keep(n);
    await untilPrinted('history.unwritten');
    await limitProcess(child.pid ?? 0, { fileBytes: Infinity });
    await untilPrinted('history.written');
    await untilPrinted('kept\nkept\nkept\n');
    expect(printed.split('history.unwritten')).toHaveLength(2);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(written()).toEqual(['call-4', 'call-3', 'call-2', 'call-1']);
  });

  it('a moment before the process is stopped is written all the same', async () => {
    start();
    child.stdin?.write('keep 1\nkeep 2\nclose\n');
    child.stdin?.end();
    await once(child, 'exit');
    expect(printed).toBe('kept\nkept\n');
    expect(written()).toEqual(['call-2', 'call-1']);
  });
});

describe('the history', () => {
  let clock: ManualClock;
  let outcomes: string[];
  let lines: string[];
  let asked: StoreQuestion[];
  let answer: (question: StoreQuestion) => unknown;
  let threads: number;
  let isOver: boolean;
  const log: Log = { ...silentLog, error: note, info: note, warn: note };

  function note(fields: object): void {
    lines.push(JSON.stringify({ ...fields, error: undefined }));
  }

  beforeEach(() => {
    clock = new ManualClock();
    [outcomes, lines, asked, threads, isOver] = [[], [], [], 0, false];
    answer = () => undefined;
  });

  function opened(maxAgeMs = Infinity): History {
    const port: StorePort = {
      get isOver() {
        return isOver;
      },
      ask: async (question) => {
        asked.push(question);
        return answer(question);
      },
      close: async () => undefined,
    };
    return new History({
      file,
      retention: { maxAgeMs, maxBytes: 1000 },
      clock,
      epochMs: () => EPOCH_MS + clock.nowMs(),
      log,
      onCall: (outcome) => outcomes.push(outcome),
      connect: () => {
        threads++;
        isOver = false;
        return port;
      },
    });
  }

  const batches = () =>
    asked.flatMap((question) => (question.kind === 'add' ? [question.calls.map(({ call }) => call)] : []));
  const fails = (code: 'HISTORY_UNAVAILABLE' | 'HISTORY_NEWER') => () => {
    throw new ParleyError(code, 'No.');
  };

  it('writes together what ends while something is being written', async () => {
    const history = opened();
    for (const n of [1, 2, 3]) history.keep(aCall(n));
    await history.settled();
    expect(batches()).toEqual([['call-1'], ['call-2', 'call-3']]);
    expect(outcomes).toEqual(['kept', 'kept', 'kept']);
    expect(history.waiting).toBe(0);
  });

  it('tells once that it cannot write, keeps all in memory, and tells when it can again', async () => {
    answer = fails('HISTORY_UNAVAILABLE');
    const history = opened();
    history.keep(aCall(1));
    await clock.advance(20_000);
    history.keep(aCall(2));
    expect(history.waiting).toBe(2);
    expect(lines).toEqual(['{"event":"history.unwritten","code":"HISTORY_UNAVAILABLE"}']);
    answer = () => undefined;
    await clock.advance(5000);
    expect(outcomes).toEqual(['kept', 'kept']);
    expect(lines.at(-1)).toBe('{"event":"history.written"}');
  });

  it('begins another thread when the one it had has ended', async () => {
    const history = opened();
    answer = fails('HISTORY_UNAVAILABLE');
    isOver = true;
    history.keep(aCall(1));
    await clock.advance(0);
    isOver = true;
    answer = () => undefined;
    await clock.advance(5000);
    expect(outcomes).toEqual(['kept']);
    expect(threads).toBeGreaterThan(1);
  });

  it('writes the others when one cannot be written', async () => {
    answer = (question) => {
      if (question.kind === 'add' && question.calls.some(({ call }) => call === 'call-2'))
        throw new Error('NOT NULL');
    };
    const history = opened();
    for (const n of [1, 2, 3]) history.keep(aCall(n));
    await history.settled();
    expect(outcomes).toEqual(['kept', 'lost', 'kept']);
    expect(lines).toEqual(['{"event":"history.lost","calls":1}']);
  });

  it('lets the oldest go when memory is full as well', async () => {
    answer = fails('HISTORY_UNAVAILABLE');
    const history = opened();
    const timeline = ' '.repeat(50 * 1024 * 1024);
    for (const n of [1, 2, 3]) history.keep(aCall(n, { timeline }));
    expect(outcomes).toEqual(['lost']);
    expect(history.waiting).toBe(2);
    await history.close();
    expect(outcomes).toEqual(['lost', 'lost', 'lost']);
    expect(lines.at(-1)).toBe('{"event":"history.lost","calls":2}');
  });

  it('leaves no timer behind when it ends in the middle of deleting', async () => {
    const history = opened();
    await history.close();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  it('does not wait longer for a disk that hangs than the process may when it stops', async () => {
    const history = opened();
    await clock.advance(0);
    answer = () => new Promise(() => undefined);
    history.keep(aCall(1));
    const closed = history.close();
    await clock.advance(4000);
    await closed;
    expect(outcomes).toEqual(['lost']);
    expect(clock.pending).toBe(0);
  });

  it('deletes what is too old at its start and every quarter of an hour, in portions', async () => {
    const ages = () =>
      asked.flatMap((question) =>
        question.kind === 'deleteSome' ? [question.limits.endedBeforeEpochMs - EPOCH_MS] : [],
      );
    answer = () => ages().length % 3 !== 0;
    const history = opened(60_000);
    await clock.advance(0);
    expect(ages()).toEqual([-60_000, -60_000, -60_000]);
    await clock.advance(15 * 60_000);
    expect(ages().slice(3)).toEqual([840_000, 840_000, 840_000]);
    await history.close();
    expect(clock.pending).toBe(0);
  });
});
