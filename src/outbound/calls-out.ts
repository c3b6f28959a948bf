/** The one place where calls are made, whoever wants them: a telephone rings, and whoever answers is served as a caller is. */
import { childOf, crowdController } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { FaultScope } from '../base/fault-scope.ts';
import type { Log } from '../base/log.ts';
import type { Arrival, Dial, Telephone } from '../telephony/telephone.ts';
import type { CallOrder, CallOutcome, ServedCall } from './call-out.ts';

/** Where whoever has answered is served. */
export interface ServingDesk {
  /** Keeps a place for a call of this bot until the returned function is called. Throws CALL_NOT_PLACED. */
  reserve(bot: string): () => void;
  /** To the end of the call. Never rejects. */
  serve(arrival: Arrival, order: Pick<CallOrder, 'variables'>): Promise<ServedCall>;
}

/** Told as it happens. */
export interface CallProgress {
  readonly onRinging?: () => void;
  readonly onAnswered?: () => void;
}

type CallingTelephone = Telephone & { readonly dial: Dial };

/** A call that was made, and what came of it. */
export interface CallOver {
  readonly telephone: string;
  readonly order: CallOrder;
  readonly outcome: CallOutcome;
  /** From the order to the end. */
  readonly tookMs: number;
}

export interface CallsOutOptions {
  readonly telephones: readonly Telephone[];
  readonly desk: ServingDesk;
  /** Throws BOT_PROFILE_UNKNOWN. */
  readonly checkBot: (name: string) => void;
  readonly ringMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each call when it is over. */
  readonly onOutcome?: (call: CallOver) => void;
}

export class CallsOut {
  readonly #options: CallsOutOptions;
  readonly #stopping = crowdController();
  readonly #ringing = new Set<Promise<unknown>>();

  constructor(options: CallsOutOptions) {
    this.#options = options;
  }

  /** Whether any telephone can call. */
  get canCall(): boolean {
    return this.#options.telephones.some(isCalling);
  }

  /** What would keep such a call from being made at all, thrown: BOT_PROFILE_UNKNOWN, TELEPHONE_UNKNOWN, TELEPHONE_AWAY, CALL_NOT_PLACED. */
  check(order: Pick<CallOrder, 'bot' | 'telephone'>): void {
    this.#options.checkBot(order.bot);
    this.#telephoneFor(order.telephone);
    this.#options.desk.reserve(order.bot)();
  }

  /** See CallOut. Throws what `check` throws, or the signal's reason: nothing has rung, or does any more. */
  readonly call = async (
    order: CallOrder,
    signal: AbortSignal,
    progress: CallProgress = {},
  ): Promise<CallOutcome> => {
    signal.throwIfAborted();
    const { desk, checkBot, clock, onOutcome } = this.#options;
    checkBot(order.bot);
    const telephone = this.#telephoneFor(order.telephone);
    const release = desk.reserve(order.bot);
    const beganAtMs = clock.nowMs();
    // What the call begins belongs to it, and not to whoever has ordered it.
    const calling = new FaultScope().run(() => this.#call(telephone, order, signal, progress, release));
    try {
      const outcome = await calling;
      onOutcome?.({ telephone: telephone.name, order, outcome, tookMs: clock.nowMs() - beganAtMs });
      return outcome;
    } finally {
      release();
    }
  };

  /** What rings stops ringing, and no further call is made. Resolves when nothing rings any more; calls that were answered go on. Idempotent. */
  async stopRinging(): Promise<void> {
    this.#stopping.abort(new ParleyError('CALL_NOT_PLACED', 'The service takes no more calls.'));
    await Promise.allSettled(this.#ringing);
  }

  async #call(
    telephone: CallingTelephone,
    order: CallOrder,
    signal: AbortSignal,
    { onRinging, onAnswered }: CallProgress,
    release: () => void,
  ): Promise<CallOutcome> {
    const { clock, desk, log, ringMs } = this.#options;
    const { id, to: number, bot, callerId } = order;
    const call = { call: id, telephone: telephone.name };
    log.info({ event: 'outbound.ringing', ...call, bot }, 'a number is called');
    const wanted = childOf(signal, this.#stopping.signal);
    const ringing = telephone.dial(
      { id, number, callerId, bot, ringMs, ...(onRinging && { onRinging }) },
      wanted.signal,
    );
    this.#ringing.add(ringing);
    const dialled = await ringing.finally(() => {
      wanted.release();
      this.#ringing.delete(ringing);
    });
    if (dialled.outcome !== 'answered') {
      const { outcome, cause } = dialled;
      log.info({ event: 'outbound.unanswered', ...call, outcome, cause }, 'nobody has answered');
      return { outcome, cause };
    }
    const answeredAtMs = clock.nowMs();
    onAnswered?.();
    const { line } = dialled.arrival;
    const hangUp = () => void line.hangup().catch(() => undefined);
    signal.addEventListener('abort', hangUp, { once: true });
    if (signal.aborted) hangUp();
    const serving = desk.serve(dialled.arrival, order);
    // It is live now, and counts as that.
    release();
    const { by, cause, greeted } = await serving;
    signal.removeEventListener('abort', hangUp);
    signal.throwIfAborted();
    const talkedMs = Math.round(clock.nowMs() - answeredAtMs);
    log.info({ event: 'outbound.ended', ...call, by, cause, talkedMs }, 'a call that was made has ended');
    return { outcome: 'answered', by, cause, talkedMs, greeted };
  }

  #telephoneFor(name: string | undefined): CallingTelephone {
    if (this.#stopping.signal.aborted)
      throw new ParleyError('CALL_NOT_PLACED', 'The service takes no more calls.');
    const calling = this.#options.telephones.filter(isCalling);
    const named = calling.filter((telephone) => name === undefined || telephone.name === name);
    const names = calling.map((telephone) => telephone.name).join(', ') || 'none';
    if (name !== undefined && named.length === 0)
      throw new ParleyError('TELEPHONE_UNKNOWN', `No telephone "${name}" can call; there are: ${names}.`);
    const connected = named.find((telephone) => telephone.connected);
    if (connected) return connected;
    const trouble = named.map((each) => `${each.name}: ${each.trouble ?? 'away'}`).join('; ');
    throw new ParleyError(
      'TELEPHONE_AWAY',
      trouble ? `${trouble}.` : 'No telephone of this service can call.',
    );
  }
}

function isCalling(telephone: Telephone): telephone is CallingTelephone {
  return telephone.dial !== undefined;
}
