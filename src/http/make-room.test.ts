import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeRoom } from './make-room.ts';

let server: Server;
let port: number;
const idle: Socket[] = [];
/** The server's ends of WebSockets, which it does not close itself. */
const upgraded: Duplex[] = [];

beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url !== '/slow') response.end('ok');
  });
  server.on('upgrade', (_request, socket) => {
    upgraded.push(socket);
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  makeRoom(server, { most: 8, mostOfOne: 4, isShared: (address) => address === '127.0.0.1' });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  for (const socket of [...idle.splice(0), ...upgraded.splice(0)]) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const opened = async (text = '', from = '127.0.0.1') => {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
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

it('whoever takes a connection after the other from one address has no more than its share, and nobody else is closed for it', async () => {
  const other = await opened('', '127.0.0.3');
  const greedy: Socket[] = [];
  for (let n = 0; n < 20; n++) greedy.push(await opened('', '127.0.0.2'));
  await expect.poll(() => greedy.filter(({ closed }) => closed)).toHaveLength(16);
  expect(greedy.slice(-4).map(({ closed }) => closed)).toEqual([false, false, false, false]);
  expect(other.closed).toBe(false);
});

it('nor has whoever holds WebSockets open: the fifth is refused, and somebody else gets one', async () => {
  const upgrade = 'GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
  const held: Socket[] = [];
  for (let n = 0; n < 4; n++) {
    const socket = await opened(upgrade, '127.0.0.2');
    await new Promise((resolve) => socket.once('data', resolve));
    held.push(socket);
  }
  const refused = await opened(upgrade, '127.0.0.2');
  await expect.poll(() => refused.closed).toBe(true);
  const another = await opened(upgrade, '127.0.0.3');
  await new Promise((resolve) => another.once('data', resolve));
  expect(held.map(({ closed }) => closed)).toEqual([false, false, false, false]);
});
