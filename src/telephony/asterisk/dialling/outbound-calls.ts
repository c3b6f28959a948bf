/**
 * Calls that Parley makes over Asterisk: a channel is created, rung, and becomes a line when it is answered. What is heard before that, an
 * announcement of the network or its own ringing tone, is no answer.
 */
import { aborted, deferred } from '../../../base/async.ts';
import type { Deferred } from '../../../base/async.ts';
import type { Clock } from '../../../base/clock.ts';
import { ParleyError, errorCode } from '../../../base/errors.ts';
import type { ErrorCode } from '../../../base/error-catalogue.ts';
import type { Log } from '../../../base/log.ts';
import type { Arrival, Destination, Dialled } from '../../telephone.ts';
import type { AriEvent, AriPort } from '../ari/ari-port.ts';
import { tolerant } from '../ari/hangup-race.ts';
import { outboundChannel } from '../left-behind.ts';
import type { ArrivedCall } from '../switchboard.ts';
import { endpointOf, shownAs } from './trunk.ts';
import type { Trunk } from './trunk.ts';
import { causeText, unconnectedOf } from './unconnected.ts';

/** How long Asterisk lets it ring beyond what is asked, seconds: it ends what a Parley that died has begun. */
const SPARE_SECONDS = 5;

export interface OutboundCallsOptions {
  readonly ari: AriPort;
  readonly clock: Clock;
  readonly log: Log;
  /** In this order: the next is taken where one is out of service. */
  readonly trunks: readonly Trunk[];
  /** The line of a call that has been answered; must not wait. */
  readonly arrivalOf: (call: ArrivedCall) => Arrival;
}

/** After these nobody knows whether Asterisk has done what it was asked. */
const UNTOLD: ReadonlySet<ErrorCode> = new Set(['ARI_TIMEOUT', 'ARI_UNREACHABLE']);

/** One channel that rings, or is about to. */
interface Attempt {
  readonly channelId: string;
  readonly to: Destination;
  readonly outcome: Deferred<Dialled>;
  /** It is in our application: it can be dialled. */
  readonly isCreated: Deferred<void>;
  hasRung: boolean;
  /** It was asked to ring, and nobody has told that it does not. */
  mayRing: boolean;
  hasEnded: boolean;
}

export class OutboundCalls {
  readonly #options: OutboundCallsOptions;
  readonly #ringing = new Map<string, Attempt>();

  constructor(options: OutboundCallsOptions) {
    this.#options = options;
    options.ari.onConnection((state) => {
      if (state === 'up') void tolerant(options.log, 'outbound.look', () => this.#lookForAnswers());
    });
  }

  /** Whether it is a channel that rings for us: nobody waits there. */
  rings(channelId: string): boolean {
    return this.#ringing.has(channelId);
  }

  /** See Dial. */
  async dial(to: Destination, signal: AbortSignal): Promise<Dialled> {
    signal.throwIfAborted();
    const { ari, log, trunks } = this.#options;
    if (!ari.connected) throw new ParleyError('TELEPHONE_AWAY', 'Asterisk is not connected.');
    let dialled: Dialled = { outcome: 'unreachable', cause: 'no number that can be dialled' };
    for (const [index, trunk] of trunks.entries()) {
      const endpoint = endpointOf(trunk, to.number);
      if (endpoint === undefined) return dialled;
      const attempt = this.#begin(outboundChannel(to.id, index), to);
      dialled = await this.#ring(attempt, endpoint, to.callerId ?? trunk.callerId, signal);
      if (dialled.outcome !== 'failed' || attempt.hasRung || attempt.mayRing) return dialled;
      const { cause } = dialled;
      log.warn({ event: 'outbound.trunk', call: to.id, trunk: trunk.template, cause }, 'a trunk has failed');
    }
    return dialled;
  }

  #begin(channelId: string, to: Destination): Attempt {
    const outcome = deferred<Dialled>();
    const attempt: Attempt = {
      ...{ channelId, to, outcome, isCreated: deferred<void>() },
      ...{ hasRung: false, mayRing: false, hasEnded: false },
    };
    this.#ringing.set(channelId, attempt);
    return attempt;
  }

  async #ring(
    attempt: Attempt,
    endpoint: string,
    callerId: string | undefined,
    signal: AbortSignal,
  ): Promise<Dialled> {
    const { ari, clock, log } = this.#options;
    const { channelId, outcome, to } = attempt;
    const unroute = ari.route(channelId, (event) => this.#onEvent(attempt, event));
    const cancel = clock.after(to.ringMs, () =>
      outcome.resolve({ outcome: 'noAnswer', cause: 'ring time-out' }),
    );
    const asked = this.#ask(attempt, endpoint, callerId);
    const dialled = await Promise.race([outcome.promise, aborted(signal)]);
    cancel();
    this.#ringing.delete(channelId);
    if (dialled?.outcome === 'answered' && !signal.aborted) return dialled;
    if (dialled?.outcome === 'answered') await dialled.arrival.line.close();
    else {
      // Whoever still waits to dial it must not.
      attempt.hasEnded = true;
      attempt.isCreated.resolve();
      await asked;
      // Also where Asterisk has not answered: it may have made the channel all the same.
      await tolerant(log, 'outbound.hangup', () => ari.hangup(channelId));
      unroute();
    }
    signal.throwIfAborted();
    return dialled ?? { outcome: 'failed', cause: 'given up' };
  }

  /** Never rejects. */
  async #ask(attempt: Attempt, endpoint: string, callerId: string | undefined): Promise<void> {
    const { ari, log } = this.#options;
    const { channelId, isCreated, outcome, to } = attempt;
    const variables = shownAs(callerId);
    const appArgs = [to.bot, 'outbound', to.number].join(',');
    try {
      await ari.create({ channelId, endpoint, appArgs, variables });
      await isCreated.promise;
      if (attempt.hasEnded) return;
      attempt.mayRing = true;
      await ari.dial(channelId, Math.ceil(to.ringMs / 1000) + SPARE_SECONDS);
    } catch (error) {
      if (!UNTOLD.has(errorCode(error))) attempt.mayRing = false;
      if (!attempt.hasEnded)
        log.warn({ event: 'outbound.failed', call: to.id, error }, 'a number cannot be dialled');
      outcome.resolve({ outcome: 'failed', cause: errorCode(error) });
    }
  }

  #onEvent(attempt: Attempt, event: AriEvent): void {
    const { outcome, isCreated } = attempt;
    switch (event.type) {
      case 'StasisStart':
        return isCreated.resolve();
      case 'Dial':
        return this.#onDial(attempt, event.status);
      case 'ChannelDestroyed': {
        const { cause, sipStatus } = event;
        attempt.mayRing = false;
        const ended = { cause, sipStatus, hasRung: attempt.hasRung };
        outcome.resolve({ outcome: unconnectedOf(ended), cause: causeText(ended) });
        return;
      }
      case 'ChannelGone':
        attempt.mayRing = false;
        return outcome.resolve({ outcome: 'failed', cause: 'lost' });
    }
  }

  #onDial(attempt: Attempt, status: string): void {
    if (status === 'ANSWER') return this.#answered(attempt);
    // PROGRESS: the network plays something; whether it is a ringing tone nobody can tell.
    const isFirst = !attempt.hasRung;
    if (status === 'RINGING' || status === 'PROGRESS') attempt.hasRung = true;
    if (status === 'RINGING' && isFirst) attempt.to.onRinging?.();
  }

  /** The line is made at once: it must not miss the next event. */
  #answered({ channelId, to, outcome }: Attempt): void {
    if (!this.#ringing.has(channelId)) return;
    const party = {
      direction: 'outbound',
      number: to.number,
      name: '',
      dialled: to.number,
      bot: to.bot,
    } as const;
    const arrival = this.#options.arrivalOf({ id: to.id, channelId, party });
    this.#ringing.delete(channelId);
    outcome.resolve({ outcome: 'answered', arrival });
  }

  /** Events were lost with the event socket: somebody may have answered meanwhile. */
  async #lookForAnswers(): Promise<void> {
    if (this.#ringing.size === 0) return;
    for (const { id, state } of await this.#options.ari.channels()) {
      const attempt = this.#ringing.get(id);
      if (attempt && state === 'Up') this.#answered(attempt);
    }
  }
}
