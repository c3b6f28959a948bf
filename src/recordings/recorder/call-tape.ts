/** What is noted of one call while it lasts, as it will stand in its bundle. Times are ms since the call arrived. */
import type { Clock } from '../../base/clock.ts';
import type {
  RecordedCall,
  RecordedEnd,
  RecordedHearingEvent,
  RecordedPlayback,
  RecordedReply,
  RecordedSynthesis,
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
  readonly playbacks: Growing<RecordedPlayback>[] = [];
  readonly utterances: Growing<RecordedUtterance>[] = [];
  readonly replies: Growing<RecordedReply>[] = [];
  readonly syntheses: Growing<RecordedSynthesis>[] = [];
  readonly draws: number[] = [];
  answeredAfterMs: number | undefined;
  lineEnded: RecordedCall['line']['ended'];
  readonly #clock: Clock;
  readonly #beganAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beganAtMs = clock.nowMs();
  }

  get nowMs(): number {
    return this.#clock.nowMs() - this.#beganAtMs;
  }

  /** The clock's time as the tape's. */
  at(clockMs: number): number {
    return clockMs - this.#beganAtMs;
  }

  /** Notes how a request to a provider ends, and whatever it throws is thrown on. */
  async *following<T>(
    items: AsyncIterable<T>,
    note: { end: RecordedEnd },
    signal: AbortSignal,
  ): AsyncIterable<T> {
    try {
      for await (const item of items) yield item;
      note.end = { kind: 'done', atMs: this.nowMs };
    } catch (error) {
      if (!signal.aborted) note.end = { kind: 'failed', atMs: this.nowMs, code: errorCode(error) };
      throw error;
    } finally {
      // Also when nobody reads on.
      if (isUnderWay(note.end)) note.end = { kind: 'dropped', atMs: this.nowMs };
    }
  }
}
