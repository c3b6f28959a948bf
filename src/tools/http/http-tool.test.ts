import { createServer } from 'node:http';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { JsonObject } from '../../base/json.ts';
import { readProfile } from '../../config/profile-file.ts';
import { Secrets } from '../secrets.ts';
import { FACTS } from '../testing/facts.ts';
import { newDispatcher } from './exchange.ts';
import { httpTool } from './http-tool.ts';

const SECRETS = new Secrets(new Map([['SHOP_TOKEN', 'hush-hush']]));

interface Got {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer =
  | readonly [status: number, body: string | Uint8Array, headers?: Record<string, string>]
  | 'reset'
  | 'half'
  | 'silence';

const servers: Server[] = [];
const dispatcher = newDispatcher();
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A shop that answers one after the other, the last one again and again. */
async function shop(...answers: readonly Answer[]) {
  const got: Got[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answers[Math.min(got.length, answers.length - 1)] ?? [200, ''];
      got.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
      if (answer === 'reset') request.socket.destroy();
      else if (answer === 'half')
        response
          .writeHead(200, { 'content-length': '100' })
          .write('half of it', () => setTimeout(() => request.socket.destroy(), 20));
      else if (answer !== 'silence') response.writeHead(answer[0], answer[2]).end(answer[1]);
    });
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return { got, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function toolOf(http: string, { rest = '', clock = systemClock } = {}) {
  const yaml = `prompt: x\ntools:\n  - name: order\n    description: d\n    arguments: { sku: {}, note: {}, count: {} }\n    http: ${http}\n${rest}`;
  const read = readProfile('shop', yaml, ['SHOP_TOKEN']);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  const [profile] = read.profile.tools.list;
  if (!profile || !('http' in profile)) throw new Error('no tool');
  // Slots are known by a flow.
  const tool = httpTool(profile, SECRETS, { clock, dispatcher });
  return (input: JsonObject, signal = new AbortController().signal) =>
    tool.run(input, { idempotencyKey: 'key-1', call: FACTS }, signal);
}

describe('a request of a tool', () => {
  it('has everything where the profile puts it, and its secrets', async () => {
    const { got, origin } = await shop([201, '{"id":7}']);
    const order = toolOf(
      `{ method: POST, url: "${origin}/orders/{{sku}}?by={{caller.number}}&note={{note}}", headers: { Authorization: "Bearer \${SHOP_TOKEN}", x-name: "{{context.caller.name}}" }, json: { sku: "{{sku}}", count: "{{count}}", text: "{{count}} of {{sku}}", none: "{{note}}", first: "{{context.caller.orders.0.id}}", list: ["{{call.id}}"] } }`,
    );
    expect(await order({ sku: 'a/b c', count: 2 })).toEqual({ status: 'done', content: '{"id":7}' });
    expect(got).toMatchObject([
      {
        url: '/orders/a%2Fb%20c?by=%2B79161234567',
        headers: {
          authorization: 'Bearer hush-hush',
          'content-type': 'application/json',
          'idempotency-key': 'key-1',
          'x-name': '%D0%90%D0%BD%D0%BD%D0%B0',
        },
      },
    ]);
    expect(JSON.parse(got[0]?.body ?? '')).toEqual({
      sku: 'a/b c',
      count: 2,
      text: '2 of a/b c',
      first: 7,
      list: ['call-1'],
    });
  });

  it.each(['..', '../admin', '..\\admin', 'a/../../b', '.'])('cannot be led elsewhere by %s', async (sku) => {
    const { got, origin } = await shop([200, 'x']);
    const outcome = await toolOf(`{ url: "${origin}/stock/{{sku}}/left" }`)({ sku });
    expect(outcome).toMatchObject({ status: 'failed', content: expect.stringContaining('sku') as string });
    expect(got).toEqual([]);
  });

  it.each([
    ['%2e%2e', '/stock/%252e%252e/left'],
    ['@evil.example', '/stock/%40evil.example/left'],
    ['?a=b#c', '/stock/%3Fa%3Db%23c/left'],
    ['${SHOP_TOKEN}{{call.id}}', '/stock/%24%7BSHOP_TOKEN%7D%7B%7Bcall.id%7D%7D/left'],
    ['\ud800', '/stock/%EF%BF%BD/left'],
    [{ a: 1 }, '/stock/%7B%22a%22%3A1%7D/left'],
  ])('takes %j as one piece of the path', async (sku, url) => {
    const { got, origin } = await shop([200, 'x']);
    await toolOf(`{ url: "${origin}/stock/{{sku}}/left" }`)({ sku });
    expect(got).toMatchObject([{ url }]);
  });

  it('has no other headers and no other body than the profile says, whatever is said', async () => {
    const { got, origin } = await shop([200, 'x']);
    const text = `{ method: POST, url: "${origin}/", headers: { x-note: "{{note}}", content-type: application/x-www-form-urlencoded }, body: "note={{note}}&sku={{sku}}" }`;
    await toolOf(text)({ note: 'a\r\nx-admin: yes\r\n\r\n', sku: 'a&admin=1' });
    expect(got).toMatchObject([{ body: 'note=a%0D%0Ax-admin%3A%20yes%0D%0A%0D%0A&sku=a%26admin%3D1' }]);
    expect(got[0]?.headers).toMatchObject({ 'x-note': 'a%0D%0Ax-admin: yes%0D%0A%0D%0A' });
    expect(got[0]?.headers).not.toHaveProperty('x-admin');
  });

  it('is JSON also where the profile writes its body as a text, whatever is said', async () => {
    const { got, origin } = await shop([200, 'x']);
    const body = `{"list": {{count}}, "note": "\\"{{note}}\\" of {{count}}", "sku": {{sku}}, "none": {{context.caller.gone}}, "key": "\${SHOP_TOKEN}"}`;
    const order = toolOf(
      `{ method: POST, url: "${origin}/", headers: { content-type: application/json }, body: '${body}' }`,
    );
    await order({ count: [{ a: '"' }], note: 'a"b\n\\', sku: 'x"}' });
    expect(JSON.parse(got[0]?.body ?? '')).toEqual({
      list: [{ a: '"' }],
      note: '"a"b\n\\" of [{"a":"\\""}]',
      sku: 'x"}',
      none: null,
      key: 'hush-hush',
    });
  });

  it('is not made without what its path needs', async () => {
    const { got, origin } = await shop([200, 'x']);
    const outcome = await toolOf(`{ url: "${origin}/stock/{{sku}}" }`)({});
    expect(outcome).toEqual({ status: 'failed', content: 'It was not done: sku must be known first.' });
    expect(got).toEqual([]);
  });
});

describe('an answer to a tool', () => {
  it('is shown as far as the profile picks it, and as far as it is not too long', async () => {
    const { origin } = await shop([200, '{"items":[{"a/b":"x"}],"rest":1}']);
    expect(await toolOf(`{ url: "${origin}/", pick: /items }`)({})).toMatchObject({
      content: '[{"a/b":"x"}]',
    });
    expect(await toolOf(`{ url: "${origin}/", pick: /items/0/a~1b }`)({})).toMatchObject({ content: 'x' });
    const long = await shop([200, 'я'.repeat(9000)]);
    const { content } = await toolOf(`{ url: "${long.origin}/" }`)({});
    expect(content).toHaveLength(4000 + '… (cut: there is more)'.length);
  });

  it.each<readonly [name: string, body: Uint8Array, headers: Record<string, string>]>([
    ['packed unasked', gzipSync('{"note":"Насос"}'), { 'content-encoding': 'gzip' }],
    ['packed without a frame', deflateRawSync('{"note":"Насос"}'), { 'content-encoding': 'deflate' }],
    [
      'in letters with a name that nobody knows',
      Buffer.from('{"note":"Насос"}'),
      { 'content-type': 'application/json; charset=utf8mb4' },
    ],
    [
      'with quotes of the wrong kind about its letters',
      Buffer.from('{"note":"Насос"}'),
      { 'content-type': "application/json; charset='utf-8'" },
    ],
    ['packed twice', gzipSync(brotliCompressSync('{"note":"Насос"}')), { 'content-encoding': 'br, gzip' }],
    [
      'in the letters of an old server',
      Buffer.concat([
        Buffer.from('{"note":"'),
        Buffer.from([0xcd, 0xe0, 0xf1, 0xee, 0xf1]),
        Buffer.from('"}'),
      ]),
      { 'content-type': 'application/json; charset=windows-1251' },
    ],
  ])('is read although it comes %s', async (_, body, headers) => {
    const { origin } = await shop([200, body, headers]);
    const outcome = await toolOf(`{ url: '${origin}/', pick: /note }`)({});
    expect(outcome).toEqual({ status: 'done', content: 'Насос' });
  });

  it('is not unpacked beyond what may be read of it', async () => {
    const { origin } = await shop([200, gzipSync('x'.repeat(5_000_000)), { 'content-encoding': 'gzip' }]);
    expect(await toolOf(`{ url: '${origin}/' }`)({})).toEqual({
      status: 'done',
      content: 'Done, but the answer could not be read.',
    });
  });

  it('that is not what was expected does not make undone what was done', async () => {
    const { origin } = await shop([200, 'x'.repeat(200)]);
    const http = `{ method: POST, url: "${origin}/", maxBytes: 100 }`;
    expect(await toolOf(http)({})).toEqual({
      status: 'done',
      content: 'Done, but the answer could not be read.',
    });
    expect(await toolOf(http, { rest: '    readOnly: true' })({})).toMatchObject({ status: 'failed' });
    expect(await toolOf(`{ method: POST, url: "${origin}/", pick: /id }`)({})).toMatchObject({
      status: 'done',
      content: 'Done, but the answer does not hold what was expected.',
    });
  });

  it('never holds a secret, even where the server quotes the request', async () => {
    const { origin } = await shop([400, '{"error":"bad token Bearer hush-hush","b64":"aHVzaC1odXNo"}']);
    const { content } = await toolOf(`{ method: POST, url: "${origin}/" }`)({});
    expect(content).toBe(
      'It failed and was not done: HTTP 400. The server says: {"error":"bad token Bearer ***","b64":"***"}',
    );
  });

  it.each([
    [200, `{"items":"${'x'.repeat(3985)}`],
    [422, 'x'.repeat(494)],
  ])('with HTTP %i never holds the half of a secret at the place where it is cut', async (status, before) => {
    const { origin } = await shop([status, `${before}hush-hush and more`]);
    const { content } = await toolOf(`{ method: POST, url: "${origin}/" }`)({});
    expect(content).not.toContain('hush');
    expect(content).toContain('(cut: there is more)');
  });

  it('tells what a server has against a request, also where it goes on about it', async () => {
    const refusal = JSON.stringify({ error: 'there are only 3 left', trace: 'x'.repeat(9000) });
    const { origin } = await shop([422, refusal]);
    const { content } = await toolOf(`{ method: POST, url: "${origin}/" }`)({});
    expect(content).toContain('there are only 3 left');
    expect(content.length).toBeLessThan(700);
  });

  it('tells no page that was made for people', async () => {
    const page = '<html><head><title>502 Bad Gateway</title></head></html>';
    const { origin } = await shop([502, page, { 'content-type': 'text/html; charset=utf-8' }]);
    const { content } = await toolOf(`{ url: "${origin}/", retries: 0 }`, { rest: '    readOnly: true' })({});
    expect(content).toBe('It failed and was not done: HTTP 502.');
  });

  it('is asked for again under the same key while the server fails', async () => {
    const { got, origin } = await shop([500, ''], 'reset', [429, ''], [200, 'order 7']);
    const order = toolOf(`{ method: POST, url: "${origin}/", retries: 3 }`);
    expect(await order({})).toEqual({ status: 'done', content: 'order 7' });
    expect(got.map(({ headers }) => headers['idempotency-key'])).toEqual([
      'key-1',
      'key-1',
      'key-1',
      'key-1',
    ]);
  });

  it('that breaks off is asked for again where nothing but a question was asked', async () => {
    const { got, origin } = await shop('half', [200, 'all of it']);
    expect(await toolOf(`{ url: "${origin}/" }`)({})).toEqual({ status: 'done', content: 'all of it' });
    expect(got).toHaveLength(2);
    const order = await shop('half', [200, 'done twice']);
    expect(await toolOf(`{ method: POST, url: "${order.origin}/" }`)({})).toEqual({
      status: 'done',
      content: 'Done, but the answer could not be read.',
    });
    expect(order.got).toHaveLength(1);
    const broken = await shop('half');
    const look = toolOf(`{ url: "${broken.origin}/" }`, { rest: '    readOnly: true' });
    expect(await look({})).toEqual({ status: 'failed', content: 'It failed: the answer could not be read.' });
    expect(broken.got).toHaveLength(3);
  });

  it.each([
    [[[404, 'no such sku']], 1, false],
    [[[503, '']], 3, false],
    [[[500, '']], 3, true],
    [['reset'], 3, true],
    [
      [
        [500, ''],
        [409, 'known'],
      ],
      2,
      true,
    ],
    [[[303, '', { location: 'http://127.0.0.1:1/' }]], 1, true],
  ] as readonly (readonly [Answer[], number, boolean])[])(
    'of %j after %i tries may have been done: %j',
    async (answers, tries, uncertain) => {
      const { got, origin } = await shop(...answers);
      const outcome = await toolOf(`{ method: POST, url: "${origin}/" }`)({});
      expect(outcome.status).toBe('failed');
      expect(outcome.uncertain ?? false).toBe(uncertain);
      expect(/not known whether it was done/.test(outcome.content)).toBe(uncertain);
      expect(got).toHaveLength(tries);
    },
  );

  it('that does not come is waited for until the deadline', async () => {
    const { got, origin } = await shop('silence');
    const clock = new ManualClock();
    const outcome = toolOf(`{ method: POST, url: "${origin}/", deadlineMs: 3000 }`, { clock })({});
    while (got.length === 0) await clock.advance(1);
    await clock.advance(2900);
    await clock.advance(200);
    expect(await outcome).toMatchObject({
      uncertain: true,
      content: expect.stringContaining('no answer came within 3000 ms') as string,
    });
    expect(clock.pending).toBe(0);
  });

  it('of a server that is not there says that nothing was done', async () => {
    const { origin } = await shop([200, '']);
    servers.splice(0).forEach((server) => server.close());
    const outcome = await toolOf(`{ method: POST, url: "${origin}/", retries: 0 }`)({});
    expect(outcome.uncertain).toBeUndefined();
    expect(outcome.content).toBe('It failed and was not done: the server cannot be reached (ECONNREFUSED).');
  });

  it('is not waited for when the signal aborts', async () => {
    const { got, origin } = await shop('silence');
    const turn = new AbortController();
    const asked = toolOf(`{ url: "${origin}/" }`)({}, turn.signal);
    while (got.length === 0) await new Promise(setImmediate);
    turn.abort(new Error('the caller took the turn'));
    await expect(asked).rejects.toThrow('the caller took the turn');
  });
});
