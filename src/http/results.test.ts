import { afterEach, expect, it } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import type { WaitingResult } from '../results/outbox-entry.ts';
import type { WaitingResults } from './result-contract.ts';
import { operated } from './testing/operated.ts';
import type { Operated } from './testing/operated.ts';

let http: Operated;
afterEach(() => http.app.close());

function waiting(key: string, state: WaitingResult['state']): WaitingResult {
  const endedEpochMs = Date.parse('2026-01-01T09:00:00Z');
  const next = { attempts: 3, nextEpochMs: endedEpochMs + 60_000, reason: 'HTTP 503' };
  return { key, call: `call of ${key}`, bot: 'shop', endedEpochMs, state, ...next };
}

async function withResults(): Promise<readonly string[]> {
  const retried: string[] = [];
  http = await operated({
    results: {
      waiting: [waiting('one', 'waiting'), waiting('two', 'dead')],
      retry: async (key) => {
        if (key !== 'two') throw new ParleyError('RESULT_UNKNOWN', 'There is no such result on its way.');
        retried.push(key);
      },
    },
  });
  return retried;
}

const ask = (url: string) =>
  http.app.inject({ url, remoteAddress: '127.0.0.1', headers: { host: 'localhost' } });

it('shows which results nobody has taken, and those that are dead by themselves', async () => {
  await withResults();
  const all = (await ask('/api/results')).json<WaitingResults>();
  expect(all.results.map(({ id, state, nextAt }) => [id, state, nextAt])).toEqual([
    ['one', 'waiting', '2026-01-01T09:01:00.000Z'],
    ['two', 'dead', null],
  ]);
  const dead = (await ask('/api/results?state=dead')).json<WaitingResults>();
  expect(dead.results).toEqual([
    {
      id: 'two',
      call: 'call of two',
      bot: 'shop',
      endedAt: '2026-01-01T09:00:00.000Z',
      state: 'dead',
      attempts: 3,
      nextAt: null,
      reason: 'HTTP 503',
    },
  ]);
  expect((await ask('/api/results?state=lost')).statusCode).toBe(400);
});

it('offers a dead one again, and no other', async () => {
  const retried = await withResults();
  const retry = (id: string) =>
    http.app.inject({
      method: 'POST',
      url: `/api/results/${id}/retry`,
      remoteAddress: '127.0.0.1',
      headers: { host: 'localhost', 'content-type': 'application/json' },
      payload: '{}',
    });
  expect((await retry('two')).statusCode).toBe(202);
  expect((await retry('three')).json()).toMatchObject({ code: 'RESULT_UNKNOWN' });
  expect(retried).toEqual(['two']);
});
