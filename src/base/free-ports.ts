/**
 * Ports of this machine for who must know his before he listens, or must find it again after a crash. All lie below the range from which
 * Linux gives out ports by itself (32768 up), so that nothing else takes them while nobody listens. A port that was given out is its process's
 * own until that ends, however late it is listened on: suites run side by side, and each asks only who listens now.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Server } from 'node:net';

const HOST = '127.0.0.1';
export const PORTS = { first: 10_000, count: 2_000 };
const TRIES = 100;

export function freeTcpPort(random = Math.random): Promise<number> {
  return firstFree(random, (port) => {
    const server = createServer();
    return new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, HOST, () => server.close(() => resolve(true)));
    });
  });
}

export function freeUdpPort(random = Math.random): Promise<number> {
  return firstFree(random, (port) => {
    const socket = createSocket('udp4');
    return new Promise((resolve) => {
      socket.once('error', () => socket.close(() => resolve(false)));
      socket.bind(port, HOST, () => socket.close(() => resolve(true)));
    });
  });
}

async function firstFree(random: () => number, isFree: (port: number) => Promise<boolean>): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = PORTS.first + Math.floor(random() * PORTS.count);
    const claim = await claimed(port);
    if (claim && (await isFree(port))) return port;
    claim?.close();
  }
  throw new Error(`found no free port from ${PORTS.first} on`);
}

/**
 * A socket that only its name is wanted of: Linux gives each abstract name once (unix(7)), among those who share their ports as well, and takes
 * it back when the process ends, however it ends. Undefined if another process has it, or this one.
 */
function claimed(port: number): Promise<Server | undefined> {
  const claim = createServer().unref();
  return new Promise((resolve) => {
    claim.once('error', () => resolve(undefined));
    claim.listen(`\0parley-port-${port}`, () => resolve(claim));
  });
}
