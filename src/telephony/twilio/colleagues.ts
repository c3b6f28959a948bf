/**
 * Colleagues who are asked first: a call of its own rings them, with a stream over which the bot talks to them; who agrees is met by the
 * caller in a conference of Twilio's, and that ends for both when either leaves it (twilio.com/docs/voice/twiml/conference).
 */
import { randomUUID } from 'node:crypto';
import { childOf } from '../../base/abort.ts';
import { ParleyError, errorCode, isParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Colleague, Consultation, ConsultOptions, Unanswered } from '../line.ts';
import type { Destination, Dialled, Unconnected } from '../telephone.ts';
import type { RungPlace } from '../transfer-target.ts';
import type { TwilioLine } from './twilio-line.ts';
import type { TwilioRest } from './twilio-rest.ts';
import { conferenceTwiml } from './twiml.ts';

export interface TwilioColleaguesOptions {
  readonly log: Log;
  readonly rest: Pick<TwilioRest, 'end'>;
  readonly dial: (to: Destination, signal: AbortSignal) => Promise<Dialled>;
  /** Of a call whose stream has just begun. */
  readonly lineOf: (callSid: string) => TwilioLine | undefined;
}

/** Two who were put through: ends of calls that are remembered no longer than that. */
const MOST_PAIRS = 10_000;

const UNANSWERED: Readonly<Record<Unconnected, Unanswered>> = {
  busy: 'busy',
  noAnswer: 'noAnswer',
  refused: 'declined',
  unreachable: 'unreachable',
  failed: 'unreachable',
};

export class TwilioColleagues {
  readonly #options: TwilioColleaguesOptions;
  /** By the CallSid of each of two who meet in a conference, the other's. */
  readonly #pairs = new Map<string, string>();

  constructor(options: TwilioColleaguesOptions) {
    this.#options = options;
  }

  /** See Consult. */
  async ring(
    caller: TwilioLine,
    to: RungPlace,
    { withinMs }: ConsultOptions,
    signal: AbortSignal,
  ): Promise<Consultation> {
    signal.throwIfAborted();
    if (caller.ended.aborted) throw new ParleyError('LINE_ENDED', 'The caller is gone.');
    if (to.kind !== 'number') return { outcome: 'unreachable' };
    const { dial, lineOf, log } = this.#options;
    const destination = {
      id: `colleague-${randomUUID()}`,
      number: to.number,
      callerId: caller.party.dialled || undefined,
      bot: '',
      ringMs: withinMs,
    };
    const wanted = childOf(signal, caller.ended);
    const dialling = dial(destination, wanted.signal).finally(() => wanted.release());
    const rung = await this.#rung(dialling, caller, signal);
    if (rung.outcome !== 'answered') {
      log.info(
        { event: 'colleague.unanswered', call: caller.id, cause: rung.cause },
        'nobody is put through',
      );
      return { outcome: UNANSWERED[rung.outcome] };
    }
    const line = lineOf(rung.arrival.leg);
    if (!line) return { outcome: 'noAnswer' };
    try {
      await line.answer();
    } catch {
      return { outcome: 'noAnswer' };
    }
    return { outcome: 'answered', colleague: this.#colleague(caller, line) };
  }

  /** A call is over: whoever waits for that side in a conference is not left alone there. */
  async gone(callSid: string): Promise<void> {
    const other = this.#pairs.get(callSid);
    if (other === undefined) return;
    this.#part(callSid, other);
    await this.#hangUp(other);
  }

  async #rung(dialling: Promise<Dialled>, caller: TwilioLine, signal: AbortSignal): Promise<Dialled> {
    try {
      return await dialling;
    } catch (error) {
      signal.throwIfAborted();
      if (caller.ended.aborted) throw new ParleyError('LINE_ENDED', 'The caller is gone.', { cause: error });
      const cause = errorCode(error);
      this.#options.log.warn({ event: 'colleague.unreachable', error }, 'a colleague cannot be rung');
      return { outcome: 'unreachable', cause };
    }
  }

  #colleague(caller: TwilioLine, line: TwilioLine): Colleague {
    const { hearing, player, ended } = line;
    return { hearing, player, ended, close: () => line.close(), connect: () => this.#connect(caller, line) };
  }

  /** The colleague goes first: where that fails, the caller has not been moved and is with the bot. */
  async #connect(caller: TwilioLine, colleague: TwilioLine): Promise<void> {
    const document = conferenceTwiml(`parley-${randomUUID()}`);
    const [callers, colleagues] = [caller.callSid, colleague.callSid];
    this.#pair(callers, colleagues);
    try {
      await colleague.goOn(document);
      await caller.goOn(document);
    } catch (error) {
      this.#part(callers, colleagues);
      await this.#hangUp(colleagues);
      throw new ParleyError('LINE_ENDED', 'Caller and colleague could not be put together.', {
        cause: error,
      });
    }
  }

  /** Never rejects. */
  async #hangUp(callSid: string): Promise<void> {
    const { log, rest } = this.#options;
    try {
      await rest.end(callSid);
    } catch (error) {
      if (!isParleyError(error, 'TWILIO_CALL_GONE'))
        log.warn({ event: 'colleague.hangup', error }, 'a call may still be up');
    }
  }

  #pair(one: string, other: string): void {
    for (const callSid of [...this.#pairs.keys()].slice(0, Math.max(0, this.#pairs.size + 2 - MOST_PAIRS)))
      this.#pairs.delete(callSid);
    this.#pairs.set(one, other);
    this.#pairs.set(other, one);
  }

  #part(one: string, other: string): void {
    this.#pairs.delete(one);
    this.#pairs.delete(other);
  }
}
