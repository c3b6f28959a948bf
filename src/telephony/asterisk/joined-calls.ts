/**
 * Callers and colleagues who talk to each other in a bridge that nobody of Parley's speaks in any more. All that is known of them stands
 * in Asterisk: Parley may come and go meanwhile. What is left to do is to end one side when the other hangs up.
 */
import { randomUUID } from 'node:crypto';
import { ParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { AriEvent, AriPort } from './ari/ari-port.ts';
import { tolerant } from './ari/hangup-race.ts';
import type { CallerLeg } from './caller-leg.ts';

/** How their bridges are named, so that a Parley that comes later knows them. Not as what belongs to a call: no call has them any more. */
const BRIDGE_PREFIX = 'joined-by-parley-';

export function isJoinedBridge(bridgeId: string): boolean {
  return bridgeId.startsWith(BRIDGE_PREFIX);
}

export interface JoinedCallsOptions {
  readonly ari: AriPort;
  readonly log: Log;
}

export class JoinedCalls {
  readonly #ari: AriPort;
  readonly #log: Log;
  /** Channels by bridge. */
  readonly #watched = new Map<string, readonly string[]>();
  /** By channel. */
  readonly #unroutes = new Map<string, () => void>();

  constructor({ ari, log }: JoinedCallsOptions) {
    this.#ari = ari;
    this.#log = log;
  }

  /** Whether this channel talks to another one here. */
  has(channelId: string): boolean {
    return [...this.#watched.values()].some((channels) => channels.includes(channelId));
  }

  /**
   * Puts both into one bridge; both legs are then handed over. Throws LINE_ENDED if one has ended, or what Asterisk throws: the caller may
   * then have left the bridge in which he was.
   */
  async join(caller: CallerLeg, colleague: CallerLeg): Promise<void> {
    const bridgeId = `${BRIDGE_PREFIX}${randomUUID()}`;
    await this.#ari.createBridge(bridgeId);
    try {
      // The caller leaves the bot only for somebody who is there.
      for (const leg of [colleague, caller])
        await leg.run(() => this.#ari.addToBridge(bridgeId, [leg.channelId]));
      if (caller.ended.aborted || colleague.ended.aborted)
        throw new ParleyError('LINE_ENDED', 'One of the two has hung up.');
    } catch (error) {
      await tolerant(this.#log, 'joined.undo', () => this.#ari.destroyBridge(bridgeId));
      throw error;
    }
    // From here to the end nothing is awaited: no end of a channel is missed.
    this.#watch(bridgeId, [caller.channelId, colleague.channelId]);
    caller.handedOver();
    colleague.handedOver();
  }

  /** Takes on those whom an earlier process has joined; where only one side is left, it is ended. */
  async adopt(): Promise<void> {
    const bridges = (await this.#ari.bridges()).filter((id) => isJoinedBridge(id) && !this.#watched.has(id));
    for (const bridgeId of bridges)
      await tolerant(this.#log, 'joined.adopt', async () => {
        const channels = await this.#ari.channelsIn(bridgeId);
        this.#watch(bridgeId, channels);
        if (channels.length < 2) this.#end(bridgeId);
      });
  }

  #watch(bridgeId: string, channels: readonly string[]): void {
    this.#watched.set(bridgeId, channels);
    for (const channelId of channels)
      this.#unroutes.set(
        channelId,
        this.#ari.route(channelId, (event) => this.#onEvent(bridgeId, event)),
      );
  }

  #onEvent(bridgeId: string, event: AriEvent): void {
    switch (event.type) {
      case 'ChannelGone':
        // Another program has the application: they are its own to watch.
        if (this.#ari.isReplaced) return this.#forget(bridgeId);
        return this.#end(bridgeId);
      case 'StasisEnd':
      case 'ChannelHangupRequest':
      case 'ChannelDestroyed':
        return this.#end(bridgeId);
    }
  }

  #end(bridgeId: string): void {
    const channels = this.#watched.get(bridgeId) ?? [];
    this.#forget(bridgeId);
    const done = [
      ...channels.map((id) => () => this.#ari.hangup(id)),
      () => this.#ari.destroyBridge(bridgeId),
    ];
    for (const request of done) void tolerant(this.#log, 'joined.end', request);
  }

  #forget(bridgeId: string): void {
    for (const channelId of this.#watched.get(bridgeId) ?? []) {
      this.#unroutes.get(channelId)?.();
      this.#unroutes.delete(channelId);
    }
    this.#watched.delete(bridgeId);
  }
}
