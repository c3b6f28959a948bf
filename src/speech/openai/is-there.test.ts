import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openAiIsThere } from './is-there.ts';

it('is well where the key is taken, also if no models are listed, and not where it is refused', async () => {
  const asked: unknown[] = [];
  const statuses = [200, 404, 401, 503];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    response.writeHead(statuses.shift() ?? 500).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const where = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    apiKey: 'sk-any',
  };
  const look = () => openAiIsThere(where, new AbortController().signal);
  await look();
  await look();
  await expect(look()).rejects.toMatchObject({ code: 'TTS_UNAUTHORIZED' });
  await expect(look()).rejects.toMatchObject({ code: 'TTS_UNAVAILABLE' });
  expect(new Set(asked)).toEqual(new Set(['/v1/models Bearer sk-any']));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
