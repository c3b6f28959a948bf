/** The callers: phones on channels of their own. */
import { systemClock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { CallablePhone, DialOptions, Phone, PhoneCall, WhenCalled } from '../../phone/phone.ts';
import { Handset } from '../handset.ts';
import type { CalledEnd, Channel, FarEnd } from './channel.ts';

/** How long a phone lets it ring before it gives up: what people and SIP phones do. */
const ANSWER_WITHIN_MS = 30_000;

/** The switchboard as a phone sees it. */
export interface Exchange {
  /** The channel, or why there is none: `404 Not Found`. */
  ring(extension: string, callerNumber: string, far: FarEnd): Channel | string;
  hangup(channel: Channel): void;
  /** Plays the frames that are overdue, so that what is said next comes after them. */
  catchUp(): void;
}

export class CallerPhone implements Phone {
  readonly #exchange: Exchange;
  readonly #calls = new Set<CallerCall>();

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  async dial(extension: string, options: DialOptions = {}): Promise<PhoneCall> {
    const call = new CallerCall(this.#exchange, options.betweenClips);
    this.#calls.add(call);
    void call.ended.then(() => this.#calls.delete(call));
    await call.dial(extension, options.callerNumber ?? '1001', options.answerWithinMs ?? ANSWER_WITHIN_MS);
    return call;
  }

  async close(): Promise<void> {
    for (const call of this.#calls) await call.hangup();
  }
}

/** A phone that can be rung at an endpoint of its own, as often as one likes. */
export class CalledPhone extends CallerPhone implements CallablePhone {
  readonly endpoint: string;
  readonly #exchange: Exchange;
  readonly #taken = new Set<CallerCall>();
  #how: WhenCalled = 'busy';

  constructor(exchange: Exchange, endpoint: string) {
    super(exchange);
    this.#exchange = exchange;
    this.endpoint = endpoint;
  }

  whenCalled(how: WhenCalled): void {
    this.#how = how;
  }

  /** The end of one call that comes in. */
  end(channel: () => Channel): CalledEnd {
    const how = this.#how;
    const call = new CallerCall(this.#exchange);
    return Object.assign(call, {
      rung: ({ ringing, take, refuse }: Parameters<CalledEnd['rung']>[0]) => {
        if (how === 'ring') return void setImmediate(ringing);
        if (how === 'busy') return void setImmediate(refuse, 17);
        if (how === 'decline') return void setImmediate(refuse, 21);
        this.#taken.add(call);
        void call.ended.then(() => this.#taken.delete(call));
        // The exchange is told of it before it has answered the request, or behind that: both occur.
        setImmediate(() => {
          ringing();
          call.takeUp(channel());
          take();
          how(call);
        });
      },
    });
  }

  override async close(): Promise<void> {
    for (const call of this.#taken) await call.hangup();
    await super.close();
  }
}

class CallerCall extends Handset implements FarEnd {
  readonly #exchange: Exchange;
  #channel: Channel | undefined;
  #onAnswer: () => void = () => undefined;

  constructor(exchange: Exchange, betweenClips?: DialOptions['betweenClips']) {
    super(betweenClips);
    this.#exchange = exchange;
  }

  /** Resolves at the answer; throws if there is none. */
  async dial(extension: string, callerNumber: string, withinMs: number): Promise<void> {
    const answered = new Promise<'answered'>((resolve) => (this.#onAnswer = () => resolve('answered')));
    const refused = this.ended.then(() => 'hung up before an answer' as const);
    let cancel = () => undefined as void;
    const late = new Promise<'no answer in time'>((resolve) => {
      cancel = systemClock.after(withinMs, () => resolve('no answer in time'));
    });
    const channel = this.#exchange.ring(extension, callerNumber, this);
    if (typeof channel === 'string') this.finish('network');
    else this.#channel = channel;
    const outcome = typeof channel === 'string' ? channel : await Promise.race([answered, refused, late]);
    cancel();
    if (outcome === 'answered') return;
    await this.hangup();
    throw new ParleyError('DIAL_FAILED', `${extension} did not take the call: ${outcome}.`);
  }

  /** It was called, and answers. */
  takeUp(channel: Channel): void {
    this.#channel = channel;
  }

  override answered(): void {
    super.answered();
    this.#onAnswer();
  }

  protected override catchUp(): void {
    this.#exchange.catchUp();
  }

  protected override pressed(digit: string, durationMs: number): void {
    this.#channel?.pressed(digit, durationMs);
  }

  protected override putDown(): void {
    if (this.#channel) this.#exchange.hangup(this.#channel);
  }
}
