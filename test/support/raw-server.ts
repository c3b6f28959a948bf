/** An HTTP server that puts whatever bytes it is told to behind a request, and hangs up. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface RawServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Connections that stand. */
  readonly connections: number;
  stop(): Promise<void>;
}

export async function startRawServer(answer: () => Uint8Array): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // An error is always followed by a close.
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer()));
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return sockets.size;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A well-formed answer. */
export function httpAnswer(
  body: Uint8Array | string,
  { status = 200, type = 'application/json' }: { readonly status?: number; readonly type?: string } = {},
): Buffer {
  const bytes = Buffer.from(body);
  const head = [
    `HTTP/1.1 ${status} Whatever`,
    `content-type: ${type}`,
    `content-length: ${bytes.length}`,
    'connection: close',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}
