/** Whoever only holds a connection open must make room for whoever asks something: probes above all. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Room {
  /** Connections at once, a WebSocket being one. */
  readonly most: number;
  /** Of these, from one address. */
  readonly mostOfOne: number;
  /** Whether an address speaks for many, as that of a proxy does: it may take all of the room. */
  readonly isShared: (address: string) => boolean;
}

/** Where there is no room, one more connection closes the one that has been idle longest; if all are busy, the new one is refused. */
export function makeRoom(server: Server, { most, mostOfOne, isShared }: Room): void {
  const open = new Map<Socket, string>();
  /** In the order in which they became idle. */
  const idle = new Map<Socket, string>();
  const forget = (socket: Socket) => {
    open.delete(socket);
    idle.delete(socket);
  };
  /** False if nobody among them is idle. */
  const closesIdle = (isOne: (address: string) => boolean): boolean => {
    const longest = [...idle].find(([, address]) => isOne(address))?.[0];
    longest?.destroy();
    if (longest) forget(longest);
    return longest !== undefined;
  };
  const hasRoom = (address: string): boolean => {
    const isTheirs = (other: string) => other === address;
    if (!isShared(address) && [...open.values()].filter(isTheirs).length >= mostOfOne)
      return closesIdle(isTheirs);
    return open.size < most || closesIdle(() => true);
  };
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (!hasRoom(address)) return void socket.destroy();
    open.set(socket, address);
    idle.set(socket, address);
    socket.once('close', () => forget(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    response.once('close', () => {
      const address = open.get(socket);
      if (address !== undefined) idle.set(socket, address);
    });
  });
  server.on('upgrade', ({ socket }: IncomingMessage) => void idle.delete(socket));
}
