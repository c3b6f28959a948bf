/** Keeps the share of people who pick up and hear nobody below what the campaign allows: first it slows down, then it stops. */
import type { Answers } from './kept-campaign.ts';
import type { TryOutcome } from './outcomes.ts';

/** Of fewer answers no share is told: one of ten would be more than any limit. */
export const ANSWERS_TO_JUDGE = 50;

/** Above the limit so many further people are called, one after another; if it is still above it then, somebody has to look. */
export const ANSWERS_ON_PROBATION = 20;

/** `free`: as many calls as wanted; `slow`: one at a time; `stop`: none until somebody resumes the campaign. */
export type Pacing = 'free' | 'slow' | 'stop';

export class Abandonment {
  readonly #limit: number;
  #answered: number;
  #abandoned: number;
  /** Answers at which it went above the limit; undefined while it is not. */
  #aboveSince: number | undefined;

  /** `before`: what earlier processes have counted. */
  constructor(limit: number, before: Answers) {
    this.#limit = limit;
    this.#answered = before.answered;
    this.#abandoned = before.abandoned;
    this.#judge();
  }

  get pacing(): Pacing {
    if (this.#aboveSince === undefined) return 'free';
    return this.#answered - this.#aboveSince >= ANSWERS_ON_PROBATION ? 'stop' : 'slow';
  }

  note(outcome: TryOutcome): void {
    if (outcome !== 'reached' && outcome !== 'abandoned') return;
    this.#answered += 1;
    if (outcome === 'abandoned') this.#abandoned += 1;
    this.#judge();
  }

  /** Somebody has looked: it is on probation anew. */
  forgive(): void {
    if (this.#aboveSince !== undefined) this.#aboveSince = this.#answered;
  }

  #judge(): void {
    const isAbove = this.#answered >= ANSWERS_TO_JUDGE && this.#abandoned / this.#answered > this.#limit;
    if (!isAbove) this.#aboveSince = undefined;
    else this.#aboveSince ??= this.#answered;
  }
}
