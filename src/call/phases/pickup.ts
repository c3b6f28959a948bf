/**
 * What happens between the answer of a call that Parley has made and the first word: it is told who has picked up, while the greeting is
 * made ready. A machine gets its message, or nothing; whoever else is greeted.
 */
import { deferred, unlessAborted } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import { isDoubtful, type AnswererEvent } from '../../outbound/answerer/answerer-judge.ts';
import type { AnswererWatch } from '../../outbound/answerer/answerer-watch.ts';
import type { Answerer } from '../../outbound/call-out.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { Mouth } from '../speaking/mouth.ts';
import type { Sayings } from '../speaking/sayings.ts';
import type { WordsAhead } from '../speaking/words-ahead.ts';

/**
 * Who is only thought to be a machine, because of a long greeting, is not hung up on in the middle of it, ms: a person ends, and asks
 * whether anybody is there. Whoever speaks on for so long is none.
 */
const DOUBT_MS = 6000;

export interface PickupOptions {
  readonly watch: AnswererWatch;
  readonly clock: Clock;
  readonly timeline: Pick<Timeline, 'mark'>;
  readonly mouth: Pick<Mouth, 'stop'>;
  readonly sayings: Pick<Sayings, 'ahead' | 'ready'>;
  /** What whoever is no machine hears first; undefined where that is there already. */
  readonly greeting: string | undefined;
  /** What a machine hears; undefined: nothing. */
  readonly message: string | undefined;
}

/** What has come of it: somebody to be greeted, or the end of the call. */
export type Met =
  | { readonly kind: 'somebody'; readonly greeting: WordsAhead | undefined }
  | { readonly kind: 'over'; readonly cause: 'machine' | 'fax' };

export class Pickup {
  readonly #options: PickupOptions;
  #by: Answerer | undefined;
  #isCertain = false;
  /** How often it was told that a machine records. */
  #recordings = 0;
  #news = deferred();
  #isUnderWay = true;

  constructor(options: PickupOptions) {
    this.#options = options;
  }

  /** It is not settled yet who is there. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** To be called once the line is answered. Throws the signal's reason. */
  async met(over: AbortSignal): Promise<Met> {
    const { greeting, sayings, watch } = this.#options;
    const words = greeting === undefined ? undefined : sayings.ahead(greeting, over);
    watch.listen((event) => this.#told(event));
    await this.#until(() => this.#by !== undefined, over);
    if (this.#by === 'machine') await this.#meetMachine(over);
    this.close();
    if (this.#by !== 'machine' && this.#by !== 'fax') return { kind: 'somebody', greeting: words };
    words?.drop();
    return { kind: 'over', cause: this.#by };
  }

  /** What is understood of the callee so far. */
  words(text: string): void {
    if (this.#isUnderWay) this.#options.watch.words(text);
  }

  speechStarted(atMs: number): void {
    if (this.#isUnderWay) this.#options.watch.speechStarted(atMs);
  }

  speechStopped(endedAtMs: number): void {
    if (this.#isUnderWay) this.#options.watch.speechStopped(endedAtMs);
  }

  /** No machine presses keys. */
  pressed(): void {
    if (!this.#isUnderWay || this.#by === 'person') return;
    this.#options.timeline.mark('answerer.decided', { by: 'person', reason: 'key' });
    this.#settle('person', true);
  }

  /** Idempotent. */
  close(): void {
    this.#isUnderWay = false;
    this.#options.watch.close();
  }

  #told(event: AnswererEvent): void {
    if (!this.#isUnderWay) return;
    const { timeline } = this.#options;
    if (event.kind === 'recording') {
      timeline.mark('answerer.recording', { after: event.after });
      this.#recordings++;
      return this.#wake();
    }
    const { by, reason } = event;
    timeline.mark('answerer.decided', { by, reason });
    this.#settle(by, !isDoubtful(reason));
  }

  #settle(by: Answerer, isCertain: boolean): void {
    this.#by = by;
    this.#isCertain = isCertain;
    this.#wake();
  }

  /** Until the machine has got what it gets, or is none. */
  async #meetMachine(over: AbortSignal): Promise<void> {
    const { clock, message } = this.#options;
    if (message !== undefined) return this.#leaveMessage(message, over);
    let isLate = false;
    const cancel = clock.after(DOUBT_MS, () => {
      isLate = true;
      this.#wake();
    });
    const isEnough = () => this.#isCertain || this.#recordings > 0 || isLate || this.#by !== 'machine';
    await this.#until(isEnough, over).finally(cancel);
  }

  /** From its beginning again where the machine was slower with its beep than was waited for. */
  async #leaveMessage(text: string, over: AbortSignal): Promise<void> {
    const { mouth, sayings } = this.#options;
    let words = sayings.ahead(text, over);
    await this.#until(() => this.#recordings > 0 || this.#by !== 'machine', over);
    while (this.#by === 'machine') {
      const begun = this.#recordings;
      let isSaid = false;
      const saying = sayings.ready('message', words, over).then(() => {
        isSaid = true;
        this.#wake();
      });
      await this.#until(() => isSaid || this.#recordings !== begun || this.#by !== 'machine', over);
      if (isSaid) return;
      words.drop();
      await mouth.stop();
      await saying;
      if (this.#by === 'machine') words = sayings.ahead(text, over);
    }
    words.drop();
  }

  /** Throws the signal's reason. */
  async #until(isSo: () => boolean, over: AbortSignal): Promise<void> {
    over.throwIfAborted();
    while (!isSo()) await unlessAborted(this.#news.promise, over);
  }

  #wake(): void {
    const news = this.#news;
    this.#news = deferred();
    news.resolve();
  }
}
