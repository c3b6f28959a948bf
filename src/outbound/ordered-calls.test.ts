import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import type { CallOrder, CallOutcome } from './call-out.ts';
import type { CallProgress } from './calls-out.ts';
import { OrderFiles } from './order-files.ts';
import { OrderedCalls } from './ordered-calls.ts';

const ORDER = { to: '+79161234512', bot: 'default', variables: { name: 'Анна', order: '7' } };
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

interface Placed {
  readonly order: CallOrder;
  readonly signal: AbortSignal;
  readonly progress: CallProgress;
  readonly end: (outcome: CallOutcome) => void;
}

let dir: string;
let placed: Placed[];
let nowMs: number;
let refused: ParleyError | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-orders-'));
  placed = [];
  nowMs = Date.parse('2026-12-01T09:00:00Z');
  refused = undefined;
});

afterEach(() => rm(dir, { recursive: true, force: true }));

async function opened(where = dir): Promise<OrderedCalls> {
  const calls = new OrderedCalls({
    files: new OrderFiles(where, silentLog),
    epochMs: () => nowMs,
    log: silentLog,
    callsOut: {
      check: () => {
        if (refused) throw refused;
      },
      call: (order, signal, progress = {}) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          placed.push({ order, signal, progress, end: resolve });
        }),
    },
  });
  await calls.open();
  return calls;
}

/** As it stands on the disk. Whoever opens the files tidies up, and there is one who does. */
async function written(id: string): Promise<unknown> {
  const name = (await readdir(dir)).find((each) => each.includes(id) && each.endsWith('.json'));
  return name === undefined ? undefined : JSON.parse(await readFile(join(dir, name), 'utf8'));
}

describe('a call that was ordered', () => {
  it('rings, is talked, and ends with what came of it', async () => {
    const calls = await opened();
    const { id } = await calls.place(ORDER);
    expect(placed).toMatchObject([{ order: { id, ...ORDER } }]);
    expect(calls.find(id)).toMatchObject({ state: 'ringing' });
    placed[0]?.progress.onAnswered?.();
    expect(calls.find(id)).toMatchObject({ state: 'talking' });
    const outcome = { outcome: 'answered', by: 'person', cause: 'bot', talkedMs: 12_000 } as const;
    placed[0]?.end(outcome);
    await calls.close();
    expect(calls.find(id)).toMatchObject({ state: 'ended', outcome });
  });

  it('stops ringing when the operator gives it up', async () => {
    const calls = await opened();
    const { id } = await calls.place(ORDER);
    expect(calls.giveUp(id)).toBe(true);
    await calls.close();
    expect(calls.find(id)).toMatchObject({
      state: 'ended',
      outcome: { outcome: 'failed', cause: 'given up' },
    });
    expect(calls.giveUp(id)).toBe(false);
  });

  it('is not made where none can be made now, nor where it could not be known again', async () => {
    const calls = await opened();
    refused = new ParleyError('CALL_NOT_PLACED', 'No room.');
    await expect(calls.place(ORDER)).rejects.toThrow(expect.objectContaining({ code: 'CALL_NOT_PLACED' }));
    refused = undefined;
    const blocked = join(dir, 'file');
    await writeFile(blocked, '');
    const unkept = await opened(blocked);
    await expect(unkept.place(ORDER)).rejects.toThrow(expect.objectContaining({ code: 'CALL_ORDER_UNKEPT' }));
    expect(placed).toEqual([]);
  });
});

describe('an order that comes again under its key', () => {
  const keyed = { ...ORDER, idempotencyKey: 'order-7' };

  it('rings once, also when both come at the same moment', async () => {
    const calls = await opened();
    const ids = await Promise.all([calls.place(keyed), calls.place(keyed)]);
    const third = await calls.place({
      ...keyed,
      to: '+7 916 123-45-12',
      variables: { order: '7', name: 'Анна' },
    });
    expect(new Set([...ids, third].map(({ id }) => id)).size).toBe(1);
    expect(placed).toHaveLength(1);
  });

  it('rings once after the process was killed and started again, and is over', async () => {
    const { id } = await (await opened()).place(keyed);
    const next = await opened();
    expect(await next.place(keyed)).toMatchObject({ id, state: 'ended', outcome: { outcome: 'failed' } });
    expect(placed).toHaveLength(1);
  });

  it('was answered if it was talked when the process was killed', async () => {
    const calls = await opened();
    const { id } = await calls.place(keyed);
    placed[0]?.progress.onAnswered?.();
    await expect.poll(() => written(id)).toMatchObject({ state: 'talking' });
    expect((await opened()).find(id)).toMatchObject({
      state: 'ended',
      outcome: { outcome: 'answered', cause: 'lost' },
    });
  });

  it('is a conflict if it is another call', async () => {
    const calls = await opened();
    await calls.place(keyed);
    const other = calls.place({ ...keyed, variables: { ...keyed.variables, order: '8' } });
    await expect(other).rejects.toThrow(expect.objectContaining({ code: 'CALL_ORDER_CONFLICT' }));
    expect(placed).toHaveLength(1);
  });

  it('is another call when the first is forgotten', async () => {
    const calls = await opened();
    const { id } = await calls.place(keyed);
    placed[0]?.end({ outcome: 'busy', cause: 'Q.850 17' });
    await calls.close();
    nowMs += WEEK_MS;
    expect((await calls.place(keyed)).id).not.toBe(id);
    expect(placed).toHaveLength(2);
    await expect.poll(() => calls.find(id)).toBeUndefined();
  });
});
