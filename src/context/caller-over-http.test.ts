import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { httpRequestSchema } from '../config/profile-http.ts';
import { newDispatcher } from '../tools/http/exchange.ts';
import { Secrets } from '../tools/secrets.ts';
import { callerOverHttp } from './caller-over-http.ts';

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: IncomingMessage[];
const dispatcher = newDispatcher();

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function lookUp(
  callerNumber: string,
  profile: Readonly<Record<string, unknown>> = {},
  signal = new AbortController().signal,
) {
  const { port } = server.address() as AddressInfo;
  const http = httpRequestSchema.parse({
    url: `http://127.0.0.1:${port}/by-phone/{{caller.number}}`,
    headers: { authorization: 'Bearer ${CRM_KEY}' },
    retries: 0,
    ...profile,
  });
  const call = {
    id: 'c1',
    callerNumber,
    dialled: '100',
    bot: 'shop',
    direction: 'inbound' as const,
    variables: {},
    slots: {},
    context: {},
  };
  const secrets = new Secrets(new Map([['CRM_KEY', 'very-secret']]));
  return callerOverHttp(http, call, secrets, { clock: systemClock, dispatcher })(signal);
}

describe('the lookup of a caller', () => {
  it('asks the address of the profile with the number as one piece, and takes the part that counts', async () => {
    answer = (_, response) => response.end(JSON.stringify({ data: { name: 'Анна', orders: [1] } }));
    expect(await lookUp('+7900/../x', { pick: '/data' }).catch(() => 'refused')).toBe('refused');
    expect(await lookUp('+79001234567', { pick: '/data' })).toEqual({ name: 'Анна', orders: [1] });
    expect(requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/by-phone/%2B79001234567', 'Bearer very-secret'],
    ]);
  });

  it('knows nobody where the server says so, or the number is withheld', async () => {
    answer = (_, response) => response.writeHead(404).end('no such customer');
    expect(await lookUp('+7900')).toBeUndefined();
    expect(await lookUp('')).toBeUndefined();
    expect(requests).toHaveLength(1);
  });

  it.each([
    [
      'a fault of the server',
      (response: ServerResponse) => response.writeHead(500).end('very-secret was sent'),
      'HTTP 500',
    ],
    [
      'an answer without end',
      (response: ServerResponse) => response.end('x'.repeat(100_000)),
      'longer than 65536 bytes',
    ],
    ['silence', () => undefined, 'no answer came within 100 ms'],
  ])('fails with a code and without secrets: %s', async (_what, say, told) => {
    answer = (_, response) => void say(response);
    const failure = await lookUp('+7900', { deadlineMs: 100 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CALLER_LOOKUP_FAILED' });
    expect(String(failure)).toContain(told);
    expect(JSON.stringify({ ...(failure as Error) }) + String(failure)).not.toMatch(/very-secret|7900/);
  });

  it('ends with the call', async () => {
    answer = () => undefined;
    const over = new AbortController();
    const asked = lookUp('+7900', {}, over.signal);
    setImmediate(() => over.abort(new Error('the caller hung up')));
    await expect(asked).rejects.toThrow('the caller hung up');
  });
});
