import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { connectWithOneBuffer } from './one-read-buffer.ts';

it('brings each connection its own bytes, those that it has kept too, and none while it is paused', async () => {
  const sent = [1, 2].map((byte) => Buffer.alloc(300_000, byte));
  const server = createServer(
    (socket) => void socket.once('data', ([who = 0]) => socket.end(sent[who] as Buffer)),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const got = await Promise.all(
    sent.map(async (_, who) => {
      const socket = connectWithOneBuffer({ host: '127.0.0.1', port });
      const pieces: Buffer[] = [];
      socket.on('data', (piece: Buffer) => void pieces.push(piece));
      socket.write(Buffer.of(who));
      await once(socket, 'data');
      socket.pause();
      const { length } = pieces;
      await pause(50);
      expect(pieces).toHaveLength(length);
      socket.resume();
      await once(socket, 'end');
      return Buffer.concat(pieces);
    }),
  );
  for (const [who, bytes] of got.entries()) expect(bytes.equals(sent[who] as Buffer)).toBe(true);
  server.close();
});
