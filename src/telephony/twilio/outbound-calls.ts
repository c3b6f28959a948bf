/** Calls that Parley makes over Twilio: ordered over REST, told of by statuses, and answered where their stream begins. */
import { deferred, unlessAborted } from '../../base/async.ts';
import type { Deferred } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Arrival, Destination, Dialled } from '../telephone.ts';
import { isTerminal, unconnectedOf } from './call-status.ts';
import { TwilioRefusal } from './twilio-rest.ts';
import type { TwilioRest } from './twilio-rest.ts';

export interface OutboundCallsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly rest: Pick<TwilioRest, 'call' | 'end' | 'statusOf'>;
  /** What an answered call goes on with; it names the call. */
  readonly goesBy: GoesBy;
  readonly statusUrl: string;
  /** Shown to the callee where the order names none. */
  readonly callerId: string | undefined;
}

/** A field of the order: `Twiml`, the document itself, or `Url`, where Twilio asks for it. */
export type GoesBy = (to: Destination) => readonly ['Twiml' | 'Url', string];

/** Twilio's own time-out may be so much longer than it was asked for, and then its status is on its way, ms. */
const STATUS_WITHIN_MS = 15_000;

/** Twilio's numbers of refused numbers: none, invalid, not reachable, not allowed (twilio.com/docs/api/errors). */
const NO_SUCH_NUMBER = [13_223, 13_224, 21_201, 21_211, 21_214, 21_217];
const NOT_ALLOWED = [13_227, 21_215, 21_216];

interface Ringing {
  readonly to: Destination;
  readonly document: ReturnType<GoesBy>;
  readonly outcome: Deferred<Dialled>;
  callSid: string | undefined;
  rings: boolean;
  /** Twilio has told that it has ended: nothing is left to be ended. */
  hasEnded: boolean;
}

export class OutboundCalls {
  readonly #options: OutboundCallsOptions;
  readonly #byId = new Map<string, Ringing>();

  constructor(options: OutboundCallsOptions) {
    this.#options = options;
  }

  async dial(to: Destination, signal: AbortSignal, goesBy = this.#options.goesBy): Promise<Dialled> {
    signal.throwIfAborted();
    const { clock } = this.#options;
    const ringing: Ringing = {
      to,
      document: goesBy(to),
      outcome: deferred<Dialled>(),
      callSid: undefined,
      rings: false,
      hasEnded: false,
    };
    this.#byId.set(to.id, ringing);
    const cancel = clock.after(to.ringMs + STATUS_WITHIN_MS, () => void this.#askWhatBecame(ringing));
    let dialled: Dialled | undefined;
    try {
      dialled = await this.#ring(ringing, signal);
      return dialled;
    } finally {
      cancel();
      this.#byId.delete(to.id);
      if (dialled?.outcome !== 'answered') await this.#stopRinging(ringing);
    }
  }

  /** An answered call begins; false if nobody waits for it any more. */
  answered(id: string, arrival: () => Arrival): boolean {
    const ringing = this.#byId.get(id);
    if (!ringing) return false;
    ringing.outcome.resolve({ outcome: 'answered', arrival: arrival() });
    return true;
  }

  isAwaited(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Statuses come in any order, and more than once; `id`: what the call was ordered as. */
  status(id: string, status: string, sipCode: string | undefined): void {
    const ringing = this.#byId.get(id);
    if (!ringing) return;
    if (status === 'ringing' && !ringing.rings) {
      ringing.rings = true;
      ringing.to.onRinging?.();
    }
    if (!isTerminal(status)) return;
    ringing.hasEnded = true;
    const said = status === 'completed' ? 'answered, and over before its stream' : status;
    const cause = sipCode ? `${said} (SIP ${sipCode})` : said;
    ringing.outcome.resolve({ outcome: unconnectedOf(status, sipCode), cause });
  }

  /** No status has come: it is asked for. */
  async #askWhatBecame(ringing: Ringing): Promise<void> {
    const { callSid, outcome } = ringing;
    let status: string | undefined;
    try {
      status = callSid === undefined ? undefined : await this.#options.rest.statusOf(callSid);
    } catch (error) {
      this.#options.log.warn(
        { event: 'twilio.status', call: ringing.to.id, error },
        'a status cannot be had',
      );
    }
    if (status === undefined || !isTerminal(status))
      return outcome.resolve({ outcome: 'noAnswer', cause: status ?? 'no status' });
    ringing.hasEnded = true;
    outcome.resolve({ outcome: unconnectedOf(status, undefined), cause: status });
  }

  async #ring(ringing: Ringing, signal: AbortSignal): Promise<Dialled> {
    const { to, outcome } = ringing;
    const from = to.callerId ?? this.#options.callerId;
    if (from === undefined)
      return { outcome: 'failed', cause: 'no caller id: set OUTBOUND_CALLER_ID to a number of the account' };
    const ordered = this.#order(ringing, from).then((refused) => refused ?? outcome.promise);
    // What is told of the call may come before the answer to its order.
    return unlessAborted(Promise.race([ordered, outcome.promise]), signal);
  }

  async #order(ringing: Ringing, from: string): Promise<Dialled | undefined> {
    const { rest, statusUrl } = this.#options;
    const { document, to } = ringing;
    try {
      ringing.callSid = await rest.call([
        ['To', to.number],
        ['From', from],
        document,
        ['Timeout', String(Math.max(1, Math.min(600, Math.round(to.ringMs / 1000))))],
        ['StatusCallback', `${statusUrl}?call=${encodeURIComponent(to.id)}`],
        ...['initiated', 'ringing', 'answered', 'completed'].map(
          (event) => ['StatusCallbackEvent', event] as const,
        ),
      ]);
      // Whoever ordered it has gone meanwhile.
      if (!this.#byId.has(to.id)) await this.#stopRinging(ringing);
      return undefined;
    } catch (error) {
      return refusedOrder(error);
    }
  }

  async #stopRinging({ callSid, hasEnded, to }: Ringing): Promise<void> {
    if (callSid === undefined || hasEnded) return;
    try {
      await this.#options.rest.end(callSid);
    } catch (error) {
      this.#options.log.warn({ event: 'twilio.cancel', call: to.id, error }, 'a call may still be ringing');
    }
  }
}

/** Throws TELEPHONE_AWAY where no number could be dialled. */
function refusedOrder(error: unknown): Dialled {
  if (!(error instanceof ParleyError)) throw error;
  if (error.code === 'TWILIO_UNAUTHORIZED' || error.code === 'TWILIO_UNAVAILABLE')
    throw new ParleyError('TELEPHONE_AWAY', error.detail, { cause: error });
  const reason = error instanceof TwilioRefusal ? error.reason : undefined;
  const cause = reason === undefined ? error.code : `Twilio error ${reason}`;
  if (reason !== undefined && NO_SUCH_NUMBER.includes(reason)) return { outcome: 'unreachable', cause };
  if (reason !== undefined && NOT_ALLOWED.includes(reason)) return { outcome: 'refused', cause };
  return { outcome: 'failed', cause };
}
