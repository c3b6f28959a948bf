import { connectivityState, credentials, type ChannelCredentials, type Client } from '@grpc/grpc-js';
import { sleep, type Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { silentLog, type Log } from '../../base/log.ts';
import { Seldom } from '../../base/seldom.ts';
import { PooledChannel, type ChannelVerdict } from './pooled-channel.ts';

export interface ChannelPoolSettings {
  /**
   * Connections kept open. Default 4: one lost connection then takes at most a quarter of the requests with it, and a
   * packet lost on one does not hold up the others.
   */
  readonly channels: number;
  /** Failures in a row (see ChannelVerdict) before a connected channel is replaced. Default 3. */
  readonly failuresToReplace: number;
  /** How long a replacement may take to connect, in milliseconds. Default 5000: TCP with one lost packet, and TLS. */
  readonly connectMs: number;
  /** Pause between two attempts to replace a channel, in milliseconds. Default 1000. */
  readonly retryMs: number;
}

export const CHANNEL_POOL_DEFAULTS: ChannelPoolSettings = Object.freeze({
  channels: 4,
  failuresToReplace: 3,
  connectMs: 5000,
  retryMs: 1000,
});

export interface ChannelPoolOptions {
  /** `grpcs://host:port`, or `grpc://host:port` without TLS. */
  readonly url: string;
  readonly clock: Clock;
  readonly settings?: ChannelPoolSettings;
  readonly log?: Log;
}

export interface ChannelPoolState {
  readonly channels: number;
  readonly connected: number;
  /** Calls under way. */
  readonly calls: number;
}

/** A channel for one call. */
export interface ChannelLease {
  readonly client: Client;
  /** Call exactly once, when the call has ended. */
  release(verdict: ChannelVerdict): void;
}

/**
 * Persistent gRPC channels to one server, connected from the start. A sick channel is replaced in the background: it
 * serves only if no other can, until a new one is connected, and closes once its last call has ended.
 */
export class ChannelPool {
  readonly #address: string;
  readonly #credentials: ChannelCredentials;
  readonly #clock: Clock;
  readonly #settings: ChannelPoolSettings;
  readonly #log: Log;
  /** Least recently used first. */
  #channels: PooledChannel[] = [];
  /** Every channel that is not closed: in use, retired or still connecting. */
  readonly #open = new Set<PooledChannel>();
  readonly #closing = new AbortController();
  readonly #shortLives: Seldom;
  readonly #sick: Seldom;

  /** Throws SETTINGS_INVALID for a URL of another form. Connects in the background. */
  constructor({ url, clock, settings = CHANNEL_POOL_DEFAULTS, log = silentLog }: ChannelPoolOptions) {
    const { address, secure } = parseGrpcUrl(url);
    this.#address = address;
    this.#credentials = secure ? credentials.createSsl() : credentials.createInsecure();
    this.#clock = clock;
    this.#shortLives = new Seldom(clock);
    this.#sick = new Seldom(clock);
    this.#settings = settings;
    this.#log = log;
    this.#channels = Array.from({ length: settings.channels }, () => this.#openChannel());
  }

  /** The least busy of the healthiest channels. */
  lease(): ChannelLease {
    const channel = this.#channels.reduce((best, other) => (isBetter(other, best) ? other : best));
    this.#channels = [...this.#channels.filter((other) => other !== channel), channel];
    channel.begin();
    return {
      client: channel.client,
      release: (verdict) => channel.end(verdict),
    };
  }

  get size(): number {
    return this.#channels.length;
  }

  /** How many channels are connected now. */
  get connectedChannels(): number {
    return this.#channels.filter((channel) => channel.state === connectivityState.READY).length;
  }

  get state(): ChannelPoolState {
    const calls = this.#channels.reduce((sum, { callsUnderWay }) => sum + callsUnderWay, 0);
    return { channels: this.size, connected: this.connectedChannels, calls };
  }

  /** Closes every channel and stops every replacement. Calls under way are for the caller to cancel. */
  close(): void {
    this.#closing.abort(new Error('The channel pool was closed.'));
    for (const channel of this.#open) channel.close();
  }

  #openChannel(): PooledChannel {
    const channel: PooledChannel = new PooledChannel({
      address: this.#address,
      credentials: this.#credentials,
      failuresToSicken: this.#settings.failuresToReplace,
      clock: this.#clock,
      random: Math.random,
      observer: {
        onSick: () => this.#sickened(channel),
        onShortLived: (pauseMs) => this.#shortLived(pauseMs),
        onClosed: () => this.#open.delete(channel),
      },
    });
    this.#open.add(channel);
    return channel;
  }

  #shortLived(pauseMs: number): void {
    this.#shortLives.happened((times) =>
      this.#log.warn(
        { event: 'yandex.channel.unwanted', address: this.#address, times, pauseMs },
        'a gRPC server closes each connection as soon as it is there',
      ),
    );
  }

  #sickened(channel: PooledChannel): void {
    if (this.#closing.signal.aborted || !this.#channels.includes(channel)) return;
    this.#replace(channel).catch(() => undefined);
  }

  /** Ends when the channel is replaced; rejects when the pool is closed. */
  async #replace(sick: PooledChannel): Promise<void> {
    this.#sick.happened((times) =>
      this.#log.warn(
        { event: 'yandex.channel.sick', address: this.#address, times },
        'a gRPC channel is to be replaced',
      ),
    );
    for (;;) {
      const fresh = this.#openChannel();
      if (await fresh.connected(this.#clock, this.#settings.connectMs)) return this.#swap(sick, fresh);
      fresh.close();
      await sleep(this.#clock, this.#settings.retryMs, this.#closing.signal);
    }
  }

  #swap(sick: PooledChannel, fresh: PooledChannel): void {
    this.#channels = this.#channels.map((channel) => (channel === sick ? fresh : channel));
    sick.retire();
    if (fresh.sick) this.#sickened(fresh);
    this.#log.info(
      { event: 'yandex.channel.replaced', address: this.#address },
      'a gRPC channel was replaced',
    );
  }
}

function isBetter(channel: PooledChannel, than: PooledChannel): boolean {
  const ranks = rank(channel) - rank(than);
  return ranks < 0 || (ranks === 0 && channel.callsUnderWay < than.callsUnderWay);
}

function rank(channel: PooledChannel): number {
  if (channel.sick) return 2;
  return channel.state === connectivityState.READY ? 0 : 1;
}

function parseGrpcUrl(url: string): { readonly address: string; readonly secure: boolean } {
  const [, scheme, address] = /^(grpcs?):\/\/([^/\s]+:\d+)\/?$/.exec(url) ?? [];
  if (scheme === undefined || address === undefined)
    throw new ParleyError(
      'SETTINGS_INVALID',
      `${url} is not of the form grpcs://host:port or grpc://host:port.`,
    );
  return { address, secure: scheme === 'grpcs' };
}
