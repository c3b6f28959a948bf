/**
 * Connections on which a little comes often, a telephone's frame fifty times a second. Node gives each read of a socket 64 kB of new memory
 * and shrinks it to what came, which costs more than the frame does; here all of them read into one buffer, and what came is copied.
 */
import { connect } from 'node:net';
import type { Socket, TcpNetConnectOpts } from 'node:net';

/** As much as Node reads at once. */
const READ_BYTES = 64 * 1024;

/** Of all connections: what is read is copied before the next read begins. */
const room = Buffer.allocUnsafeSlow(READ_BYTES);

/** Tells of its bytes by `data`, as any socket; nobody can `read` it. */
export function connectWithOneBuffer({ host, port }: Pick<TcpNetConnectOpts, 'host' | 'port'>): Socket {
  const callback = (bytes: number) => {
    // Behind a listener's `pause` nothing more is read: the socket sees to that.
    socket.emit('data', Buffer.from(room.subarray(0, bytes)));
    return true;
  };
  const socket: Socket = connect({
    ...(host !== undefined && { host }),
    port,
    onread: { buffer: room, callback },
  });
  return socket;
}
