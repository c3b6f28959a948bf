/** The far end of a media channel (chan_websocket): an application that hears and speaks over a WebSocket. */
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Channel, FarEnd } from './channel.ts';
import { NOTHING, SILENCE, type Frame } from './frames.ts';
import type { MediaCodec } from './media-codec.ts';
import { MediaQueue, type MediaEvent } from './media-queue.ts';

/** Longer commands are not read. */
const LONGEST_COMMAND_BYTES = 128;

export class MediaEnd implements FarEnd {
  readonly connectionId = randomUUID();
  readonly #codec: MediaCodec;
  readonly #queue: MediaQueue;
  #channel: Channel | undefined;
  #socket: WebSocket | undefined;
  #stalled = false;

  constructor(codec: MediaCodec) {
    this.#codec = codec;
    this.#queue = new MediaQueue(codec.frameBytes, (event) => this.#tell(event));
  }

  /** A socket stands, or has stood. */
  get connected(): boolean {
    return this.#socket !== undefined;
  }

  get frameBytes(): number {
    return this.#codec.frameBytes;
  }

  get variables(): Readonly<Record<string, string>> {
    return {
      MEDIA_WEBSOCKET_CONNECTION_ID: this.connectionId,
      MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE: String(this.#codec.frameBytes),
    };
  }

  /** The channel's application has connected. */
  connect(channel: Channel, socket: WebSocket): void {
    this.#channel = channel;
    this.#socket = socket;
    this.#tell({
      event: 'MEDIA_START',
      connection_id: this.connectionId,
      channel: channel.description.name,
      format: this.#codec.format,
      optimal_frame_size: this.#codec.frameBytes,
      ptime: 20,
      channel_variables: this.variables,
    });
  }

  /** A message of the application. */
  take(data: Buffer, isBinary: boolean): void {
    if (this.#stalled) return;
    if (isBinary) this.#queue.take(new Uint8Array(data));
    else if (data.byteLength <= LONGEST_COMMAND_BYTES) this.#command(data.toString());
  }

  speak(): Frame {
    const data = this.#stalled ? undefined : this.#queue.next();
    return data ? this.#codec.decode(data) : SILENCE;
  }

  hear(frame: Frame): void {
    if (frame !== NOTHING && this.#channel?.bridge && !this.#stalled)
      this.#socket?.send(this.#codec.encode(frame));
  }

  digit(digit: string): void {
    this.#tell({ event: 'DTMF_END', digit });
  }

  answered(): void {
    // The application connected: that is the answer.
  }

  hungUp(how: 'hangup' | 'crash'): void {
    if (how === 'crash') this.#socket?.terminate();
    else this.#socket?.close(1000);
  }

  /** Nothing is played, sent or read any more, but the socket stands. */
  stall(): void {
    this.#stalled = true;
  }

  #command(text: string): void {
    try {
      this.#queue.command(text);
    } catch {
      this.#tell({ event: 'ERROR', error_text: 'Unable to parse JSON command' });
    }
  }

  #tell({ event, ...fields }: MediaEvent): void {
    const socket = this.#socket;
    if (socket?.readyState !== socket?.OPEN) return;
    socket?.send(JSON.stringify({ event, channel_id: this.#channel?.id, ...fields }));
  }
}
