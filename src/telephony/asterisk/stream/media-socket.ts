/**
 * One WebSocket of Asterisk's chan_websocket. This is the only file that knows its protocol (docs.asterisk.org, "WebSocket" under
 * Channel Drivers; 22.8 and later, option `f(json)`): binary messages are audio, text messages are JSON, events in one direction and
 * commands in the other.
 *
 * Asterisk cuts what it gets into frames of 20 ms, plays one a tick and plays silence when it has none. A message whose last frame is
 * not whole loses that rest, so only whole frames may be sent. Marks stand in its queue among the frames. While its queue is full
 * (1000 frames) it throws away whole messages without a word: MEDIA_XOFF comes at 900, MEDIA_XON below 800.
 */
import type { createConnection } from 'node:net';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { deferred } from '../../../base/async.ts';
import type { Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import { connectWithOneBuffer } from '../../../base/one-read-buffer.ts';
import type { Log } from '../../../base/log.ts';
import { unansweredAfter } from '../../../base/unanswered-after.ts';
import { Heartbeat } from '../ari/heartbeat.ts';

/** How long connecting may take, up to MEDIA_START, ms: 3 were measured; a black hole takes for ever. */
const START_WITHIN_MS = 2000;

/** Asterisk reads no message of more than 65,500 bytes: the most whole frames of any format below that, 102 at 16 kHz. */
const LONGEST_MESSAGE_BYTES = 65_280;

/** What may wait in this process's socket buffer before the rest waits here, where it can still be taken back: 2 s at 16 kHz. */
const SOCKET_BUFFER_BYTES = 64_000;

/** What waits here at most while Asterisk takes nothing: 10 s at 16 kHz. Then the oldest is worth least. */
const LONGEST_BACKLOG_BYTES = 320_000;

/** Asterisk's own complaints are shorter. */
const QUOTED_CHARACTERS = 200;

export interface MediaSocketOptions {
  /** ARI's address, `http://127.0.0.1:8088`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** What externalMedia answered. */
  readonly connectionId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly listener: MediaListener;
}

export interface MediaListener {
  /** The caller's voice, in the format that was asked for, as it arrives; also before MEDIA_START, as some builds send it. */
  audio(data: Uint8Array, atMs: number): void;
  /** Everything before the mark has been played to the caller. Not told of a mark that was flushed. */
  markPlayed(id: string, atMs: number): void;
  /** Once, when the socket is gone, whoever ended it. */
  ended(reason: string): void;
}

const wireEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('MEDIA_START'), optimal_frame_size: z.number().int().positive() }),
  z.object({ event: z.literal('MEDIA_MARK_PROCESSED'), correlation_id: z.string() }),
  z.object({ event: z.literal('MEDIA_XOFF') }),
  z.object({ event: z.literal('MEDIA_XON') }),
  z.object({ event: z.literal('ERROR'), error_text: z.string() }),
]);

type Item = { readonly audio: Uint8Array } | { readonly mark: string };

export class MediaSocket {
  readonly #options: MediaSocketOptions;
  readonly #socket: WebSocket;
  readonly #heartbeat: Heartbeat;
  readonly #started = deferred();
  /** What has not gone out yet: audio and the marks in it. */
  #waiting: Item[] = [];
  #waitingBytes = 0;
  #droppedBytes = 0;
  #mayStart = false;
  #queueFull = false;
  #over = false;

  /** Connects, and resolves at MEDIA_START. Throws ARI_UNREACHABLE or ARI_TIMEOUT, and leaves nothing behind then. */
  static async open(options: MediaSocketOptions): Promise<MediaSocket> {
    const media = new MediaSocket(options);
    const cancel = unansweredAfter(options.clock, START_WITHIN_MS, () => {
      media.#started.reject(new ParleyError('ARI_TIMEOUT', 'The media socket did not start.'));
    });
    try {
      await media.#started.promise;
      return media;
    } catch (error) {
      media.close();
      throw error;
    } finally {
      cancel();
    }
  }

  private constructor(options: MediaSocketOptions) {
    const { url, username, password, connectionId, clock } = options;
    this.#options = options;
    const address = new URL(`/media/${encodeURIComponent(connectionId)}`, url.replace(/^http/, 'ws'));
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.#socket = new WebSocket(address, 'media', {
      headers: { authorization },
      perMessageDeflate: false,
      // TLS reads into memory of its own.
      ...(address.protocol === 'ws:' && {
        createConnection: connectWithOneBuffer as typeof createConnection,
      }),
    });
    this.#heartbeat = new Heartbeat(
      clock,
      () => this.#ping(),
      () => this.#end('silent'),
    );
    this.#socket.on('message', (data: Buffer, isBinary) => this.#onMessage(data, isBinary));
    this.#socket.on('pong', () => this.#heartbeat.heard());
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('close', (code) => this.#end(`closed with ${code}`));
  }

  /** How much audio was thrown away because Asterisk did not take it in time. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  /** Queues whole frames behind all that was sent before. */
  sendAudio(frames: Uint8Array): void {
    for (let at = 0; at < frames.byteLength; at += LONGEST_MESSAGE_BYTES) {
      const audio = frames.subarray(at, at + LONGEST_MESSAGE_BYTES);
      this.#waiting.push({ audio });
      this.#waitingBytes += audio.byteLength;
    }
    this.#dropOldest();
    this.#pump();
  }

  /** Puts a mark behind the audio that was sent before. `id` is short: Asterisk reads commands of up to 128 bytes. */
  mark(id: string): void {
    this.#waiting.push({ mark: id });
    this.#pump();
  }

  /** Asterisk plays silence and keeps its queue. */
  pause(): void {
    this.#command('PAUSE_MEDIA');
  }

  resume(): void {
    this.#command('CONTINUE_MEDIA');
  }

  /** Throws away everything that has not been played, marks included. A pause stays. */
  flush(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#command('FLUSH_MEDIA');
  }

  /** Idempotent. */
  close(): void {
    this.#end('closed by us');
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    this.#heartbeat.heard();
    const atMs = this.#options.clock.nowMs();
    if (this.#over) return;
    if (isBinary) this.#options.listener.audio(data, atMs);
    else this.#onEvent(data.toString(), atMs);
  }

  #onEvent(text: string, atMs: number): void {
    const event = readEvent(text);
    switch (event?.event) {
      case 'MEDIA_START':
        this.#mayStart = true;
        this.#started.resolve();
        return this.#pump();
      case 'MEDIA_MARK_PROCESSED':
        return this.#options.listener.markPlayed(event.correlation_id, atMs);
      case 'MEDIA_XOFF':
        this.#queueFull = true;
        return;
      case 'MEDIA_XON':
        this.#queueFull = false;
        return this.#pump();
      case 'ERROR':
        return this.#options.log.warn(
          { event: 'media.refused', error: event.error_text.slice(0, QUOTED_CHARACTERS) },
          'Asterisk refused a media command',
        );
      case undefined:
        // Newer builds may say more than is known here, and digits come over ARI as well.
        return;
    }
  }

  #pump(): void {
    while (this.#mayStart && !this.#queueFull && this.#socket.bufferedAmount < SOCKET_BUFFER_BYTES) {
      const item = this.#waiting.shift();
      if (!item || this.#over) return;
      if ('mark' in item) {
        this.#command('MARK_MEDIA', { correlation_id: item.mark });
      } else {
        this.#waitingBytes -= item.audio.byteLength;
        // An error is told by the socket's end as well.
        this.#socket.send(item.audio, () => this.#pump());
      }
    }
  }

  #dropOldest(): void {
    const before = this.#droppedBytes;
    while (this.#waitingBytes > LONGEST_BACKLOG_BYTES) {
      const oldest = this.#waiting.findIndex((item) => 'audio' in item);
      const [item] = this.#waiting.splice(oldest, 1);
      if (!item || !('audio' in item)) return;
      this.#waitingBytes -= item.audio.byteLength;
      this.#droppedBytes += item.audio.byteLength;
    }
    if (before === 0 && this.#droppedBytes > 0) {
      this.#options.log.warn(
        { event: 'media.dropped' },
        'Asterisk takes no audio: the oldest is thrown away',
      );
    }
  }

  #command(command: string, fields: Readonly<Record<string, string>> = {}): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ command, ...fields }));
  }

  #ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#heartbeat.stop();
    this.#waiting = [];
    this.#started.reject(new ParleyError('ARI_UNREACHABLE', `The media socket ended: ${reason}.`));
    // Without a goodbye: a socket that is stalled would never say its own.
    this.#socket.terminate();
    this.#options.listener.ended(reason);
  }
}

/** Undefined for what is not known here, or is no JSON. */
function readEvent(text: string): z.infer<typeof wireEvent> | undefined {
  try {
    return wireEvent.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
