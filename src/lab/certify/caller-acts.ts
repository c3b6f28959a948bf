/** One caller of a certificate: does what a situation wants, and notes what was said when. Hears the bot and nothing else. */
import { childOf } from '../../base/abort.ts';
import { unlessAborted } from '../../base/async.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError, isParleyError } from '../../base/errors.ts';
import type { Phone, PhoneCall } from '../phone/phone.ts';
import { Bot } from '../probe/caller.ts';
import type { CallerSounds } from './sounds.ts';
import type { SaidInCall } from './verdict.ts';

/** A bot that fails says so within this time, or is as good as silent, ms. */
const FAILING_WITHIN_MS = 15_000;
/** Sound is told by packets of 20 ms, so who listens more often hears no more, ms. */
const LISTEN_EVERY_MS = 20;

export interface CallerActsOptions {
  readonly phone: Phone;
  readonly extension: string;
  readonly answerWithinMs: number;
  readonly clock: Clock;
  readonly sounds: CallerSounds;
  /** The bot has ended what it says when it has been silent for so long, ms. */
  readonly botSilenceMs: number;
  /** Who has not been greeted by then speaks first, ms. */
  readonly greetsWithinMs: number;
  readonly signal: AbortSignal;
}

export class CallerActs {
  readonly #options: CallerActsOptions;
  readonly #said: SaidInCall[] = [];
  #call: PhoneCall;
  #bot: Bot;
  #life: ReturnType<typeof childOf>;
  /** The bot is waited for from then on. */
  #sinceMs: number;

  private constructor(options: CallerActsOptions, call: PhoneCall) {
    this.#options = options;
    [this.#call, this.#life, this.#bot] = this.#listenTo(call);
    this.#sinceMs = call.answeredAtMs;
  }

  /** Rejects with DIAL_FAILED if nobody answers. */
  static async dial(options: CallerActsOptions): Promise<CallerActs> {
    return new CallerActs(options, await dialled(options));
  }

  get call(): PhoneCall {
    return this.#call;
  }

  /** Times from the answer of the call. */
  get said(): readonly SaidInCall[] {
    return this.#said;
  }

  /** The bot has said its first words, or has none. */
  async greeted(): Promise<void> {
    if (await this.#isHeardWithin(this.#options.greetsWithinMs)) await this.fallsSilent();
  }

  /** The bot is heard after what was said last. */
  async begun(): Promise<void> {
    await this.#bot.begins(this.#sinceMs, this.#said.length === 0 ? 'greeted nobody' : 'had no answer');
  }

  async hearsAnswer(): Promise<void> {
    await this.begun();
    await this.fallsSilent();
  }

  fallsSilent(): Promise<void> {
    return this.#bot.fallsSilent(this.#options.botSilenceMs);
  }

  asks(): Promise<void> {
    return this.says('question', 'speech');
  }

  async says(name: keyof CallerSounds, kind: SaidInCall['kind']): Promise<void> {
    const { pcm, speechBeginsMs = 0, speechEndsMs } = this.#options.sounds[name];
    const { startedAtMs } = await this.#whileUp(this.#call.say(pcm));
    const beganMs = startedAtMs - this.#call.answeredAtMs;
    this.#said.push({ kind, fromMs: beganMs + speechBeginsMs, toMs: beganMs + speechEndsMs });
    // What follows a cough is what was being said before.
    if (kind !== 'sound') this.#sinceMs = startedAtMs + speechEndsMs;
  }

  waits(forMs: number): Promise<void> {
    const { clock } = this.#options;
    return sleep(clock, forMs, this.#life.signal);
  }

  /** Resolves with whether the bot is still there: one that hears nobody may hang up. */
  async waitsInSilence(forMs: number): Promise<boolean> {
    try {
      await this.waits(forMs);
      return true;
    } catch (error) {
      if (isParleyError(error, 'LINE_ENDED')) return false;
      throw error;
    }
  }

  /** Whatever is heard within the time that a failing bot has; nothing is as well. */
  async hearsWhatComes(): Promise<void> {
    await this.#isHeardWithin(FAILING_WITHIN_MS);
    await this.fallsSilent();
  }

  /** Hangs up, and is another caller. */
  async callsAgain(): Promise<void> {
    this.#life.release();
    await this.#call.hangup();
    this.#said.length = 0;
    [this.#call, this.#life, this.#bot] = this.#listenTo(await dialled(this.#options));
    this.#sinceMs = this.#call.answeredAtMs;
  }

  /** The call is over when this resolves. */
  async hangup(): Promise<void> {
    this.#life.release();
    await this.#call.hangup();
  }

  async #isHeardWithin(withinMs: number): Promise<boolean> {
    const { clock } = this.#options;
    const untilMs = clock.nowMs() + withinMs;
    const isHeard = () => (this.#call.soundHeardAtMs ?? 0) > this.#sinceMs;
    while (clock.nowMs() < untilMs && !isHeard()) await this.waits(LISTEN_EVERY_MS);
    return isHeard();
  }

  /** Who speaks to somebody who leaves hears why, and who is interrupted does not speak to the end. */
  async #whileUp<T>(doing: Promise<T>): Promise<T> {
    try {
      return await unlessAborted(doing, this.#life.signal);
    } catch (error) {
      if (isParleyError(error, 'LINE_ENDED')) {
        await this.#call.ended;
        this.#life.signal.throwIfAborted();
      }
      throw error;
    }
  }

  #listenTo(call: PhoneCall) {
    const { clock, signal } = this.#options;
    const life = childOf(signal);
    void call.ended.then(({ by }) => life.abort(new ParleyError('LINE_ENDED', whyOver(call, by))));
    return [call, life, new Bot(call, clock, life.signal)] as const;
  }
}

function whyOver({ referredTo }: PhoneCall, by: Awaited<PhoneCall['ended']>['by']): string {
  if (referredTo !== undefined) return `The bot handed the caller on to ${referredTo}.`;
  return by === 'them' ? 'The bot hung up.' : 'The connection was lost.';
}

function dialled({ phone, extension, answerWithinMs, signal }: CallerActsOptions): Promise<PhoneCall> {
  return unlessAborted(phone.dial(extension, { answerWithinMs }), signal);
}
