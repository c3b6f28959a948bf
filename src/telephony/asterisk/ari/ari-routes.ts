/** Which listener hears of which channel. Holds one entry for each route that stands, and nothing else. */
import { owned } from '../../../base/fault-scope.ts';
import type { Log } from '../../../base/log.ts';
import type { AriEvent } from './ari-port.ts';

type Listener = (event: AriEvent) => void;

export class AriRoutes {
  readonly #log: Log;
  readonly #routes = new Map<string, Listener>();
  /** Channels that Asterisk has been asked to make and has not answered for yet. */
  readonly #making = new Set<string>();
  #unrouted: Listener | undefined;
  /** Calls that came before anybody listened for them: each is a caller who waits. */
  #waiting: AriEvent[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** A channel has one listener: a second route takes the first one's place. What it does with an event belongs to whoever routes. */
  route(channelId: string, listener: Listener): () => void {
    const routed = owned(listener);
    this.#routes.set(channelId, routed);
    return () => {
      if (this.#routes.get(channelId) === routed) this.#routes.delete(channelId);
    };
  }

  onUnrouted(listener: Listener): void {
    this.#unrouted = listener;
    for (const event of this.#waiting.splice(0)) this.deliver(event);
  }

  deliver(event: AriEvent): void {
    const listener = this.#routes.get(event.channelId) ?? this.#unrouted;
    if (listener) this.#hand(event, listener);
    else this.#waiting.push(event);
  }

  /** While `make` runs, the channel is not taken for gone: Asterisk may not have made it yet. */
  async whileMaking<Made>(channelId: string, make: () => Promise<Made>): Promise<Made> {
    this.#making.add(channelId);
    try {
      return await make();
    } finally {
      this.#making.delete(channelId);
    }
  }

  /**
   * Notes which channels ought to exist now. The returned function, given the ids that Asterisk then listed, tells the routes of
   * all others that their channel is gone.
   */
  census(): (liveIds: ReadonlySet<string>, atMs: number) => void {
    const expected = [...this.#routes].filter(([channelId]) => !this.#making.has(channelId));
    return (liveIds, atMs) => {
      for (const [channelId, listener] of expected) {
        if (liveIds.has(channelId) || this.#routes.get(channelId) !== listener) continue;
        this.#hand({ type: 'ChannelGone', channelId, atMs }, listener);
      }
    };
  }

  #hand(event: AriEvent, listener: Listener): void {
    try {
      listener(event);
    } catch (error) {
      const { type, channelId } = event;
      this.#log.error(
        { event: 'ari_listener_threw', type, channelId, error: String(error) },
        'A listener threw',
      );
    }
  }
}
