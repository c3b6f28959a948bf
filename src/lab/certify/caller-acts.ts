/** One caller of a certificate: does what a situation wants, and notes what was said when. Hears the bot and nothing else. */
import { childOf } from '../../base/abort.ts';
import { unlessAborted } from '../../base/async.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError, isParleyError } from '../../base/errors.ts';
import type { Phone, PhoneCall } from '../phone/phone.ts';
import { GAP_MS } from '../../ear/dialogue.ts';
import { Bot } from '../probe/caller.ts';
import type { CallerSounds } from './sounds.ts';
import type { SaidInCall } from './verdict.ts';

/** A bot that fails says so within this time, or is as good as silent, ms. */
const FAILING_WITHIN_MS = 15_000;
/** A bot whose provider is late is at its answer still, ms: who asks again within this time speaks into it. */
const FAILING_SILENCE_MS = 4000;
/** No greeting is longer without a breath, whatever it warns of, ms. */
const GREETING_ENDS_WITHIN_MS = 30_000;
/** Sound is told by packets of 20 ms, so who listens more often hears no more, ms. */
const LISTEN_EVERY_MS = 20;
/** Into what the bot says, once it is under way, ms. */
const INTO_AFTER_MS = 700;

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
  /** It is given up on when it still speaks after so long, ms. */
  readonly endsWithinMs: number;
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
  #isEndless = false;

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

  /** It was given up on: it still spoke after all the time that it had. */
  get isEndless(): boolean {
    return this.#isEndless;
  }

  /** The bot has said its first words, or has none. */
  async greeted(): Promise<void> {
    const { botSilenceMs, endsWithinMs, greetsWithinMs } = this.#options;
    if (await this.#isHeardWithin(greetsWithinMs))
      await this.#isSilent(botSilenceMs, Math.min(endsWithinMs, GREETING_ENDS_WITHIN_MS));
  }

  /** The bot is heard after what was said last. */
  async begun(): Promise<void> {
    await this.#bot.begins(this.#sinceMs, this.#said.length === 0 ? 'greeted nobody' : 'had no answer');
  }

  /** The bot is in the middle of what it says: not of the "one moment" before it. Resolves as well when all that it says is shorter. */
  async isUnderWay(): Promise<void> {
    await this.begun();
    const { botSilenceMs, clock } = this.#options;
    const heardMs = () => this.#call.soundHeardAtMs ?? 0;
    let [fromMs, toMs] = [heardMs(), heardMs()];
    while (toMs - fromMs < INTO_AFTER_MS && clock.nowMs() - toMs < botSilenceMs) {
      await this.waits(LISTEN_EVERY_MS);
      if (heardMs() - toMs > GAP_MS) fromMs = heardMs();
      toMs = heardMs();
    }
  }

  async hearsAnswer(): Promise<void> {
    await this.begun();
    await this.fallsSilent();
  }

  fallsSilent(): Promise<void> {
    return this.#isSilent(this.#options.botSilenceMs, this.#options.endsWithinMs);
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

  /** Until the bot says nothing either. Resolves with whether it is still there: one that hears nobody may say goodbye and hang up. */
  async waitsInSilence(forMs: number): Promise<boolean> {
    try {
      await this.waits(forMs);
      await this.fallsSilent();
      return true;
    } catch (error) {
      if (isParleyError(error, 'LINE_ENDED')) return false;
      throw error;
    }
  }

  /** Whatever is heard within the time that a failing bot has; nothing is as well. */
  async hearsWhatComes(): Promise<void> {
    const { botSilenceMs, endsWithinMs } = this.#options;
    await this.#isHeardWithin(FAILING_WITHIN_MS);
    await this.#isSilent(Math.max(botSilenceMs, FAILING_SILENCE_MS), endsWithinMs);
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

  async #isSilent(forMs: number, withinMs: number): Promise<void> {
    try {
      await this.#bot.fallsSilent(forMs, withinMs);
    } catch (error) {
      this.#isEndless = isParleyError(error, 'DIAL_UNANSWERED');
      throw error;
    }
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
