/** The media sockets (`/media/{connectionId}`): who may open one, and what comes over it. */
import type { WebSocket } from 'ws';
import type { MediaChannel, Pbx } from './pbx.ts';

export interface MediaSocketFaults {
  /** New media sockets are refused with 503. */
  refuseMediaSockets: boolean;
  /** The caller is heard on a new media socket before MEDIA_START comes, as some builds do it. */
  audioBeforeMediaStart: boolean;
}

export class MediaSockets {
  readonly #pbx: Pbx;
  readonly #faults: MediaSocketFaults;
  readonly #catchUp: () => void;
  readonly #open = new Map<WebSocket, MediaChannel>();

  /** `catchUp` plays the frames that are overdue: a command must not change what was played before it came. */
  constructor(pbx: Pbx, faults: MediaSocketFaults, catchUp: () => void) {
    this.#pbx = pbx;
    this.#faults = faults;
    this.#catchUp = catchUp;
  }

  /** Why Asterisk would not let this connection in. Nobody has to say a password. */
  obstacle(connectionId: string): string | undefined {
    if (this.#faults.refuseMediaSockets) return '503 Service Unavailable';
    const media = this.#pbx.mediaChannel(connectionId);
    if (!media) return '404 Not Found';
    return media.end.connected ? '409 Conflict' : undefined;
  }

  join(connectionId: string, socket: WebSocket): void {
    const media = this.#pbx.mediaChannel(connectionId);
    if (!media) return socket.terminate();
    this.#open.set(socket, media);
    socket.on('message', (data: Buffer, isBinary) => {
      this.#catchUp();
      media.end.take(data, isBinary);
    });
    // An error is always followed by a close.
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.#open.delete(socket);
      if (!media.channel.gone) this.#pbx.hangup(media.channel, { cause: code === 1000 ? 16 : 38 });
    });
    if (this.#faults.audioBeforeMediaStart) socket.send(new Uint8Array(media.end.frameBytes));
    this.#pbx.connectMedia(media, socket);
  }

  /** Cuts every socket without a closing handshake. */
  drop(): void {
    for (const socket of this.#open.keys()) socket.terminate();
  }

  sendRaw(message: string | Uint8Array): void {
    for (const socket of this.#open.keys()) if (socket.readyState === socket.OPEN) socket.send(message);
  }

  stall(): void {
    for (const { end } of this.#open.values()) end.stall();
  }
}
