import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { reaches } from './reaches.ts';

it('tells an address where somebody listens from one where nobody does, and gives up when told', async () => {
  const { signal } = new AbortController();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/speech`;
  await reaches(url, signal);
  await new Promise((resolve) => server.close(resolve));
  await expect(reaches(url, signal)).rejects.toThrow('ECONNREFUSED');
  // Nobody answers there: https://www.rfc-editor.org/rfc/rfc5737
  await expect(reaches('https://192.0.2.1', AbortSignal.timeout(20))).rejects.toThrow();
});
