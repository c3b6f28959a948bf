import { Client, connectivityState, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';
import { childWithin } from '../../base/abort.ts';
import { unlessAborted } from '../../base/async.ts';
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { jittered } from '../../base/jitter.ts';

const CHANNEL_OPTIONS: ChannelOptions = {
  // No connection of Parley's goes through a proxy: docs/decisions/proxies.md.
  'grpc.enable_http_proxy': 0,
  // Without it grpc-js lets all channels of one target share one connection, and the pool would be none.
  'grpc.use_local_subchannel_pool': 1,
  // A dead connection is found within 40 s even when nobody calls. Servers may drop clients that ping more often than
  // they like; grpc-js then doubles the interval by itself.
  'grpc.keepalive_time_ms': 30_000,
  // A healthy server answers a ping within a round trip; 10 s also outlives a short loss of the network.
  'grpc.keepalive_timeout_ms': 10_000,
  // Nights without calls must not end in a first caller who waits for TCP and TLS.
  'grpc.keepalive_permit_without_calls': 1,
  // The longest that a Node timer can wait, 24 days: grpc-js would hang up after 30 min without calls.
  'grpc.client_idle_timeout_ms': 2 ** 31 - 1,
  // The defaults of 1 s growing to 120 s would leave a recovered service unused for two minutes.
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 5000,
};

/**
 * What a call says about its channel: `failure` only where a connection can be to blame (unreachable, late); a quota or a bad answer
 * would be the same on another.
 */
export type ChannelVerdict = 'success' | 'failure' | 'neither';

export interface PooledChannelObserver {
  /** It ought to be replaced. Called once at most. */
  onSick(): void;
  /** The server has taken a connection and closed it again at once; the next one is tried after `pauseMs`. */
  onShortLived(pauseMs: number): void;
  /** Called once. */
  onClosed(): void;
}

export interface PooledChannelOptions {
  readonly address: string;
  readonly credentials: ChannelCredentials;
  readonly failuresToSicken: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PooledChannelObserver;
}

/** A connection that lived less, ms, was not wanted: balancers and servers that are being drained close them within a second. */
const SHORT_LIFE_MS = 5000;
/** Before the connection after the first one that was not wanted, ms, and then twice as long each time. */
const FIRST_PAUSE_MS = 500;
/** A server that is well again is used within so long, ms. */
const LONGEST_PAUSE_MS = 30_000;

/** One gRPC channel with a connection of its own, and what the pool needs to know about it. */
export class PooledChannel {
  readonly client: Client;
  readonly #options: PooledChannelOptions;
  #callsUnderWay = 0;
  #failures = 0;
  #sick = false;
  #retired = false;
  #closed = false;
  readonly #stateWatchers = new Set<() => void>();
  #readyAtMs: number | undefined;
  #shortLives = 0;
  #isPausing = false;
  #cancelPause: CancelTimer = () => undefined;

  constructor(options: PooledChannelOptions) {
    const { address, credentials } = options;
    this.client = new Client(address, credentials, CHANNEL_OPTIONS);
    this.#options = options;
    this.#watch();
  }

  get callsUnderWay(): number {
    return this.#callsUnderWay;
  }

  get sick(): boolean {
    return this.#sick;
  }

  get state(): connectivityState {
    return this.#closed ? connectivityState.SHUTDOWN : this.client.getChannel().getConnectivityState(false);
  }

  begin(): void {
    this.#callsUnderWay++;
  }

  /** One call of `begin` has ended. */
  end(verdict: ChannelVerdict): void {
    this.#callsUnderWay--;
    if (verdict === 'success') this.#failures = 0;
    if (verdict === 'failure' && ++this.#failures >= this.#options.failuresToSicken) this.#sicken();
    if (this.#retired && this.#callsUnderWay === 0) this.close();
  }

  /** True once connected, false as soon as connecting fails, or when `withinMs` have passed. */
  async connected(clock: Clock, withinMs: number): Promise<boolean> {
    const patience = childWithin(withinMs, clock, () => new Error('late'));
    try {
      while (this.state === connectivityState.CONNECTING || this.state === connectivityState.IDLE)
        await unlessAborted(this.#nextState(), patience.signal);
    } catch {
      return false;
    } finally {
      patience.release();
    }
    return this.state === connectivityState.READY;
  }

  /** Closes as soon as no call needs it. */
  retire(): void {
    this.#retired = true;
    if (this.#callsUnderWay === 0) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelPause();
    this.client.close();
    this.#options.observer.onClosed();
  }

  #nextState(): Promise<void> {
    return new Promise((resolve) => this.#stateWatchers.add(resolve));
  }

  /** Connects at once and again whenever the connection is lost, calls or not; more slowly where each one is closed as soon as it is there. */
  #watch(): void {
    const channel = this.client.getChannel();
    const state = channel.getConnectivityState(!this.#isPausing);
    if (state === connectivityState.READY) this.#readyAtMs ??= this.#options.clock.nowMs();
    if (state === connectivityState.TRANSIENT_FAILURE) this.#sicken();
    channel.watchConnectivityState(state, Infinity, () => {
      if (!this.#closed) {
        if (channel.getConnectivityState(false) === connectivityState.IDLE) this.#lost();
        this.#watch();
      }
      for (const tell of this.#stateWatchers) tell();
      this.#stateWatchers.clear();
    });
  }

  /** A connection was there, maybe for so short a time that it was never seen, and is gone: grpc-js itself would try again without a pause. */
  #lost(): void {
    const { clock, observer, random } = this.#options;
    const livedMs = clock.nowMs() - (this.#readyAtMs ?? clock.nowMs());
    this.#readyAtMs = undefined;
    if (livedMs >= SHORT_LIFE_MS) return void (this.#shortLives = 0);
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#shortLives++);
    const pauseMs = jittered(longest, random);
    this.#isPausing = true;
    this.#cancelPause();
    this.#cancelPause = clock.after(pauseMs, () => {
      this.#isPausing = false;
      this.client.getChannel().getConnectivityState(true);
    });
    observer.onShortLived(pauseMs);
  }

  #sicken(): void {
    if (this.#sick) return;
    this.#sick = true;
    this.#options.observer.onSick();
  }
}
