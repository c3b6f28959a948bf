/** Whoever only holds a connection open must make room for whoever asks something: probes above all. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** With `most` connections open, one more closes the one that has been idle longest; if all are busy, the new one is refused. */
export function makeRoom(server: Server, most: number): void {
  /** In the order in which they became idle. */
  const idle = new Set<Socket>();
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    if (open.size >= most) {
      const [longest] = idle;
      (longest ?? socket).destroy();
      if (!longest) return;
      idle.delete(longest);
      open.delete(longest);
    }
    open.add(socket);
    idle.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      idle.delete(socket);
    });
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    response.once('close', () => {
      if (open.has(socket)) idle.add(socket);
    });
  });
  server.on('upgrade', ({ socket }: IncomingMessage) => void idle.delete(socket));
}
