import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeRoom } from './make-room.ts';

let server: Server;
let port: number;
const idle: Socket[] = [];

beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url !== '/slow') response.end('ok');
  });
  makeRoom(server, 8);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  for (const socket of idle.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const opened = async (text = '') => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  idle.push(socket);
  await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
  if (text !== '') socket.write(text);
  return socket;
};

it('a probe is answered while others hold more connections open than there may be', async () => {
  for (let n = 0; n < 20; n++) await opened();
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  expect(await answer.text()).toBe('ok');
});

it('whoever waits for an answer is not closed for whoever only connects', async () => {
  const waiting = await opened('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
  await expect.poll(async () => server.listenerCount('request') > 0 && waiting.bytesWritten > 0).toBe(true);
  await fetch(`http://127.0.0.1:${port}/healthz`);
  for (let n = 0; n < 20; n++) await opened();
  expect(waiting.destroyed).toBe(false);
});
