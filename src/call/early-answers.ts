/**
 * Answers that are begun before the turn is over, on what the caller seems to have said. At most one is on its way. It is used if the
 * turn ends with the same words, and thrown away unheard if not.
 */
import { isSameText } from '../languages/same-text.ts';
import type { CancelTimer, Clock } from '../base/clock.ts';
import { deferred } from '../base/async.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Answer } from './answer.ts';
import type { WordsSoFar } from './listening/ear.ts';
import { HeldMarks } from './held-marks.ts';
import type { Persona } from './persona.ts';
import type { HeardWords } from './personas.ts';
import type { Responder } from './responder.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** So many thrown away in one turn are enough: the caller is one who pauses, and the next guess would be no better. */
const MAX_WASTED_A_TURN = 2;

export interface EarlyAnswersOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly responder: Responder;
  /** What any file may have of the caller's words at present. */
  readonly written: (text: string) => string;
  /** Who speaks at present. */
  readonly persona: () => Persona;
  /** Who would answer these words. */
  readonly answering: (words: HeardWords) => Persona;
  readonly settings: BotProfile['earlyAnswer'];
}

interface EarlyAnswer {
  readonly text: string;
  readonly persona: Persona;
  readonly answer: Answer;
  readonly marks: HeldMarks;
  readonly goOn: () => void;
}

/** Words that may yet turn out to be all. */
interface Awaited {
  readonly text: string;
  readonly persona: Persona;
  /** Since when they are the same. */
  readonly sinceMs: number;
  readonly cancel: CancelTimer;
}

export class EarlyAnswers {
  readonly #options: EarlyAnswersOptions;
  #awaited: Awaited | undefined;
  #begun: EarlyAnswer | undefined;
  #wasted = 0;

  constructor(options: EarlyAnswersOptions) {
    this.#options = options;
  }

  /** What the caller seems to have said by now. */
  heard(words: WordsSoFar): void {
    const { answering, clock, settings } = this.#options;
    const { text, isSettled, likelyAllAtMs } = words;
    if (!settings.enabled) return;
    const persona = answering(words);
    if (this.#begun && this.#answers(this.#begun, text, persona)) return;
    if (this.#begun) this.#discard();
    const before =
      this.#awaited?.text === text && this.#awaited.persona === persona ? this.#awaited : undefined;
    this.#stopWaiting();
    if (text === '' || likelyAllAtMs === undefined || this.#wasted === MAX_WASTED_A_TURN) return;
    const nowMs = clock.nowMs();
    const sinceMs = before?.sinceMs ?? nowMs;
    const beginsAtMs = Math.max(likelyAllAtMs, isSettled ? nowMs : sinceMs + settings.afterMs);
    const cancel = clock.after(Math.max(0, beginsAtMs - nowMs), () => this.#begin(text, persona));
    this.#awaited = { text, persona, sinceMs, cancel };
  }

  /** The first words of an answer that was begun are known. */
  get hasChunks(): boolean {
    return this.#begun?.answer.hasChunks === true;
  }

  /** The turn is over, this was said, and it is known who answers: the answer that was begun, if it is that. What else was begun is thrown away. */
  take(text: string): Answer | undefined {
    const early = this.#begun;
    if (!early || early.answer.failed || !this.#answers(early, text, this.#options.persona())) {
      this.drop();
      return undefined;
    }
    this.#begun = undefined;
    this.drop();
    this.#options.timeline.mark('earlyAnswer.used', {});
    early.marks.release();
    early.goOn();
    return early.answer;
  }

  /** The turn is over: throws away what was begun. */
  drop(): void {
    this.#stopWaiting();
    this.#discard();
    this.#wasted = 0;
  }

  #discard(): void {
    const early = this.#begun;
    this.#begun = undefined;
    if (!early) return;
    this.#wasted++;
    early.answer.stop(new Error('the caller said something else'));
    early.answer.over('unused');
    const { tokens, usage, synthesizedCharacters: characters } = early.answer;
    // Its own marks are never released.
    if (usage) this.#options.timeline.mark('chat.usage', usage);
    this.#options.timeline.mark('earlyAnswer.wasted', { tokens, characters });
  }

  #begin(text: string, persona: Persona): void {
    const { clock, timeline, responder, written } = this.#options;
    this.#stopWaiting();
    timeline.mark('earlyAnswer.begun', { text: written(text) });
    const marks = new HeldMarks(clock, timeline);
    const { promise: goOn, resolve } = deferred();
    const answer = responder.answer({ text, marks, goOn }, persona);
    this.#begun = { text, persona, answer, marks, goOn: resolve };
  }

  #stopWaiting(): void {
    this.#awaited?.cancel();
    this.#awaited = undefined;
  }

  #answers(begun: EarlyAnswer, text: string, persona: Persona): boolean {
    return begun.persona === persona && isSameText(text, begun.text, persona.hears);
  }
}
