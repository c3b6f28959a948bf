import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { anEarReport } from '../ear/testing/an-ear-report.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { AnsweredTurns, ApiError, CallDetail, CallList } from './contract.ts';
import { operated } from './testing/operated.ts';
import type { Operated } from './testing/operated.ts';

let http: Operated;
afterEach(() => http.app.close());

const HOST = { host: 'localhost' };

async function get(url: string) {
  const { statusCode, body, headers } = await http.app.inject({ url, headers: HOST });
  return { statusCode, headers, body, json: <T>() => JSON.parse(body) as T };
}

async function post(url: string, payload: string | object) {
  const answer = await http.app.inject({
    method: 'POST',
    url,
    headers: { ...HOST, 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
  return { statusCode: answer.statusCode, error: JSON.parse(answer.body) as ApiError };
}

/** A call in which something was asked, answered, and a digit pressed. */
async function aCall(id: string): Promise<Timeline> {
  const { clock } = http;
  const timeline = http.begin(id);
  timeline.mark('call.answered', {});
  await clock.advance(1000);
  timeline.mark('speech.started', {});
  await clock.advance(1000);
  timeline.mark('speech.stopped', { endedAtMs: clock.nowMs() - 200, speechMs: 800 });
  timeline.turn++;
  timeline.mark('turn.ended', { speechEndedAtMs: clock.nowMs() - 200 });
  timeline.mark('recognition.done', { text: 'my card is 4000 1234' });
  await clock.advance(500);
  timeline.mark('playback.started', { kind: 'answer', index: 0, text: 'Thank you.' });
  timeline.mark('digit', { digit: '7' });
  return timeline;
}

/** Of an answer all that is not its body, but for what is counted down by every request. */
async function headOf(method: 'GET' | 'HEAD', url: string) {
  const { statusCode, headers, body } = await http.app.inject({ method, url, headers: HOST });
  const told = Object.entries(headers).filter(([name]) => name !== 'date' && !name.startsWith('x-ratelimit'));
  return { statusCode, headers: Object.fromEntries(told), isEmpty: body === '' };
}

describe('a request for the head alone', () => {
  it.each(['/api/calls', '/api/calls/one', '/api/calls/none', '/api/turns', '/api/fleet', '/api/service'])(
    'of %s is answered as the whole is, without its body',
    async (url) => {
      http = await operated();
      await aCall('one');
      const whole = await headOf('GET', url);
      expect(await headOf('HEAD', url)).toEqual({ ...whole, isEmpty: true });
    },
  );

  it('follows nothing: neither events, nor a call from a page', async () => {
    http = await operated();
    for (const url of ['/api/events', '/api/phone'])
      expect(await headOf('HEAD', url)).toMatchObject({ statusCode: 404 });
  });
});

describe('calls', () => {
  it('are told live and past, with the state that they are in', async () => {
    http = await operated();
    const first = await aCall('one');
    http.begin('two');
    const summary = {
      id: 'one',
      bot: 'default',
      direction: 'inbound',
      number: '+7 *** **12',
      startedAt: '2026-01-01T09:00:05.000Z',
      endedAt: null,
      state: 'speaking',
      turns: 1,
      lastLatencyMs: 700,
      endCause: null,
      cost: null,
    };
    const live = (await get('/api/calls')).json<CallList>();
    expect(live).toEqual({
      live: [summary, expect.objectContaining({ id: 'two', state: 'ringing' })],
      past: [],
    });
    await http.clock.advance(500);
    first.mark('call.ended', { cause: 'caller' });
    const over = { ...summary, state: 'ended', endCause: 'caller', endedAt: '2026-01-01T09:00:08.000Z' };
    expect((await get('/api/calls')).json<CallList>()).toMatchObject({ live: [{ id: 'two' }], past: [over] });
    expect((await get('/api/calls/one')).json<CallDetail>()).toMatchObject(over);
  });

  it('have a timeline from their own beginning, in which what was said and dialled is masked', async () => {
    http = await operated();
    await aCall('one');
    const { timeline } = (await get('/api/calls/one')).json<CallDetail>();
    expect(timeline).toEqual([
      { type: 'call.answered', atMs: 0, turn: 0 },
      { type: 'speech.started', atMs: 1000, turn: 0 },
      { type: 'speech.stopped', atMs: 2000, turn: 0, endedAtMs: 1800, speechMs: 800 },
      { type: 'turn.ended', atMs: 2000, turn: 1, speechEndedAtMs: 1800 },
      { type: 'recognition.done', atMs: 2000, turn: 1, text: '«5 words»' },
      { type: 'playback.started', atMs: 2500, turn: 1, kind: 'answer', index: 0, text: '«2 words»' },
      { type: 'digit', atMs: 2500, turn: 1, digit: '*' },
    ]);
  });

  it('from a page show their own words, while those of callers are masked', async () => {
    http = await operated();
    await aCall('browser-1234');
    await aCall('one');
    const wordsOf = async (id: string) => JSON.stringify((await get(`/api/calls/${id}`)).json<CallDetail>());
    expect(await wordsOf('browser-1234')).toContain('my card is 4000 1234');
    expect(await wordsOf('one')).not.toContain('card');
  });

  it('are told as they are where the operator wants to see what was said', async () => {
    http = await operated({ transcripts: 'all' });
    await aCall('one');
    const { number, timeline } = (await get('/api/calls/one')).json<CallDetail>();
    expect(number).toBe('+79161234512');
    expect(timeline).toContainEqual(expect.objectContaining({ text: 'my card is 4000 1234' }));
    expect(timeline).toContainEqual(expect.objectContaining({ digit: '7' }));
  });
});

describe('turns', () => {
  it('are told with how long their answers took, from any time on', async () => {
    http = await operated();
    await aCall('one');
    await aCall('two');
    const turns = async (query = '') => (await get(`/api/turns${query}`)).json<AnsweredTurns>();
    const one = { call: 'one', turn: 1, at: '2026-01-01T09:00:07.500Z', voiceToVoiceMs: 700 };
    const two = { ...one, call: 'two', at: '2026-01-01T09:00:10.000Z' };
    expect(await turns()).toEqual({ turns: [one, two], limits: { warningMs: 1500, criticalMs: 3000 } });
    expect(await turns(`?after=${one.at}`)).toMatchObject({ turns: [two] });
    expect((await get('/api/turns?after=yesterday')).statusCode).toBe(400);
  });

  it('are drawn, and nothing that was said in them stands in the picture', async () => {
    http = await operated();
    await aCall('one');
    const picture = await get('/api/calls/one/turns/1');
    expect(picture.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(picture.body).toContain('700 ms');
    expect(picture.body).toContain('Understood: «5 words»');
    expect(picture.body).not.toMatch(/card|Thank/);
    expect((await get('/api/calls/one')).json<CallDetail>().ear).toEqual(anEarReport);
    expect((await get('/api/calls/nobody/turns/1')).json<ApiError>().code).toBe('CALL_UNKNOWN');
    expect((await get('/api/calls/one/turns/-1')).statusCode).toBe(400);
  });
});

describe('orders', () => {
  it('reach the call', async () => {
    http = await operated();
    http.begin('one');
    expect(await post('/api/calls/one/say', { text: ' Please hold. ' })).toMatchObject({ statusCode: 202 });
    const place = { context: 'queue', extension: '*600', priority: 2 };
    expect(await post('/api/calls/one/transfer', place)).toMatchObject({ statusCode: 202 });
    expect(await post('/api/calls/one/transfer', { context: 'a', extension: 's' })).toMatchObject({
      statusCode: 202,
    });
    expect(await post('/api/calls/one/hangup', {})).toMatchObject({ statusCode: 202 });
    expect(http.orders).toEqual([
      { id: 'one', say: 'Please hold.' },
      { id: 'one', transferTo: { kind: 'dialplan', ...place } },
      { id: 'one', transferTo: { kind: 'dialplan', context: 'a', extension: 's', priority: 1 } },
      { id: 'one', end: 'operator' },
    ]);
  });

  it('transfer to a place by its name', async () => {
    http = await operated();
    http.begin('one');
    expect(await post('/api/calls/one/transfer', { target: 'sales' })).toMatchObject({ statusCode: 202 });
    const place = { kind: 'dialplan', context: 'queues', extension: 'sales', priority: 1 };
    expect(http.orders).toEqual([{ id: 'one', transferTo: place }]);
  });

  it.each([{ target: 'warehouse' }, { context: 'nowhere', extension: '1', priority: 1 }])(
    'do not transfer to %o, which is nowhere, and the caller stays',
    async (place) => {
      http = await operated();
      http.begin('one');
      expect(await post('/api/calls/one/transfer', place)).toMatchObject({
        statusCode: 422,
        error: { code: 'TRANSFER_NOWHERE' },
      });
      expect(http.orders).toEqual([]);
    },
  );

  it.each(['hangup', 'say', 'transfer'])(
    'to %s are refused to calls that are over or unknown',
    async (order) => {
      http = await operated();
      http.begin('one').mark('call.ended', { cause: 'caller' });
      const payload =
        { hangup: {}, say: { text: 'x' }, transfer: { context: 'a', extension: 's' } }[order] ?? {};
      expect(await post(`/api/calls/one/${order}`, payload)).toMatchObject({
        statusCode: 409,
        error: { code: 'CALL_OVER' },
      });
      expect(await post(`/api/calls/nobody/${order}`, payload)).toMatchObject({
        statusCode: 404,
        error: { code: 'CALL_UNKNOWN' },
      });
    },
  );

  it.each<[string, string, string | object]>([
    ['too long to be said', 'say', { text: 'я'.repeat(251) }],
    ['without a word', 'say', { text: ' … ' }],
    ['with a line break', 'say', { text: 'one\ntwo' }],
    ['without text', 'say', {}],
    ['with a number for a text', 'say', { text: 5 }],
    ['with more than is asked for', 'hangup', { cause: 'x' }],
    ['that is no JSON', 'say', '{"text":'],
    ['that is nothing', 'hangup', ''],
    ['that poisons the prototype', 'say', '{"__proto__":{"x":1},"text":"a"}'],
    ['to a place with a path', 'transfer', { context: '../admin', extension: 's' }],
    ['to a place with a comma', 'transfer', { context: 'a,s,1', extension: 's' }],
    ['to no priority', 'transfer', { context: 'a', extension: 's', priority: 0 }],
  ])('%s are refused', async (_fault, order, payload) => {
    http = await operated();
    http.begin('one');
    const { statusCode, error } = await post(`/api/calls/one/${order}`, payload);
    expect(statusCode).toBe(400);
    expect(error).toEqual({
      code: 'HTTP_INVALID',
      message: expect.any(String) as string,
      help: expect.stringContaining('/docs') as string,
    });
    expect(http.orders).toEqual([]);
  });

  it('of a length that nobody needs are not read', async () => {
    http = await operated();
    http.begin('one');
    expect(await post('/api/calls/one/say', { text: 'x'.repeat(9000) })).toMatchObject({
      statusCode: 413,
      error: { code: 'HTTP_TOO_LARGE' },
    });
  });

  it('to reload faulty profiles are answered with the faults', async () => {
    http = await operated();
    expect(await post('/api/bots/reload', {})).toMatchObject({
      statusCode: 422,
      error: { code: 'BOT_PROFILE_INVALID', message: 'default.yaml:2: greting' },
    });
  });
});

describe('an answer', () => {
  it.each([
    '/nothing',
    '/api/nothing',
    '/api/calls/',
    '/%zz',
    '/api/calls/%ff',
    `/api/calls/${'x'.repeat(500)}`,
  ])('to %s is an error like every other', async (url) => {
    http = await operated();
    const { statusCode, body } = await get(url);
    expect([400, 404]).toContain(statusCode);
    const { code, message } = JSON.parse(body) as ApiError;
    expect(code).toMatch(/^(HTTP_NOT_FOUND|HTTP_INVALID|CALL_UNKNOWN)$/);
    expect(message).not.toBe('');
  });

  it('tells nothing of a fault inside', async () => {
    http = await operated();
    const { statusCode, body } = await get('/api/service');
    expect(statusCode).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ code: 'INTERNAL' });
    expect(body).not.toContain('secret');
  });

  it('lets pages run nothing but what comes from here', async () => {
    http = await operated();
    const { headers } = await get('/api/calls');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('is refused to whoever asks too much, but health never', async () => {
    http = await operated();
    for (let asked = 0; asked < 600; asked++) expect((await get('/api/calls')).statusCode).toBe(200);
    const refused = await get('/api/calls');
    expect(refused.statusCode).toBe(429);
    expect(refused.json<ApiError>().code).toBe('HTTP_TOO_MANY');
    expect((await get('/healthz')).statusCode).toBe(200);
  });
});

describe('the description', () => {
  it('names every route of the API, and can be looked at', async () => {
    http = await operated();
    const { paths } = (await get('/docs/json')).json<{ paths: object }>();
    expect(Object.keys(paths).toSorted()).toEqual([
      '/api/audio/{ticket}',
      '/api/bots/reload',
      '/api/calls',
      '/api/calls/{id}',
      '/api/calls/{id}/hangup',
      '/api/calls/{id}/say',
      '/api/calls/{id}/transfer',
      '/api/calls/{id}/turns/{turn}',
      '/api/campaigns',
      '/api/campaigns/{name}',
      '/api/campaigns/{name}/cancel',
      '/api/campaigns/{name}/pause',
      '/api/campaigns/{name}/results.csv',
      '/api/campaigns/{name}/resume',
      '/api/drain',
      '/api/events',
      '/api/fleet',
      '/api/fleet/{name}/drain',
      '/api/history',
      '/api/history/export',
      '/api/history/{id}',
      '/api/history/{id}/audio',
      '/api/history/{id}/report',
      '/api/results',
      '/api/results/{id}/retry',
      '/api/service',
      '/api/turns',
      '/stream-message',
    ]);
    const page = await get('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  });
});

describe('the dashboard', () => {
  let dir: string;
  afterEach(() => rm(dir, { recursive: true }));

  it('is served from its directory, and nothing beside it is', async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-pages-'));
    const pages = join(dir, 'pages');
    await mkdir(pages);
    await writeFile(join(pages, 'index.html'), 'the page');
    await writeFile(join(pages, '.hidden'), 'the secret');
    await writeFile(join(dir, 'secret.txt'), 'the secret');
    await symlink(join(dir, 'secret.txt'), join(pages, 'link.txt')).catch(() => undefined);
    http = await operated({ dashboardDir: pages });
    expect((await get('/')).body).toBe('the page');
    expect((await get('/.hidden')).statusCode).toBe(404);
    const port = await listening();
    for (const path of TRAVERSALS) {
      const answer = await rawGet(port, path);
      expect(answer, path).toMatch(/^HTTP\/1\.1 [34]\d\d /);
      expect(answer, path).not.toContain('the secret');
    }
  });

  it('is there for a whole office behind one address, whatever else that has asked', async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-pages-'));
    await writeFile(join(dir, 'index.html'), 'the page');
    http = await operated({ dashboardDir: dir });
    for (let asked = 0; asked < 700; asked++) expect((await get('/')).statusCode).toBe(200);
    expect((await get('/api/calls')).statusCode).toBe(200);
  });

  async function listening(): Promise<number> {
    await http.app.listen({ host: '127.0.0.1', port: 0 });
    return (http.app.server.address() as AddressInfo).port;
  }
});

const TRAVERSALS = [
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%5csecret.txt',
  '/....//secret.txt',
  '/./../secret.txt',
  '/%00/../secret.txt',
  '/%252e%252e%252fsecret.txt',
  '//etc/passwd',
  '/docs/static/..%2f..%2fpackage.json',
  '/api/calls/..%2f..%2fsecret.txt',
];

/** As it is: clients tidy paths up before they send them. */
function rawGet(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    );
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
