import { expect, it, vi } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { cleanUpDaily } from './daily-clean-up.ts';
import type { Storage } from './storage.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

it('old files go once a day, also after a day on which the storage was away, and no more once it has ended', async () => {
  const clock = new ManualClock();
  const cleanUp = vi.fn<Storage['cleanUp']>(async () => 1);
  const warn = vi.fn();
  const log = { info: vi.fn(), warn } as unknown as Parameters<typeof cleanUpDaily>[0]['log'];
  const keepMs = { 'voice-files': 7 * DAY_MS, temp: DAY_MS };
  const end = cleanUpDaily({
    storage: { cleanUp } as unknown as Storage,
    keepMs,
    clock,
    log,
    nowMs: () => 10 * DAY_MS,
  });
  await clock.advance(0);
  expect(cleanUp.mock.calls).toEqual([
    ['voice-files', 3 * DAY_MS],
    ['temp', 9 * DAY_MS],
  ]);
  cleanUp.mockRejectedValueOnce(new ParleyError('STORAGE_UNAVAILABLE', 'gone'));
  await clock.advance(DAY_MS);
  expect(warn).toHaveBeenCalledOnce();
  await clock.advance(DAY_MS);
  expect(cleanUp).toHaveBeenCalledTimes(5);
  await end();
  await clock.advance(2 * DAY_MS);
  expect(cleanUp).toHaveBeenCalledTimes(5);
  expect(clock.pending).toBe(0);
});
