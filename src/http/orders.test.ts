import { afterEach, describe, expect, it } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import type { OrderedCall } from '../outbound/ordered-call.ts';
import type { OrderPorts } from './call-routes.ts';
import { operated } from './testing/operated.ts';
import type { Operated } from './testing/operated.ts';

const ORDER = { to: '+79161234512', bot: 'shop' };
const RINGING: OrderedCall = {
  ...{ id: 'out-1', orderedEpochMs: Date.parse('2026-12-01T09:00:00Z'), fingerprint: '' },
  ...{ ...ORDER, state: 'ringing' },
};

let http: Operated;
afterEach(() => http.app.close());

async function asked(method: 'GET' | 'POST', url: string, payload?: unknown, headers = {}) {
  const answer = await http.app.inject({
    method,
    url,
    headers: {
      host: 'localhost',
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload !== undefined && { payload: JSON.stringify(payload) }),
  });
  return { status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, unknown> };
}

function ports(differs: Partial<OrderPorts> = {}): OrderPorts {
  return { place: async () => RINGING, find: () => undefined, giveUp: () => false, ...differs };
}

describe('an order to call somebody', () => {
  it('is taken with all that belongs to it', async () => {
    const orders: unknown[] = [];
    const place: OrderPorts['place'] = async (order) => {
      orders.push(order);
      return RINGING;
    };
    http = await operated({ orders: ports({ place }) });
    const whole = {
      ...ORDER,
      telephone: 'asterisk',
      variables: { name: 'Анна' },
      idempotencyKey: 'k',
      callerId: '+74951234567',
    };
    expect(await asked('POST', '/api/calls', whole)).toEqual({ status: 202, body: { id: 'out-1' } });
    await asked('POST', '/api/calls', ORDER);
    expect(orders).toEqual([whole, { ...ORDER, variables: {} }]);
  });

  it.each([
    { ...ORDER, to: '' },
    { to: ORDER.to },
    { ...ORDER, variables: { 'a b': 'x' } },
    { ...ORDER, variables: { a: 'two\nlines' } },
    { ...ORDER, variables: { a: 'x'.repeat(1001) } },
    { ...ORDER, callerId: '"x" <1>' },
    { ...ORDER, idempotencyKey: 'a b' },
    { ...ORDER, ring: 5 },
  ])('that is none is refused: %j', async (order) => {
    http = await operated({ orders: ports() });
    expect(await asked('POST', '/api/calls', order)).toMatchObject({
      status: 400,
      body: { code: 'HTTP_INVALID' },
    });
  });

  it.each([
    ['NUMBER_INVALID', 422],
    ['BOT_PROFILE_UNKNOWN', 422],
    ['TELEPHONE_UNKNOWN', 422],
    ['CALL_ORDER_CONFLICT', 409],
    ['CALL_NOT_PLACED', 503],
    ['CALL_ORDER_UNKEPT', 503],
    ['TELEPHONE_AWAY', 503],
  ] as const)('that cannot be carried out says %s', async (code, status) => {
    const place = () => Promise.reject(new ParleyError(code, 'No.'));
    http = await operated({ orders: ports({ place }) });
    expect(await asked('POST', '/api/calls', ORDER)).toMatchObject({ status, body: { code } });
  });

  it('is nobody’s to give who does not show the token', async () => {
    http = await operated({ orders: ports(), token: 'a-token-of-the-house' });
    expect((await asked('POST', '/api/calls', ORDER)).status).toBe(401);
    const authorization = 'Bearer a-token-of-the-house';
    expect((await asked('POST', '/api/calls', ORDER, { authorization })).status).toBe(202);
  });

  it('cannot be carried out where no telephone can call', async () => {
    http = await operated();
    expect(await asked('POST', '/api/calls', ORDER)).toMatchObject({
      status: 503,
      body: { code: 'TELEPHONE_AWAY' },
    });
  });
});

describe('a call that was ordered', () => {
  it('is seen while it rings, and given up there', async () => {
    let isGivenUp = false;
    http = await operated({ orders: ports({ find: () => RINGING, giveUp: () => (isGivenUp = true) }) });
    expect((await asked('GET', '/api/calls/out-1')).body).toMatchObject({
      id: 'out-1',
      direction: 'outbound',
      number: '+7 *** **12',
      startedAt: '2026-12-01T09:00:00.000Z',
      state: 'ringing',
      ordered: { state: 'ringing', outcome: null },
    });
    expect(await asked('POST', '/api/calls/out-1/hangup', {})).toMatchObject({ status: 202 });
    expect(isGivenUp).toBe(true);
  });

  it('is seen when nobody has answered', async () => {
    const outcome = { outcome: 'busy', cause: 'Q.850 17' } as const;
    const ended: OrderedCall = {
      ...RINGING,
      state: 'ended',
      endedEpochMs: RINGING.orderedEpochMs + 5000,
      outcome,
    };
    http = await operated({ orders: ports({ find: () => ended }) });
    expect((await asked('GET', '/api/calls/out-1')).body).toMatchObject({
      state: 'ended',
      endedAt: '2026-12-01T09:00:05.000Z',
      endCause: 'busy',
      ordered: { state: 'ended', outcome: 'busy', cause: 'Q.850 17', by: null, talkedMs: null },
    });
  });

  it('is seen with its conversation once somebody talks', async () => {
    http = await operated({ orders: ports({ find: () => ({ ...RINGING, state: 'talking' }) }) });
    http.begin('out-1').mark('call.answered', {});
    const { body } = await asked('GET', '/api/calls/out-1');
    expect(body).toMatchObject({ state: 'listening', ordered: { state: 'talking' } });
    expect(body['timeline']).toHaveLength(1);
  });
});
