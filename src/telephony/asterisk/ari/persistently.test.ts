import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../../base/errors.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { persistently } from './persistently.ts';

/** A request that fails so often, and when it was made. */
function failing(times: number, code: 'ARI_UNREACHABLE' | 'ARI_GONE' = 'ARI_UNREACHABLE') {
  const clock = new ManualClock();
  const down = new AbortController();
  const madeAtMs: number[] = [];
  const request = async () => {
    madeAtMs.push(clock.nowMs());
    if (madeAtMs.length <= times) throw new ParleyError(code, 'It did not work.');
  };
  const outcome = persistently(request, { clock, signal: down.signal }).then(
    () => 'done',
    (error: unknown) => (error as Error).message,
  );
  return { clock, down, madeAtMs, outcome };
}

describe('a request that has to be done', () => {
  it('is made until it is', async () => {
    const { clock, madeAtMs, outcome } = failing(3);
    await clock.advance(60_000);
    expect(await outcome).toBe('done');
    expect(madeAtMs).toEqual([0, 250, 750, 1750]);
    expect(clock.pending).toBe(0);
  });

  it('is given up some time', async () => {
    const { clock, madeAtMs, outcome } = failing(Infinity);
    await clock.advance(60_000);
    expect(await outcome).toContain('ARI_UNREACHABLE');
    expect(madeAtMs).toHaveLength(7);
  });

  it('is not repeated where the channel is gone', async () => {
    const { madeAtMs, outcome } = failing(Infinity, 'ARI_GONE');
    expect(await outcome).toContain('ARI_GONE');
    expect(madeAtMs).toHaveLength(1);
  });

  it('is given up at once when the connection goes, and leaves no timer', async () => {
    const { clock, down, madeAtMs, outcome } = failing(Infinity);
    await clock.advance(300);
    down.abort(new Error('down'));
    expect(await outcome).toBe('down');
    expect(madeAtMs).toEqual([0, 250]);
    expect(clock.pending).toBe(0);
  });
});
