/** A media channel of Asterisk together with its socket: the way of the audio to and from one bridge. */
import { deferred } from '../../../base/async.ts';
import type { Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { unansweredAfter } from '../../../base/unanswered-after.ts';
import type { AriEvent, AriPort } from '../ari/ari-port.ts';
import { tolerant } from '../ari/hangup-race.ts';
import type { MediaFormat } from './media-format.ts';
import { MediaSocket } from './media-socket.ts';
import type { PlayoutSocket } from '../../streaming/playout.ts';

/** How long the channel may take to enter the application once its socket is open, ms. It takes a few. */
const ARRIVE_WITHIN_MS = 2000;

/** Where media sockets are opened, and as whom: ARI's address and account. */
export interface MediaServer {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface MediaLegOptions {
  readonly ari: AriPort;
  readonly server: MediaServer;
  readonly clock: Clock;
  readonly log: Log;
  /** The id that the channel is to have. */
  readonly channelId: string;
  readonly format: MediaFormat;
  readonly listener: MediaLegListener;
}

export interface MediaLegListener {
  /** The caller's voice, PCM. */
  audio(pcm: Uint8Array, atMs: number): void;
  markPlayed(id: string, atMs: number): void;
  /** Once, when socket or channel are gone, unless by `close`. */
  lost(reason: string): void;
}

export class MediaLeg implements PlayoutSocket {
  readonly channelId: string;
  readonly #options: MediaLegOptions;
  readonly #unroute: () => void;
  readonly #arrived = deferred();
  #socket: MediaSocket | undefined;
  #opening: Promise<void> = Promise.resolve();
  #over = false;

  constructor(options: MediaLegOptions) {
    this.#options = options;
    this.channelId = options.channelId;
    // Nobody may be waiting for it at the moment it is lost.
    this.#arrived.promise.catch(() => undefined);
    this.#unroute = options.ari.route(this.channelId, (event) => this.#onEvent(event));
  }

  /** Makes the channel, connects its socket, and resolves when it can be bridged. Throws ARI_*; `close` is due all the same. */
  open(): Promise<void> {
    this.#opening = this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    const { ari, clock, format, listener, log, server } = this.#options;
    const { connectionId } = await ari.externalMedia({
      channelId: this.channelId,
      format: format.name,
      appArgs: 'media',
    });
    if (this.#over) throw new ParleyError('LINE_ENDED', 'The media channel was closed.');
    const socket = await MediaSocket.open({
      ...server,
      connectionId,
      clock,
      log,
      listener: {
        audio: (data, atMs) => listener.audio(format.toPcm(data), atMs),
        markPlayed: (id, atMs) => listener.markPlayed(id, atMs),
        ended: (reason) => this.#lost(reason),
      },
    });
    this.#socket = socket;
    if (this.#over) socket.close();
    const cancel = unansweredAfter(clock, ARRIVE_WITHIN_MS, () =>
      this.#arrived.reject(new ParleyError('ARI_TIMEOUT', 'The media channel did not arrive.')),
    );
    await this.#arrived.promise.finally(cancel);
  }

  sendAudio(pcm: Uint8Array): void {
    this.#socket?.sendAudio(this.#options.format.fromPcm(pcm));
  }

  mark(id: string): void {
    this.#socket?.mark(id);
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  flush(): void {
    this.#socket?.flush();
  }

  /** Ends socket and channel. Never throws, idempotent. */
  async close(): Promise<void> {
    this.#over = true;
    this.#socket?.close();
    this.#arrived.reject(new ParleyError('LINE_ENDED', 'The media channel was closed.'));
    // A channel that is only being made could not be hung up yet.
    await this.#opening.catch(() => undefined);
    await tolerant(this.#options.log, 'media.close', () => this.#options.ari.hangup(this.channelId));
    this.#unroute();
  }

  #onEvent(event: AriEvent): void {
    if (event.type === 'StasisStart') this.#arrived.resolve();
    if (event.type === 'ChannelDestroyed' || event.type === 'ChannelGone') this.#lost('its channel is gone');
  }

  #lost(reason: string): void {
    this.#arrived.reject(new ParleyError('ARI_GONE', `The media channel ended: ${reason}.`));
    if (this.#over) return;
    this.#over = true;
    this.#options.listener.lost(reason);
  }
}
