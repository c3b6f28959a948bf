/** What is noted of one call while it lasts, as it will stand in its bundle. Times are ms since the call arrived. */
import type { Clock } from '../../base/clock.ts';
import type {
  RecordedAnswererEvent,
  RecordedCall,
  RecordedEnd,
  RecordedHearingEvent,
  RecordedPlayback,
  RecordedReply,
  RecordedSynthesis,
  RecordedTimer,
  RecordedUtterance,
} from '../bundle/recorded-call.ts';
import { errorCode } from '../../base/errors.ts';

/** The same, while more may still come to it. */
export type Growing<T> = {
  -readonly [Name in keyof T]: T[Name] extends readonly (infer Item)[] ? Item[] : T[Name];
};

/** How a request that is not over yet seems to have ended. */
export const UNDER_WAY: RecordedEnd = { kind: 'dropped', atMs: -1 };

export function isUnderWay(end: RecordedEnd): boolean {
  return end === UNDER_WAY;
}

export class CallTape {
  readonly hearing: RecordedHearingEvent[] = [];
  readonly heardUntil: { readonly atMs: number; readonly untilMs: number }[] = [];
  readonly playbacks: Growing<RecordedPlayback>[] = [];
  readonly utterances: Growing<RecordedUtterance>[] = [];
  readonly replies: Growing<RecordedReply>[] = [];
  readonly syntheses: Growing<RecordedSynthesis>[] = [];
  readonly draws: number[] = [];
  readonly timers: RecordedTimer[] = [];
  /** Undefined where nobody listens who has picked up. */
  answerer: RecordedAnswererEvent[] | undefined;
  answeredAfterMs: number | undefined;
  lineEnded: RecordedCall['line']['ended'];
  readonly #clock: Clock;
  readonly #beganAtMs: number;
  /** When that happened which the call is busy with in this turn of the event loop; undefined between two. */
  #causeAtMs: number | undefined;
  /** When that happened by which timers were set last, and how many. */
  #set = { atMs: NaN, count: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beganAtMs = clock.nowMs();
  }

  get nowMs(): number {
    return this.#clock.nowMs() - this.#beganAtMs;
  }

  /** A time of the tape on the call's clock. */
  onTheClock(tapeMs: number): number {
    return tapeMs + this.#beganAtMs;
  }

  /** Something comes in from outside, or a timer fires: the time, which is that of all that the call does about it. */
  happens(): number {
    const isFirst = this.#causeAtMs === undefined;
    this.#causeAtMs = this.nowMs;
    if (isFirst) setImmediate(() => (this.#causeAtMs = undefined)).unref();
    return this.#causeAtMs;
  }

  /**
   * When that happened which has made the call do what it does now. A replay's clock stands still while the call works; a busy machine's
   * does not, and what is asked there a little later must not be taken for later.
   */
  get causeAtMs(): number {
    return this.#causeAtMs ?? this.nowMs;
  }

  /** The call's own clock: what it does by itself is caused by its timers, which a busy machine lets wait. */
  get clock(): Clock {
    const clock = this.#clock;
    return {
      nowMs: () => clock.nowMs(),
      after: (delayMs, callback) => {
        const setAtMs = this.causeAtMs;
        const dueAtMs = this.nowMs + Math.max(0, delayMs);
        const set = { setAtMs, dueAtMs, delayMs: Math.max(0, delayMs), nth: this.#nthSetBy(setAtMs) };
        let isOver = false;
        const cancel = clock.after(delayMs, () => {
          isOver = true;
          this.timers.push({ ...set, atMs: this.happens() });
          callback();
        });
        return () => {
          cancel();
          const atMs = this.causeAtMs;
          // The machine was so busy that what cancels it came first. A replay's clock stands still from the cause until the timer is set.
          if (!isOver && atMs >= setAtMs + set.delayMs) this.timers.push({ ...set, atMs, cancelled: true });
          isOver = true;
        };
      },
    };
  }

  /** How many timers the same cause has set before. */
  #nthSetBy(causeAtMs: number): number {
    if (this.#set.atMs !== causeAtMs) this.#set = { atMs: causeAtMs, count: 0 };
    return this.#set.count++;
  }

  /** What chance decides, as fine as a bundle keeps numbers: what is drawn again from it must choose the same. */
  draw(drawn: number): number {
    const kept = Math.floor(drawn * 1000) / 1000;
    this.draws.push(kept);
    return kept;
  }

  /** The clock's time as the tape's. */
  at(clockMs: number): number {
    return clockMs - this.#beganAtMs;
  }

  /** A request to a provider has come to its end. */
  done(note: { end: RecordedEnd }): void {
    note.end = { kind: 'done', atMs: this.happens() };
  }

  failed(note: { end: RecordedEnd }, error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) note.end = { kind: 'failed', atMs: this.happens(), code: errorCode(error) };
  }

  /** Behind either of these, and also when nobody reads on. */
  over(note: { end: RecordedEnd }): void {
    if (isUnderWay(note.end)) note.end = { kind: 'dropped', atMs: this.causeAtMs };
  }

  /** The same of what comes back at once. Without a signal nobody can have dropped it. */
  async followingOne<T>(work: Promise<T>, note: { end: RecordedEnd }, signal?: AbortSignal): Promise<T> {
    try {
      const told = await work;
      note.end = { kind: 'done', atMs: this.happens() };
      return told;
    } catch (error) {
      note.end = signal?.aborted
        ? { kind: 'dropped', atMs: this.causeAtMs }
        : { kind: 'failed', atMs: this.happens(), code: errorCode(error) };
      throw error;
    }
  }
}
