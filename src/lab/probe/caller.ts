/** One call from its dialling to its end: listens, speaks when it is time, and hangs up. It judges nothing; measures.ts does. */
import { childOf } from '../../base/abort.ts';
import { sleep, type Clock } from '../../base/clock.ts';
import { isParleyError, ParleyError } from '../../base/errors.ts';
import { unlessAborted } from '../../base/async.ts';
import type { Phone, PhoneCall, Span } from '../phone/phone.ts';
import type { Script } from './script.ts';

/** Nobody waits longer for a first word; a bot that needs more is broken, not slow. */
const BOT_BEGINS_WITHIN_MS = 15_000;
/** Longer than any answer on the telephone: whoever still makes a sound then is music, noise, or a bot that runs wild. */
const BOT_ENDS_WITHIN_MS = 60_000;
/** How often the caller listens, ms: sound is told by packets of 20 ms, so more often tells no more. */
const LISTEN_EVERY_MS = 20;

/** A line of the script as it was spoken. */
export interface Utterance extends Span {
  readonly name: string;
}

export type CallStep = 'dialling' | 'listening' | 'speaking' | 'over';

export interface CallerOptions {
  readonly phone: Phone;
  readonly extension: string;
  readonly script: Script;
  /** How long it may ring, ms. */
  readonly answerWithinMs: number;
  readonly clock: Clock;
  /** Ends the call early; it is hung up all the same. */
  readonly signal: AbortSignal;
  readonly onStep: (step: CallStep) => void;
}

export interface PlayedCall {
  /** From the first INVITE to the 200; undefined if there was none. */
  readonly answerMs: number | undefined;
  /** Undefined if it was never answered. */
  readonly call: PhoneCall | undefined;
  readonly utterances: readonly Utterance[];
  /** Why the script was not played to its end. */
  readonly failure: unknown;
}

/** Never rejects: what went wrong is in the result. The call is over when this resolves. */
export async function playCall(options: CallerOptions): Promise<PlayedCall> {
  const { phone, extension, answerWithinMs, clock, signal, onStep } = options;
  const utterances: Utterance[] = [];
  const dialledAtMs = clock.nowMs();
  onStep('dialling');
  let call: PhoneCall | undefined;
  let failure: unknown;
  try {
    signal.throwIfAborted();
    call = await unlessAborted(phone.dial(extension, { answerWithinMs }), signal);
    await playScript(call, options, utterances);
  } catch (error) {
    failure = error;
  }
  await call?.hangup();
  onStep('over');
  const answerMs = call && call.answeredAtMs - dialledAtMs;
  return { answerMs, call, utterances, failure };
}

async function playScript(
  call: PhoneCall,
  { script, clock, signal, onStep }: CallerOptions,
  utterances: Utterance[],
): Promise<void> {
  const life = childOf(signal);
  void call.ended.then(({ by }) =>
    life.abort(
      new ParleyError('LINE_ENDED', by === 'them' ? 'The other side hung up.' : 'The connection was lost.'),
    ),
  );
  const bot = new Bot(call, clock, life.signal);
  try {
    onStep('listening');
    let begunAtMs = await bot.begins(call.answeredAtMs, 'greeted nobody');
    for (const [index, { name, pcm, speechEndsMs }] of script.lines.entries()) {
      if (index === 0 || script.bargeInAfterMs === undefined) await bot.fallsSilent(script.botSilenceMs);
      else await sleep(clock, begunAtMs + script.bargeInAfterMs - clock.nowMs(), life.signal);
      onStep('speaking');
      const span = await call.say(pcm);
      utterances.push({ name, ...span });
      onStep('listening');
      begunAtMs = await bot.begins(span.startedAtMs + speechEndsMs, `had no answer to ${name}`);
    }
    await untilOver(call, async () => {
      await bot.fallsSilent(script.botSilenceMs);
      await sleep(clock, call.answeredAtMs + script.holdMs - clock.nowMs(), life.signal);
    });
  } finally {
    life.release();
  }
}

/** After its last answer the bot may hang up too. */
async function untilOver(call: PhoneCall, waiting: () => Promise<void>): Promise<void> {
  try {
    await waiting();
  } catch (error) {
    if (!isParleyError(error, 'LINE_ENDED') || (await call.ended).by !== 'them') throw error;
  }
}

/** What is on the other end, as it sounds. */
export class Bot {
  readonly #call: PhoneCall;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  constructor(call: PhoneCall, clock: Clock, signal: AbortSignal) {
    this.#call = call;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Resolves with when sound was heard after `sinceMs`. Rejects with DIAL_UNANSWERED. */
  async begins(sinceMs: number, complaint: string): Promise<number> {
    const untilMs = this.#clock.nowMs() + BOT_BEGINS_WITHIN_MS;
    for (;;) {
      const heardAtMs = this.#call.soundHeardAtMs;
      if (heardAtMs !== undefined && heardAtMs > sinceMs) return heardAtMs;
      if (this.#clock.nowMs() > untilMs)
        throw new ParleyError('DIAL_UNANSWERED', `The bot ${complaint} within ${BOT_BEGINS_WITHIN_MS} ms.`);
      await sleep(this.#clock, LISTEN_EVERY_MS, this.#signal);
    }
  }

  /** Rejects with DIAL_UNANSWERED. */
  async fallsSilent(forMs: number, withinMs = BOT_ENDS_WITHIN_MS): Promise<void> {
    const untilMs = this.#clock.nowMs() + withinMs;
    for (;;) {
      const heardAtMs = this.#call.soundHeardAtMs ?? this.#call.answeredAtMs;
      const waitMs = heardAtMs + forMs - this.#clock.nowMs();
      if (waitMs <= 0) return;
      if (this.#clock.nowMs() > untilMs)
        throw new ParleyError('DIAL_UNANSWERED', `The bot was not silent within ${withinMs} ms.`);
      await sleep(this.#clock, waitMs, this.#signal);
    }
  }
}
