import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freeTcpPort, freeUdpPort, PORTS } from './free-ports.ts';

/** Draws that port first, and any other then. */
function drawing(port: number): () => number {
  const place = (port - PORTS.first + 0.5) / PORTS.count;
  let drawn = 0;
  return () => (drawn++ === 0 ? place : Math.random());
}

describe('a free port', () => {
  it('is not given to a second who asks before the first one listens', async () => {
    const port = await freeTcpPort();
    expect(await freeTcpPort(drawing(port))).not.toBe(port);
    expect(await freeUdpPort(drawing(port))).not.toBe(port);
  });

  it('is not one that another process was given, until that has ended', async () => {
    const module = JSON.stringify(import.meta.resolve('./free-ports.ts'));
    const asking = `console.log(await (await import(${module})).freeTcpPort()); process.stdin.resume();`;
    const command = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', asking];
    const other = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [printed] = (await once(other.stdout, 'data')) as [Buffer];
    const port = Number(printed.toString());
    expect(await freeTcpPort(drawing(port))).not.toBe(port);
    other.kill();
    await once(other, 'close');
    expect(await freeTcpPort(drawing(port))).toBe(port);
  });

  it('is not one on which somebody listens who was not given it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await freeTcpPort(drawing(port))).not.toBe(port);
    server.close();
  });
});
