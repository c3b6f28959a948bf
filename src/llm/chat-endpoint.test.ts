import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatEndpoint } from './chat-endpoint.ts';

const KEY = 'sk-secret';

/** Seconds, in a call; here the connection only has to become idle. */
const BETWEEN_TURNS_MS = 20;

let server: Server;
let url: string;
let endpoint: ChatEndpoint;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let connections: number;

beforeEach(async () => {
  connections = 0;
  server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoint = new ChatEndpoint({ apiKey: KEY, baseUrl: `${url}/v1` });
});

afterEach(async () => {
  await endpoint.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const post = (to = endpoint, signal = new AbortController().signal) => to.post({ model: 'm' }, signal);

describe('the address', () => {
  it.each([
    ['/v1', '/v1/chat/completions'],
    ['/v1/', '/v1/chat/completions'],
    ['', '/chat/completions'],
    [
      '/openai/deployments/d?api-version=2024-10-21',
      '/openai/deployments/d/chat/completions?api-version=2024-10-21',
    ],
  ])('%j is asked at %s', async (base, asked) => {
    const paths: (string | undefined)[] = [];
    answer = (request, response) => {
      paths.push(request.url);
      response.end('{}');
    };
    const other = new ChatEndpoint({ apiKey: KEY, baseUrl: url + base });
    expect(await post(other)).toMatchObject({ ok: true });
    await other.close();
    expect(paths).toEqual([asked]);
  });

  it('is the only one: a redirect is not followed, whoever it names', async () => {
    const paths: (string | undefined)[] = [];
    answer = (request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    };
    expect(await post()).toMatchObject({ ok: false, status: 307 });
    expect(paths).toHaveLength(1);
  });
});

describe('an error', () => {
  it('without an end is not read on', async () => {
    let sentBytes = 0;
    let isClosed = false;
    answer = (_, response) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.on('close', () => (isClosed = true));
      const send = () => {
        while (!isClosed && response.write('x'.repeat(16_384))) sentBytes += 16_384;
        sentBytes += 16_384;
      };
      response.on('drain', send);
      send();
    };
    expect(await post()).toMatchObject({ ok: false, status: 500, told: { code: '' } });
    await expect.poll(() => isClosed).toBe(true);
    // What the kernel's and the streams' own buffers take.
    expect(sentBytes).toBeLessThan(16 * 1024 * 1024);
  });

  it('tells when to come again, and which field is not wanted', async () => {
    answer = (_, response) => {
      const error = { message: 'x', code: 'unsupported_parameter', param: 'max_tokens' };
      response.writeHead(429, { 'retry-after': '2' }).end(JSON.stringify({ error }));
    };
    expect(await post()).toMatchObject({
      status: 429,
      retryAfter: '2',
      told: { code: 'unsupported_parameter', param: 'max_tokens' },
    });
  });
});

it('one connection serves one request after the other', async () => {
  answer = (_, response) => response.end('data: [DONE]\n\n');
  for (let asked = 0; asked < 3; asked++) {
    const answered = await post();
    if (answered.ok) for await (const _ of answered.body);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TURNS_MS));
  }
  expect(connections).toBe(1);
});

it('an abort reaches the server, also in the middle of a body', async () => {
  let isClosed = false;
  answer = (_, response) => {
    response.on('close', () => (isClosed = true));
    response.write('data: 1\n\n');
  };
  const over = new AbortController();
  const answered = await post(endpoint, over.signal);
  over.abort(new Error('over'));
  await expect(
    (async () => {
      if (answered.ok) for await (const _ of answered.body);
    })(),
  ).rejects.toThrow();
  await expect.poll(() => isClosed).toBe(true);
});
