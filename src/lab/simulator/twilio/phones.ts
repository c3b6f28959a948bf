/** The phones around Twilio: they call its numbers, and can be called at numbers of their own. */
import { systemClock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { CallablePhone, DialOptions, Phone, PhoneCall, WhenCalled } from '../../phone/phone.ts';
import { Handset } from '../handset.ts';

/** How long a phone lets it ring before it gives up. */
const ANSWER_WITHIN_MS = 30_000;

/** A phone's call, as Twilio has it. */
export interface Leg {
  readonly status: string;
  press(digit: string): void;
  /** Hung up from this side. */
  end(status: 'completed' | 'no-answer'): void;
}

/** The network as a phone sees it. */
export interface PhoneNetwork {
  /** Calls one of the account's numbers; undefined if there is none such. */
  call(number: string, from: string, handset: TwilioHandset): Leg | undefined;
  catchUp(): void;
}

export class TwilioHandset extends Handset {
  readonly #network: PhoneNetwork;
  #call: Leg | undefined;
  #onAnswer: () => void = () => undefined;
  readonly isAnswered = new Promise<void>((resolve) => (this.#onAnswer = resolve));

  constructor(network: PhoneNetwork, betweenClips?: DialOptions['betweenClips']) {
    super(betweenClips);
    this.#network = network;
  }

  wire(call: Leg): void {
    this.#call = call;
  }

  override answered(): void {
    super.answered();
    this.#onAnswer();
  }

  protected override catchUp(): void {
    this.#network.catchUp();
  }

  protected override pressed(digit: string): void {
    this.#call?.press(digit);
  }

  protected override putDown(): void {
    // Before the answer it is the caller who gives up.
    this.#call?.end(Number.isNaN(this.answeredAtMs) ? 'no-answer' : 'completed');
  }
}

export class TwilioPhone implements Phone {
  protected readonly network: PhoneNetwork;
  readonly #up = new Set<TwilioHandset>();

  constructor(network: PhoneNetwork) {
    this.network = network;
  }

  async dial(number: string, options: DialOptions = {}): Promise<PhoneCall> {
    const handset = this.handset(options.betweenClips);
    const call = this.network.call(number, options.callerNumber ?? '+15550001001', handset);
    if (!call) throw new ParleyError('DIAL_FAILED', `${number} is no number of the account.`);
    handset.wire(call);
    let cancel = () => undefined as void;
    const late = new Promise<string>((resolve) => {
      cancel = systemClock.after(options.answerWithinMs ?? ANSWER_WITHIN_MS, () =>
        resolve('no answer in time'),
      );
    });
    const answered = handset.isAnswered.then(() => 'answered');
    const refused = handset.ended.then(() => `it ended before an answer (${call.status})`);
    const outcome = await Promise.race([answered, refused, late]);
    cancel();
    if (outcome === 'answered') return handset;
    await handset.hangup();
    throw new ParleyError('DIAL_FAILED', `${number} did not take the call: ${outcome}.`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#up].map((handset) => handset.hangup()));
  }

  protected handset(betweenClips?: DialOptions['betweenClips']): TwilioHandset {
    const handset = new TwilioHandset(this.network, betweenClips);
    this.#up.add(handset);
    void handset.ended.then(() => this.#up.delete(handset));
    return handset;
  }
}

/** What became of ringing a phone. */
export type Rung =
  | { readonly answers: false; readonly how: 'busy' | 'decline' | 'ring' }
  | {
      readonly answers: true;
      readonly handset: TwilioHandset;
      /** Hands the call to whoever has picked up. */
      readonly answer: () => void;
    };

export interface RungPhone {
  rung(): Rung;
}

export class CalledTwilioPhone extends TwilioPhone implements CallablePhone, RungPhone {
  /** Its number. */
  readonly endpoint: string;
  #how: WhenCalled = 'busy';

  constructor(network: PhoneNetwork, number: string) {
    super(network);
    this.endpoint = number;
  }

  whenCalled(how: WhenCalled): void {
    this.#how = how;
  }

  rung(): Rung {
    const how = this.#how;
    if (typeof how === 'string') return { answers: false, how };
    const handset = this.handset();
    return { answers: true, handset, answer: () => how(handset) };
  }
}
