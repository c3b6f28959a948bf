/** Rings colleagues over ARI while a caller waits, and puts the caller through to whoever has answered. */
import { aborted, deferred } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError, errorCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Colleague, Consultation, ConsultOptions, Unanswered } from '../line.ts';
import type { Line, Party, Variables } from '../line.ts';
import type { Endpoint, RungPlace } from '../transfer-target.ts';
import type { AriEvent, AriPort } from './ari/ari-port.ts';
import { tolerant } from './ari/hangup-race.ts';
import type { CallerLeg } from './caller-leg.ts';
import { colleagueOf } from './left-behind.ts';
import type { JoinedCalls } from './joined-calls.ts';
import type { ArrivedCall } from './switchboard.ts';

/** How long Asterisk lets it ring beyond what is asked, seconds: it ends what a Parley that died has begun. */
const SPARE_SECONDS = 5;

/** How long a colleague is rung to whom a caller is handed over unannounced, ms. */
const BLIND_RINGS_MS = 30_000;

/** A line whose leg can be handed over. */
export type OwnLine = Line & { readonly leg: CallerLeg };

export interface ColleaguesOptions {
  readonly ari: AriPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly joined: JoinedCalls;
  /** A line of the same kind as the caller's. */
  readonly lineOf: (call: ArrivedCall) => OwnLine;
}

/** Who waits. */
export interface WaitingCaller {
  /** The call's. */
  readonly id: string;
  readonly party: Party;
  readonly leg: CallerLeg;
  /** Puts the caller back where the bot is heard. */
  readonly comeBack: () => Promise<void>;
}

type Rung = { readonly outcome: 'answered'; readonly line: OwnLine } | { readonly outcome: Unanswered };

export class Colleagues {
  readonly #options: ColleaguesOptions;
  #count = 0;

  constructor(options: ColleaguesOptions) {
    this.#options = options;
  }

  /** See Consult. */
  async ring(
    caller: WaitingCaller,
    to: RungPlace,
    options: ConsultOptions,
    signal: AbortSignal,
  ): Promise<Consultation> {
    signal.throwIfAborted();
    if (caller.leg.ended.aborted) throw new ParleyError('LINE_ENDED', 'The caller is gone.');
    if (to.kind !== 'endpoint') return { outcome: 'unreachable' };
    const rung = await this.#ring(caller, to, options, signal);
    if (rung.outcome !== 'answered') return rung;
    const { line } = rung;
    try {
      await line.answer();
      signal.throwIfAborted();
    } catch (error) {
      await line.close();
      signal.throwIfAborted();
      this.#options.log.warn(
        { event: 'colleague.lost', code: errorCode(error), error },
        'a colleague was lost',
      );
      return { outcome: 'noAnswer' };
    }
    return { outcome: 'answered', colleague: this.#colleague(caller, line) };
  }

  /** Rings, and puts the caller through to whoever answers. Throws TRANSFER_UNANSWERED, LINE_ENDED, ARI_*: the caller is then still ours. */
  async transfer(caller: WaitingCaller, to: Endpoint, variables: Variables): Promise<void> {
    const options = { withinMs: BLIND_RINGS_MS, variables };
    const rung = await this.ring(caller, to, options, caller.leg.ended);
    if (rung.outcome !== 'answered')
      throw new ParleyError('TRANSFER_UNANSWERED', `${to.endpoint}: ${rung.outcome}.`);
    try {
      await rung.colleague.connect();
    } finally {
      await rung.colleague.close();
    }
  }

  async #ring(
    caller: WaitingCaller,
    { endpoint }: Endpoint,
    { withinMs, variables }: ConsultOptions,
    signal: AbortSignal,
  ): Promise<Rung> {
    const { ari, clock, log } = this.#options;
    const channelId = colleagueOf(caller.id, this.#count++);
    const rung = deferred<Rung>();
    const unroute = ari.route(channelId, (event) => {
      const outcome = this.#outcomeOf(event, caller);
      if (outcome) rung.resolve(outcome);
    });
    const cancel = clock.after(withinMs, () => rung.resolve({ outcome: 'noAnswer' }));
    const withinSeconds = Math.ceil(withinMs / 1000) + SPARE_SECONDS;
    const request = { channelId, endpoint, appArgs: 'colleague', callerId: callerIdOf(caller.party) };
    try {
      await ari.originate({ ...request, originator: caller.leg.channelId, withinSeconds, variables });
    } catch (error) {
      log.warn({ event: 'colleague.unreachable', endpoint, error }, 'a colleague cannot be rung');
      rung.resolve({ outcome: 'unreachable' });
    }
    const ended = await Promise.race([rung.promise, aborted(signal)]);
    cancel();
    if (ended?.outcome === 'answered' && !signal.aborted) return ended;
    unroute();
    if (ended?.outcome === 'answered') await ended.line.close();
    // Also where Asterisk has not answered: it may have begun to ring all the same.
    else await tolerant(log, 'colleague.hangup', () => ari.hangup(channelId));
    signal.throwIfAborted();
    return ended ?? { outcome: 'noAnswer' };
  }

  /** The line is made at once: it must not miss the next event. */
  #outcomeOf(event: AriEvent, { party }: WaitingCaller): Rung | undefined {
    if (event.type === 'StasisStart') {
      const call = { channelId: event.channelId, party: { ...party, direction: 'outbound' as const } };
      return { outcome: 'answered', line: this.#options.lineOf(call) };
    }
    if (event.type === 'ChannelDestroyed') return { outcome: UNANSWERED[event.cause] ?? 'noAnswer' };
    return event.type === 'ChannelGone' ? { outcome: 'noAnswer' } : undefined;
  }

  #colleague(caller: WaitingCaller, line: OwnLine): Colleague {
    const { joined, log } = this.#options;
    const { hearing, player, ended } = line;
    return {
      hearing,
      player,
      ended,
      close: () => line.close(),
      async connect() {
        try {
          await joined.join(caller.leg, line.leg);
        } catch (error) {
          if (!caller.leg.ended.aborted) await tolerant(log, 'colleague.comeBack', caller.comeBack);
          throw error;
        }
      },
    };
  }
}

/** By Asterisk's cause (Q.850): what SIP answered 486, 403 and 603, 480 and 408, 404, 5xx. What is not here was rung in vain. */
const UNANSWERED: Readonly<Record<number, Unanswered>> = {
  1: 'unreachable',
  3: 'unreachable',
  17: 'busy',
  20: 'unreachable',
  21: 'declined',
  27: 'unreachable',
  34: 'unreachable',
  38: 'unreachable',
};

/** A caller chooses what stands as the name: nothing of it may end the number. */
function callerIdOf({ name, number }: Party): string {
  const shown = name.replaceAll(/[<>"\r\n]/g, '').trim();
  const dialable = number.replaceAll(/[^\d+*#]/g, '');
  return dialable === '' ? shown : `${shown} <${dialable}>`.trim();
}
