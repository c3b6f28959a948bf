/** Documents searched for what a caller says, while it is being said. */
import { deferred } from '../base/async.ts';
import type { CancelTimer, Clock } from '../base/clock.ts';
import { errorCode } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import { settledWithin } from '../base/settled-within.ts';
import { questionTerms } from '../languages/search-terms.ts';
import type { FoundPassage } from './knowledge/found-passage.ts';
import type { KnowledgeSource } from './knowledge/knowledge-source.ts';
import type { ContextFacts, ContextSource } from './known-context.ts';

export interface SpokenSearchOptions {
  readonly source: KnowledgeSource;
  /** Passages of one answer. */
  readonly top: number;
  /** How long an answer waits for them, ms. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly onReady: (facts: ContextFacts) => void;
}

export interface FoundInTime {
  readonly passages: readonly FoundPassage[];
  readonly late: readonly ContextSource[];
}

/** Words must have stood still for so long before the endpoint for embeddings is asked, ms: each request costs. */
const STILL_MS = 200;

/** How long passages that came too late for their answer are given to the next ones, ms: after that the talk is of something else. */
const KEPT_MS = 30_000;

interface Belated {
  readonly atMs: number;
  readonly passages: readonly FoundPassage[];
}

export class SpokenSearch {
  readonly #options: SpokenSearchOptions;
  readonly #ending = new AbortController();
  #question: Question | undefined;
  #belated: readonly Belated[] = [];
  #cancelStill: CancelTimer = () => undefined;

  constructor(options: SpokenSearchOptions) {
    this.#options = options;
  }

  /** The search begins; the same words in another order or with other fillers are the same question. */
  heard(text: string): void {
    const question = this.#ask(text);
    if (question === undefined) return;
    this.#cancelStill();
    this.#cancelStill = this.#options.clock.after(STILL_MS, () => question.askMeaning());
  }

  /** What is found within the deadline, and what came too late before. Rejects with the signal's reason. */
  async found(text: string, signal: AbortSignal): Promise<FoundInTime> {
    const question = this.#ask(text);
    const { deadlineMs, clock, top } = this.#options;
    this.#belated = this.#belated.filter(({ atMs }) => clock.nowMs() - atMs < KEPT_MS);
    const before = this.#belated.flatMap(({ passages }) => passages);
    if (question === undefined) return { passages: before.slice(0, top), late: [] };
    question.askMeaning();
    await settledWithin(question.whole, deadlineMs, clock, signal);
    const { late, passages } = question.used((belated) => {
      this.#belated = [...this.#belated, { atMs: clock.nowMs(), passages: belated }];
    });
    const isNew = ({ file, text: own }: FoundPassage) =>
      !passages.some((passage) => passage.file === file && passage.text === own);
    return { passages: [...passages, ...before.filter(isNew).slice(0, top)], late };
  }

  close(): void {
    this.#cancelStill();
    this.#ending.abort(new Error('the call is over'));
  }

  /** Undefined if there is no word in it to look for. */
  #ask(text: string): Question | undefined {
    const key = questionTerms(text)
      .map(([first]) => first?.term)
      .toSorted()
      .join(' ');
    if (key === '' || this.#ending.signal.aborted) return undefined;
    if (this.#question?.key !== key)
      this.#question = new Question(key, text, this.#options, this.#ending.signal);
    return this.#question;
  }
}

/** One question and what is found for it, better and better. */
class Question {
  readonly key: string;
  /** Resolves when nothing more will be found. Never rejects. */
  readonly whole: Promise<void>;
  readonly #text: string;
  readonly #options: SpokenSearchOptions;
  readonly #signal: AbortSignal;
  readonly #startedAtMs: number;
  readonly #meaning = deferred();
  #isMeaningAsked = false;
  #isMeaningLate = true;
  #passages: readonly FoundPassage[] | undefined;
  #tookMs = 0;
  #failure: ErrorCode | undefined;
  #onBelated: ((passages: readonly FoundPassage[]) => void) | undefined;
  #isTold = false;

  constructor(key: string, text: string, options: SpokenSearchOptions, signal: AbortSignal) {
    this.key = key;
    this.#text = text;
    this.#options = options;
    this.#signal = signal;
    this.#startedAtMs = options.clock.nowMs();
    if (!options.source.hasMeaning) this.#meaning.resolve();
    this.whole = Promise.all([this.#byWords(), this.#meaning.promise]).then(() => undefined);
  }

  askMeaning(): void {
    if (this.#isMeaningAsked || !this.#options.source.hasMeaning || this.#signal.aborted) return;
    this.#isMeaningAsked = true;
    void this.#byMeaning();
  }

  /** What an answer is made with; if it is nothing yet, `onBelated` is told of it later. */
  used(onBelated: (passages: readonly FoundPassage[]) => void): FoundInTime {
    if (this.#passages === undefined) {
      this.#onBelated = onBelated;
      return { passages: [], late: ['knowledge'] };
    }
    this.#tell(false);
    const isWithoutMeaning = this.#options.source.hasMeaning && this.#isMeaningLate;
    return { passages: this.#passages, late: isWithoutMeaning ? ['embeddings'] : [] };
  }

  async #byWords(): Promise<void> {
    const { source, top } = this.#options;
    try {
      const passages = await source.byWords(this.#text, top);
      this.#has(this.#passages ?? passages);
    } catch (error) {
      this.#failure = errorCode(error);
      this.#has(this.#passages ?? []);
    }
  }

  async #byMeaning(): Promise<void> {
    const { source, top, clock, onReady } = this.#options;
    const startedAtMs = clock.nowMs();
    let failure: ErrorCode | undefined;
    try {
      const passages = await source.byMeaning(this.#text, top, this.#signal);
      if (this.#signal.aborted) return;
      this.#isMeaningLate = false;
      this.#has(passages);
    } catch (error) {
      if (this.#signal.aborted) return;
      failure = errorCode(error);
      this.#isMeaningLate = false;
    }
    const found = failure === undefined ? (this.#passages?.length ?? 0) : 0;
    const late = this.#isTold || this.#onBelated !== undefined;
    const tookMs = clock.nowMs() - startedAtMs;
    onReady({ source: 'embeddings', startedAtMs, tookMs, late, found, ...(failure ? { failure } : {}) });
    this.#meaning.resolve();
  }

  #has(passages: readonly FoundPassage[]): void {
    if (this.#passages === undefined) this.#tookMs = this.#options.clock.nowMs() - this.#startedAtMs;
    this.#passages = passages;
    if (this.#onBelated === undefined || this.#signal.aborted) return;
    this.#onBelated(passages);
    this.#onBelated = undefined;
    this.#tell(true);
  }

  #tell(late: boolean): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const facts = {
      source: 'knowledge',
      startedAtMs: this.#startedAtMs,
      tookMs: this.#tookMs,
      late,
    } as const;
    const failure = this.#failure ? { failure: this.#failure } : {};
    this.#options.onReady({ ...facts, found: this.#passages?.length ?? 0, ...failure });
  }
}
