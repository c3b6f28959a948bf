import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import type { Log, LogFields } from '../base/log.ts';
import { operated } from './testing/operated.ts';
import type { Operated } from './testing/operated.ts';

const TOKEN = 'correct-horse-battery';

let http: Operated;
afterEach(() => http.app.close());

const json = { 'content-type': 'application/json' };

async function get(url: string, headers: Record<string, string> = {}) {
  const { statusCode, body } = await http.app.inject({ url, headers: { host: 'localhost', ...headers } });
  return { statusCode, code: codeIn(body) };
}

async function drain(headers: Record<string, string>, payload = '{}') {
  const { statusCode, body } = await http.app.inject({
    method: 'POST',
    url: '/api/drain',
    headers: { host: 'localhost', ...headers },
    payload,
  });
  return { statusCode, code: codeIn(body) };
}

function codeIn(body: string): unknown {
  return body.startsWith('{') ? (JSON.parse(body) as { code?: unknown }).code : undefined;
}

describe('a door with a token', () => {
  it('opens to whoever shows it', async () => {
    http = await operated({ token: TOKEN });
    expect(await get('/api/calls', { authorization: `Bearer ${TOKEN}` })).toMatchObject({ statusCode: 200 });
    expect(await get('/metrics', { authorization: `Bearer ${TOKEN}` })).toMatchObject({ statusCode: 200 });
    expect(await drain({ ...json, authorization: `bearer ${TOKEN}` })).toMatchObject({ statusCode: 202 });
    expect(http.orders).toEqual(['drain']);
  });

  it.each([
    ['nothing', undefined],
    ['another token', 'Bearer correct-horse-batterz'],
    ['its beginning', 'Bearer correct-horse'],
    ['more than it', `Bearer ${TOKEN}x`],
    ['an empty one', 'Bearer '],
    ['a password', `Basic ${btoa(`user:${TOKEN}`)}`],
  ])('stays shut for whoever shows %s', async (_what, authorization) => {
    http = await operated({ token: TOKEN });
    const headers = { ...json, ...(authorization !== undefined && { authorization }) };
    const refused = { statusCode: 401, code: 'HTTP_UNAUTHORIZED' };
    for (const url of ['/api/calls', '/api/events', '/api/service', '/metrics'])
      expect(await get(url, headers)).toEqual(refused);
    expect(await drain(headers)).toEqual(refused);
    expect(http.orders).toEqual([]);
  });

  it('does not ask for one in the address, and lets health and readiness be asked for by anybody', async () => {
    http = await operated({ token: TOKEN });
    expect(await get(`/api/calls?token=${TOKEN}`)).toMatchObject({ statusCode: 401 });
    expect(await get('/healthz')).toMatchObject({ statusCode: 200 });
    expect(await get('/readyz')).toMatchObject({ statusCode: 200 });
  });

  it('tells whoever balances load by the head alone how it does', async () => {
    http = await operated({ token: TOKEN });
    for (const url of ['/healthz', '/readyz']) {
      const { statusCode, body } = await http.app.inject({ method: 'HEAD', url });
      expect([url, statusCode, body]).toEqual([url, 200, '']);
    }
    for (const url of ['/metrics', '/api/calls', '/api/calls/one', '/api/history/export', '/api/service'])
      expect((await http.app.inject({ method: 'HEAD', url })).statusCode).toBe(401);
  });

  it('takes no order that is compressed, and says so', async () => {
    http = await operated({ token: TOKEN });
    const shown = { ...json, authorization: `Bearer ${TOKEN}` };
    expect(await drain({ ...shown, 'content-encoding': 'gzip' })).toEqual({
      statusCode: 415,
      code: 'HTTP_WRONG_TYPE',
    });
    for (const plain of ['identity', 'Identity', ''])
      expect(await drain({ ...shown, 'content-encoding': plain })).toMatchObject({ statusCode: 202 });
  });

  it('tells what is wrong with one telephone while another makes the service ready', async () => {
    http = await operated({ token: TOKEN });
    const { statusCode, body } = await http.app.inject('/readyz');
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toEqual({
      ready: true,
      reasons: [],
      telephones: { asterisk: 'Asterisk is away', twilio: 'connected' },
    });
  });

  it('shuts out nobody behind a trusted proxy for the wrong tokens of somebody else there', async () => {
    http = await operated({ token: TOKEN, trustedProxies: ['127.0.0.0/8'] });
    const from = (address: string, shown: string) =>
      get('/metrics', { 'x-forwarded-for': address, authorization: `Bearer ${shown}` });
    for (let n = 0; n < 31; n++) await from('192.0.2.1', 'another');
    expect(await from('192.0.2.1', TOKEN)).toMatchObject({ statusCode: 429 });
    expect(await from('192.0.2.2', TOKEN)).toMatchObject({ statusCode: 200 });
  });

  it('believes nobody else for whom he asks', async () => {
    http = await operated({ token: TOKEN, trustedProxies: ['192.0.2.9'] });
    const from = (address: string) =>
      get('/metrics', { 'x-forwarded-for': address, authorization: 'Bearer another' });
    for (let n = 0; n < 30; n++) await from(`192.0.2.${n}`);
    expect(await from('198.51.100.7')).toMatchObject({ statusCode: 429 });
  });

  it('stays shut for a while for an address of many wrong tokens, whatever it shows then', async () => {
    http = await operated({ token: TOKEN });
    const wrong = { authorization: 'Bearer another' };
    for (let n = 0; n < 30; n++) expect(await get('/metrics', wrong)).toMatchObject({ statusCode: 401 });
    const right = { authorization: `Bearer ${TOKEN}` };
    for (const url of ['/metrics', '/api/calls'])
      for (const headers of [wrong, right])
        expect(await get(url, headers)).toEqual({ statusCode: 429, code: 'HTTP_TOO_MANY' });
    expect(await get('/healthz')).toMatchObject({ statusCode: 200 });
    await http.clock.advance(60_000);
    expect(await get('/metrics', right)).toMatchObject({ statusCode: 200 });
  });

  it('stands under any name', async () => {
    http = await operated({ token: TOKEN });
    const shown = { authorization: `Bearer ${TOKEN}`, host: 'parley.example.org' };
    expect(await get('/api/calls', shown)).toMatchObject({ statusCode: 200 });
  });
});

describe('a door without a token', () => {
  it.each(['localhost', 'LOCALHOST:8080', '127.0.0.1:8080', '127.8.0.1', '[::1]:8080'])(
    'is open under %s',
    async (host) => {
      http = await operated();
      expect(await get('/api/calls', { host })).toMatchObject({ statusCode: 200 });
    },
  );

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:8080', '192.168.0.7', '@'])(
    'is shut under the name «%s», which somebody else may have led here',
    async (host) => {
      http = await operated();
      const refused = { statusCode: 403, code: 'HTTP_FORBIDDEN' };
      expect(await get('/api/calls', { host })).toEqual(refused);
      expect(await get('/metrics', { host })).toEqual(refused);
      expect(await drain({ ...json, host })).toEqual(refused);
    },
  );

  it.each(['https://evil.example', 'null', 'http://localhost:9999', 'https://localhost'])(
    'is shut for a page of %s',
    async (origin) => {
      http = await operated();
      expect(await drain({ ...json, origin })).toEqual({ statusCode: 403, code: 'HTTP_FORBIDDEN' });
      expect(await drain({ ...json, origin: 'http://localhost' })).toMatchObject({ statusCode: 202 });
    },
  );
});

describe('requests that a proxy on this machine passes on', () => {
  const from = { 'x-forwarded-for': '203.0.113.9' };
  const told: LogFields[] = [];
  const log: Log = { ...silentLog, warn: (fields) => told.push(fields), child: () => log };
  beforeEach(() => void told.splice(0));

  it.each([from, { forwarded: 'for=203.0.113.9' }])(
    'are warned of once where no token keeps them out (%j), also if they are refused',
    async (headers) => {
      http = await operated({ log });
      await get('/api/calls');
      expect(told).toEqual([]);
      await get('/api/calls', { ...headers, host: 'calls.example' });
      await get('/metrics', headers);
      expect(told).toEqual([{ event: 'http.proxy_without_token' }]);
    },
  );

  it('are nothing to speak of where a token does', async () => {
    http = await operated({ token: TOKEN, log });
    await get('/api/calls', { ...from, authorization: `Bearer ${TOKEN}` });
    await get('/api/calls', from);
    expect(told).toEqual([]);
  });
});

describe('an order', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'that is sent as «%s», as a form of any page can, is refused',
    async (type) => {
      http = await operated();
      expect(await drain({ 'content-type': type })).toEqual({ statusCode: 415, code: 'HTTP_WRONG_TYPE' });
      expect(http.orders).toEqual([]);
    },
  );
});
