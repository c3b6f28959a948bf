/** The bot alone with a colleague who has answered: tells who calls and why, and asks whether to put the caller through. */
import { childOf, untilAny } from '../../base/abort.ts';
import { deferred, unlessAborted } from '../../base/async.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { fixedSilence } from '../../endpointing/fixed-silence.ts';
import { handoverWords, readPutThrough } from '../../languages/handover-words.ts';
import type { Recognizer } from '../../speech/recognition/recognizer.ts';
import type { Synthesizer, Voice } from '../../speech/synthesis/synthesizer.ts';
import type { Colleague } from '../../telephony/line.ts';
import { Timeline } from '../../timeline/timeline.ts';
import { Ear } from '../listening/ear.ts';
import { Mouth } from '../speaking/mouth.ts';

/** How long a colleague may be silent after the question, ms, before it is put again. */
const ANSWER_WITHIN_MS = 5000;

/** A machine that answers says neither; a person who is asked thrice has been asked enough. */
const QUESTIONS = 3;

/**
 * The question stands at the end of what a colleague is told, ms: a yes or no that ended later answers it. One that ended sooner is how
 * people pick up a telephone, and show that they listen.
 */
const QUESTION_MS = 1500;

/** A yes needs no patience, ms. */
const SILENCE_MS = 500;

const YES_KEY = '1';
const NO_KEY = '2';

export interface AskingParts {
  readonly clock: Clock;
  readonly recognizer: Recognizer;
  readonly synthesizer: Synthesizer;
  /** What the colleague speaks, BCP-47. */
  readonly language: string;
  readonly voice: Voice;
}

/** `nothing`: nobody has said either within a bound, a machine has answered, or the colleague has hung up. */
export type ColleaguesWill = 'yes' | 'no' | 'nothing';

/** `told`: who calls and why. Throws the signal's reason. */
export async function askColleague(
  parts: AskingParts,
  colleague: Colleague,
  told: Promise<string>,
  signal: AbortSignal,
): Promise<ColleaguesWill> {
  const listening = childOf(signal, colleague.ended);
  const asking = new Asking(parts, colleague, listening.signal);
  try {
    return await asking.ask(told);
  } catch (error) {
    signal.throwIfAborted();
    if (colleague.ended.aborted) return 'nothing';
    throw error;
  } finally {
    listening.abort(new Error('the colleague has been asked'));
    asking.close();
  }
}

class Asking {
  readonly #parts: AskingParts;
  readonly #signal: AbortSignal;
  readonly #mouth: Mouth;
  readonly #ear: Ear;
  readonly #decided = deferred<ColleaguesWill>();
  /** Said before it was certain that the question had been heard. */
  #early: { readonly will: 'yes' | 'no'; readonly endedAtMs: number } | undefined;
  #askedAtMs = Infinity;
  /** The last loud sound, and whether it lasts. */
  #isSpeaking = false;

  constructor(parts: AskingParts, { hearing, player }: Colleague, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    const { clock, language, recognizer } = parts;
    // What a colleague says is no part of the caller's timeline.
    const timeline = new Timeline(clock);
    this.#mouth = new Mouth({ player, clock, timeline, language: () => language });
    this.#ear = new Ear({
      clock,
      timeline,
      hearing,
      endOfTurn: fixedSilence(SILENCE_MS),
      language: () => language,
      recognize: ({ audio, sampleRateHz }, unwanted) =>
        untilAny([unwanted, signal], (wanted) =>
          recognizer.recognize(audio, { language, sampleRateHz }, wanted),
        ),
      onWords: () => undefined,
      onEnded: () => undefined,
    });
    hearing.listen({
      speechStarted: (atMs) => {
        this.#isSpeaking = true;
        this.#ear.speechStarted(atMs);
      },
      speechStopped: (startedAtMs, endedAtMs) => {
        this.#isSpeaking = false;
        this.#ear.speechStopped(startedAtMs, endedAtMs);
      },
      digit: (digit) => {
        if (digit === YES_KEY) this.#decided.resolve('yes');
        if (digit === NO_KEY) this.#decided.resolve('no');
      },
    });
  }

  async ask(told: Promise<string>): Promise<ColleaguesWill> {
    const { opening, question, again } = handoverWords(this.#parts.language);
    void this.#listen().catch(() => undefined);
    for (let asked = 0; asked < QUESTIONS; asked++) {
      const text =
        asked === 0 ? [opening, await unlessAborted(told, this.#signal), question].join(' ') : again;
      const said = this.#say(text).then((isHeard) => {
        if (isHeard) this.#asked();
        return this.#answerTime();
      });
      const will = await unlessAborted(Promise.race([this.#decided.promise, said]), this.#signal);
      if (will) return will;
    }
    return 'nothing';
  }

  close(): void {
    this.#ear.close();
    void this.#mouth.stop();
  }

  /** Resolves when the question is over, with whether it has been heard. */
  async #say(text: string): Promise<boolean> {
    const { language, synthesizer, voice } = this.#parts;
    const { sampleRateHz } = this.#mouth;
    const pieces = synthesizer.synthesize({ text, language, voice, sampleRateHz }, this.#signal);
    const audio = (async function* () {
      for await (const { pcm } of pieces) yield pcm;
    })();
    const { outcome } = await this.#mouth.say({ sampleRateHz, audio }, { kind: 'answer', text }).finished;
    return outcome === 'heard';
  }

  /** The question has been heard; whoever answered into its last word has answered. */
  #asked(): void {
    this.#askedAtMs = Math.min(this.#askedAtMs, this.#parts.clock.nowMs() - QUESTION_MS);
    if (this.#early && this.#early.endedAtMs >= this.#askedAtMs) this.#decided.resolve(this.#early.will);
  }

  /** Nobody is cut off in the middle of an answer. */
  async #answerTime(): Promise<void> {
    const { clock } = this.#parts;
    await sleep(clock, ANSWER_WITHIN_MS, this.#signal);
    if (this.#isSpeaking) await sleep(clock, ANSWER_WITHIN_MS, this.#signal);
  }

  /** Takes what the colleague says at any time, plain words over the bot's too; until it is decided, or the signal aborts. */
  async #listen(): Promise<void> {
    for (;;) {
      for (const { text, endedAtMs } of await this.#ear.heardWithin(ANSWER_WITHIN_MS, this.#signal)) {
        const said = readPutThrough(await text.catch(() => ''), this.#parts.language);
        if (!said) continue;
        const { will, isPlain } = said;
        if (will === 'machine') this.#decided.resolve('nothing');
        else if (isPlain || endedAtMs >= this.#askedAtMs) this.#decided.resolve(will);
        else this.#early = { will, endedAtMs };
      }
    }
  }
}
