/** A TCP connection that can fall silent without ending: a firewall that forgets, a machine that hangs. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface StallingProxy {
  /** `http://127.0.0.1:PORT`, which leads to the target. */
  readonly url: string;
  /**
   * From now on no byte passes, in neither direction; connections stay open, and new ones are taken. With `only`, this befalls only
   * connections that are open now and whose first request line matches.
   */
  stall(only?: RegExp): void;
  /** What was held up passes, and all that follows. */
  flow(): void;
  stop(): Promise<void>;
}

export async function startStallingProxy(targetUrl: string): Promise<StallingProxy> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  /** The first request line of each connection, by both of its ends. */
  const purposes = new WeakMap<Socket, string>();
  let stalled = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    if (stalled) socket.pause();
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    near.once('data', (data: Buffer) => {
      const [line = ''] = data.toString('latin1').split('\r\n');
      for (const end of [near, far]) purposes.set(end, line);
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (data) => to.write(data));
      from.on('close', () => to.destroy());
      // An error is always followed by a close.
      from.on('error', () => undefined);
      keep(from);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall(only) {
      stalled = only === undefined;
      for (const socket of sockets) if (only?.test(purposes.get(socket) ?? '') ?? true) socket.pause();
    },
    flow() {
      stalled = false;
      for (const socket of sockets) socket.resume();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
