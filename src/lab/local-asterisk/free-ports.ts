/**
 * Ports for one Asterisk of many on this machine. All lie below the range from which Linux gives out ports by itself (32768 up), so
 * that nothing else takes them while an Asterisk is down between a kill and its restart.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';
const CONTROL_PORTS = { first: 10_000, count: 2_000 };
/** Ten ranges, each enough for 1,000 channels. Two instances may share one: Asterisk takes the next port when one is in use. */
const RTP_RANGES = { first: 12_000, count: 10, size: 2_000 };
const TRIES = 100;

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export function freeTcpPort(): Promise<number> {
  return firstFree((port) => {
    const server = createServer();
    return new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, HOST, () => server.close(() => resolve(true)));
    });
  });
}

export function freeUdpPort(): Promise<number> {
  return firstFree((port) => {
    const socket = createSocket('udp4');
    return new Promise((resolve) => {
      socket.once('error', () => socket.close(() => resolve(false)));
      socket.bind(port, HOST, () => socket.close(() => resolve(true)));
    });
  });
}

export function rtpRange(): PortRange {
  const first = RTP_RANGES.first + RTP_RANGES.size * Math.floor(Math.random() * RTP_RANGES.count);
  return { first, last: first + RTP_RANGES.size - 1 };
}

async function firstFree(isFree: (port: number) => Promise<boolean>): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = CONTROL_PORTS.first + Math.floor(Math.random() * CONTROL_PORTS.count);
    if (await isFree(port)) return port;
  }
  throw new Error(`found no free port from ${CONTROL_PORTS.first} on`);
}
