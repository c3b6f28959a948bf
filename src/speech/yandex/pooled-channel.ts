import { Client, connectivityState, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';
import { unlessAborted } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';

const CHANNEL_OPTIONS: ChannelOptions = {
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
  /** Called once. */
  onClosed(): void;
}

/** One gRPC channel with a connection of its own, and what the pool needs to know about it. */
export class PooledChannel {
  readonly client: Client;
  readonly #failuresToSicken: number;
  readonly #observer: PooledChannelObserver;
  #callsUnderWay = 0;
  #failures = 0;
  #sick = false;
  #retired = false;
  #closed = false;
  readonly #stateWatchers = new Set<() => void>();

  constructor(
    address: string,
    credentials: ChannelCredentials,
    failuresToSicken: number,
    observer: PooledChannelObserver,
  ) {
    this.client = new Client(address, credentials, CHANNEL_OPTIONS);
    this.#failuresToSicken = failuresToSicken;
    this.#observer = observer;
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
    if (verdict === 'failure' && ++this.#failures >= this.#failuresToSicken) this.#sicken();
    if (this.#retired && this.#callsUnderWay === 0) this.close();
  }

  /** True once connected, false as soon as connecting fails, or when `withinMs` have passed. */
  async connected(clock: Clock, withinMs: number): Promise<boolean> {
    const patience = new AbortController();
    const cancelTimer = clock.after(withinMs, () => patience.abort());
    try {
      while (this.state === connectivityState.CONNECTING || this.state === connectivityState.IDLE)
        await unlessAborted(this.#nextState(), patience.signal);
    } catch {
      return false;
    } finally {
      cancelTimer();
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
    this.client.close();
    this.#observer.onClosed();
  }

  #nextState(): Promise<void> {
    return new Promise((resolve) => this.#stateWatchers.add(resolve));
  }

  /** Connects at once and again whenever the connection is lost, calls or not. */
  #watch(): void {
    const channel = this.client.getChannel();
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.TRANSIENT_FAILURE) this.#sicken();
    channel.watchConnectivityState(state, Infinity, () => {
      if (!this.#closed) this.#watch();
      for (const tell of this.#stateWatchers) tell();
      this.#stateWatchers.clear();
    });
  }

  #sicken(): void {
    if (this.#sick) return;
    this.#sick = true;
    this.#observer.onSick();
  }
}
