/** The signalling of one caller's leg, the same in every media mode: answering, ending, handing over, and how it came to its end. */
import { randomUUID } from 'node:crypto';
import { aborted, deferred } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError, isParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { LineEnd } from '../line.ts';
import type { Variables } from '../line.ts';
import type { DialplanPlace } from '../transfer-target.ts';
import type { AriEvent, AriPort } from './ari/ari-port.ts';
import { isHangupRace, tolerant } from './ari/hangup-race.ts';
import { nameOfChannel } from './left-behind.ts';

export interface CallerLegOptions {
  readonly ari: AriPort;
  readonly log: Log;
  readonly channelId: string;
  /** Another daemon may have taken this caller without a word: one that hangs up leaves the application only after that was told. */
  readonly mayBeMoved?: (() => boolean) | undefined;
}

export class CallerLeg {
  readonly channelId: string;
  readonly ended: AbortSignal;
  readonly #ari: AriPort;
  readonly #log: Log;
  readonly #end = new AbortController();
  #handedOver = false;
  readonly #mayBeMoved: () => boolean;
  /** The far end has been asked to call elsewhere: it hangs up when it does. */
  #isReferred = false;

  constructor({ ari, log, channelId, mayBeMoved = () => false }: CallerLegOptions) {
    this.#ari = ari;
    this.#mayBeMoved = mayBeMoved;
    this.#log = log;
    this.channelId = channelId;
    this.ended = this.#end.signal;
  }

  async answer(): Promise<void> {
    await this.run(() => this.#ari.answer(this.channelId));
  }

  async hangup(): Promise<void> {
    this.#over('us');
    await tolerant(this.#log, 'line.hangup', () => this.#ari.hangup(this.channelId));
  }

  /** Somebody else will serve this caller: from now on the leg is not ours, and still stands. */
  letGo(): void {
    this.#over('lost');
  }

  /** Another daemon has this caller now, or is to have him. */
  moved(): void {
    this.#over('moved');
  }

  /** Asterisk no longer does what this call needs; hangs up as far as it still can. */
  async lose(): Promise<void> {
    this.#over('lost');
    await tolerant(this.#log, 'line.hangup', () => this.#ari.hangup(this.channelId));
  }

  /** An Asterisk that cannot tell (func_dialplan is not loaded) does not keep a caller from being handed over. */
  async hasPlace(place: DialplanPlace): Promise<boolean> {
    let has = true;
    await this.run(async () => {
      try {
        has = await this.#ari.hasPlace(this.channelId, place);
      } catch (error) {
        if (!isParleyError(error, 'ARI_FAILED')) throw error;
        this.#log.warn(
          { event: 'line.place', ...place, error },
          'Asterisk cannot tell whether there is such a place',
        );
      }
    });
    return has;
  }

  async transfer(to: DialplanPlace, variables: Variables = {}): Promise<void> {
    for (const [name, value] of Object.entries(variables))
      await this.run(() => this.#ari.setVariable(this.channelId, name, value));
    // Asterisk may tell that the channel has left before it has answered the request.
    this.#handedOver = true;
    try {
      await this.run(() => this.#ari.continueInDialplan(this.channelId, to));
    } catch (error) {
      this.#handedOver = false;
      throw error;
    }
    this.#over('transferred');
  }

  /**
   * Asks the far end to call there itself. Resolves when it has let go of this leg, which is what it does when it has; throws
   * TRANSFER_UNANSWERED if it has not within `withinMs`: then the caller is still here.
   */
  async refer(uri: string, clock: Clock, withinMs: number): Promise<void> {
    this.#isReferred = true;
    const late = deferred<'late'>();
    const cancel = clock.after(withinMs, () => late.resolve('late'));
    try {
      await this.run(() => this.#ari.redirect(this.channelId, `PJSIP/${uri}`));
      if ((await Promise.race([aborted(this.ended), late.promise])) === 'late')
        throw new ParleyError('TRANSFER_UNANSWERED', `The far end has not gone to ${uri}.`);
    } finally {
      cancel();
      this.#isReferred = false;
    }
  }

  /** Somebody else has taken it over, and the other side talks on. */
  handedOver(): void {
    this.#over('transferred');
  }

  /** To be given every event of the caller's channel. */
  onEvent(event: AriEvent): void {
    switch (event.type) {
      case 'StasisEnd':
        if (this.#handedOver || this.#isReferred) return this.#over('transferred');
        return this.#over(this.#mayBeMoved() ? 'moved' : 'caller');
      case 'ChannelHangupRequest':
      case 'ChannelDestroyed':
        return this.#over(this.#isReferred ? 'transferred' : 'caller');
      case 'ChannelGone':
        return this.#over('lost');
    }
  }

  /** Runs a request; that the leg has ended meanwhile is told as LINE_ENDED. */
  async run(request: () => Promise<void>): Promise<void> {
    try {
      await request();
    } catch (error) {
      if (!isHangupRace(error) && !this.ended.aborted) throw error;
      throw new ParleyError('LINE_ENDED', 'The caller is gone.', { cause: error });
    }
  }

  #over(by: LineEnd['by']): void {
    if (!this.ended.aborted) this.#end.abort(new LineEnd(by));
  }
}

/** A name for the call that is unique for ever and safe in file names. */
export function lineId(channelId: string): string {
  return `${nameOfChannel(channelId)}${randomUUID().slice(0, 8)}`;
}
