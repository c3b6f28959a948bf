import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { resultOf } from './call-result.ts';
import { Deliveries } from './delivery.ts';
import { ENDED_EPOCH_MS, anEndedCall } from './testing/an-ended-call.ts';
import { receiver } from './testing/receiver.ts';
import type { Receiver } from './testing/receiver.ts';
import { until } from '../../test/support/until.ts';

const SECRET = 'a secret of the house';
const RESULT = resultOf(anEndedCall(), { summary: 'Про насос.', valid: true, data: { outcome: 'asked' } });
const never = new AbortController().signal;

let crm: Receiver;
let clock: ManualClock;
let deliveries: Deliveries;
beforeEach(async () => {
  crm = await receiver();
  clock = new ManualClock();
  deliveries = new Deliveries({ clock, epochMs: () => ENDED_EPOCH_MS, secret: SECRET });
});
afterEach(async () => {
  await deliveries.close();
  await crm.close();
});

describe('a result that is delivered', () => {
  it('is JSON with a signature over its time and its bytes, and a name by which a repetition is known', async () => {
    expect(await deliveries.post(crm.url, RESULT, never)).toEqual({ kind: 'delivered' });
    const { headers = {}, body = '' } = crm.received[0] ?? {};
    expect(JSON.parse(body)).toEqual(RESULT);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['idempotency-key']).toBe('call-1');
    const [, t = '', v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-parley-signature'])) ?? [];
    expect(Number(t)).toBe(ENDED_EPOCH_MS / 1000);
    expect(v1).toBe(createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex'));
  });

  it('is not signed where there is no secret', async () => {
    const unsigned = new Deliveries({ clock, epochMs: () => 0, secret: undefined });
    await unsigned.post(crm.url, RESULT, never);
    await unsigned.close();
    expect(crm.received[0]?.headers['x-parley-signature']).toBeUndefined();
  });

  it.each([
    [200, {}, { kind: 'delivered' }],
    [302, { location: '/elsewhere' }, { kind: 'failed', reason: 'HTTP 302' }],
    [400, {}, { kind: 'refused', reason: 'HTTP 400' }],
    [404, {}, { kind: 'refused', reason: 'HTTP 404' }],
    [410, {}, { kind: 'refused', reason: 'HTTP 410' }],
    [408, {}, { kind: 'failed', reason: 'HTTP 408' }],
    // What came before under the same key is still being taken in.
    [409, {}, { kind: 'failed', reason: 'HTTP 409' }],
    [425, {}, { kind: 'failed', reason: 'HTTP 425' }],
    [429, { 'retry-after': '120' }, { kind: 'failed', reason: 'HTTP 429', retryAfter: '120' }],
    [500, {}, { kind: 'failed', reason: 'HTTP 500' }],
    [503, {}, { kind: 'failed', reason: 'HTTP 503' }],
  ])('is judged by the status alone: %i', async (status, headers, delivery) => {
    crm.answer = (response) => response.writeHead(status, headers).end('whatever');
    expect(await deliveries.post(crm.url, RESULT, never)).toEqual(delivery);
    expect(crm.received).toHaveLength(1);
  });

  it('is taken although the answer never ends', async () => {
    crm.answer = (response) => {
      response.writeHead(200);
      const more = () =>
        void (response.destroyed || response.write('x'.repeat(16_384), () => setImmediate(more)));
      more();
    };
    expect(await deliveries.post(crm.url, RESULT, never)).toEqual({ kind: 'delivered' });
  });

  it('fails where nobody answers, and where nobody is, without a word of the address', async () => {
    crm.answer = () => undefined;
    const late = deliveries.post(crm.url, RESULT, never);
    await until('it is asked', () => crm.received.length === 1);
    await clock.advance(10_000);
    expect(await late).toEqual({ kind: 'failed', reason: 'timeout' });
    const gone = crm.url;
    await crm.close();
    expect(await deliveries.post(gone, RESULT, never)).toEqual({ kind: 'failed', reason: 'ECONNREFUSED' });
    crm = await receiver();
  });
});
