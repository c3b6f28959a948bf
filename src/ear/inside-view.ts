/** What the timeline says of what was heard. Times are counted from the answer of the call, ms. */
import { SMALL_TALK } from '../timeline/kinds.ts';
import { entriesOf } from '../timeline/timeline-entries.ts';
import { spokenSpans } from '../timeline/timeline-spans.ts';
import type { SpokenSpan } from '../timeline/timeline-spans.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { turnStages, turnsOf } from '../timeline/turn-stages.ts';
import { chargedWait } from './charged-wait.ts';
import type { HeardAnswer } from './dialogue.ts';
import { tenths } from './ear-report.ts';
import type { EarAnswer } from './ear-report.ts';
import type { SoundSpan } from './sound-spans.ts';

/** How far the ear's end of the caller's speech may be from the timeline's for both to mean the same, ms: a quiet last syllable. */
export const SAME_END_MS = 500;
/** How far the bot's first sound may be from the mark of it for both to mean the same, ms: what a voice begins with, and a late mark. */
const SAME_BEGINNING_MS = 500;
/** A key is marked, and taken for the end of what was pressed, one after the other, ms. */
const SAME_KEY_MS = 5;
/** A mark stands at a frame's edge, the sound within it, ms. */
export const FRAME_MS = 20;

export interface InsideViewOptions {
  /** On its own clock, of which `sinceMs` is the answer of the call. */
  readonly timeline: readonly TimelineEntry[];
  readonly sinceMs: number;
  /** When the caller was heard. */
  readonly caller: readonly SoundSpan[];
  readonly holds: readonly SoundSpan[];
}

export class InsideView {
  readonly #timeline: readonly TimelineEntry[];
  readonly #sinceMs: number;
  readonly #caller: readonly SoundSpan[];
  readonly #holds: readonly SoundSpan[];
  readonly #spoken: readonly SpokenSpan[];

  constructor({ timeline, sinceMs, caller, holds }: InsideViewOptions) {
    this.#timeline = timeline;
    this.#sinceMs = sinceMs;
    this.#caller = caller;
    this.#holds = holds;
    this.#spoken = spokenSpans(timeline).map((span) => ({
      ...span,
      fromMs: span.fromMs - sinceMs,
      toMs: span.toMs - sinceMs,
    }));
  }

  /** The first thing that was said; null if nothing was. */
  get greetingMs(): number | null {
    return this.#spoken[0]?.fromMs ?? null;
  }

  /** Whether what the bot was saying at that time is said over a wait. */
  isSmallTalkAt(atMs: number): boolean {
    const last = this.#spoken.findLast(({ fromMs }) => fromMs <= atMs);
    return last !== undefined && SMALL_TALK.has(last.kind);
  }

  /** Who was called is a machine: it asks nothing, and waits for nothing. */
  get isMachine(): boolean {
    const by = entriesOf(this.#timeline, 'answerer.decided').at(-1)?.by;
    return by === 'machine' || by === 'fax';
  }

  /** When the caller had ended what was typed, or answered by keys. */
  get unspoken(): readonly number[] {
    return entriesOf(this.#timeline, 'turn.ended').flatMap((ended) =>
      this.#wasSilent(ended) ? [this.#endOf(ended)] : [],
    );
  }

  /** A sound over the bot had come to nothing, and the bot goes on where it was: nobody is answered. */
  goesOnAt({ callerEndedAtMs, botBeganAtMs }: HeardAnswer): boolean {
    const resumed = entriesOf(this.#timeline, 'bargeIn.resumed')
      .map(({ atMs }) => atMs - this.#sinceMs)
      .findLast((atMs) => atMs <= botBeganAtMs + FRAME_MS);
    if (resumed === undefined) return false;
    const said = this.#spoken.findLast(({ fromMs }) => fromMs <= botBeganAtMs + FRAME_MS);
    return said !== undefined && said.fromMs < Math.min(resumed, callerEndedAtMs) && said.toMs > resumed;
  }

  /** The same wait as the timeline tells it, and whom it is charged to. */
  of(heard: HeardAnswer): EarAnswer {
    const [callerEndedAtMs, botBeganAtMs] = [tenths(heard.callerEndedAtMs), tenths(heard.botBeganAtMs)];
    const waitMs = tenths(botBeganAtMs - callerEndedAtMs);
    const times = { callerEndedAtMs, botBeganAtMs, waitMs };
    const turn = this.#turnOf(heard);
    const { firstSoundMs } = turn === undefined ? {} : turnStages(this.#timeline, turn);
    const charged = this.#charged(turn ?? this.#answeredAt(heard), callerEndedAtMs, botBeganAtMs);
    if (turn === undefined || firstSoundMs === undefined) return { ...times, inside: null, charged };
    const insideMs = tenths(firstSoundMs);
    const differenceMs = tenths(waitMs - insideMs);
    return { ...times, inside: { turn, waitMs: insideMs, differenceMs }, charged };
  }

  /** What no turn explains, an answer to "may this be recorded?" or to "hello?", is charged to the rest. */
  #charged(turn: number | undefined, fromMs: number, toMs: number): EarAnswer['charged'] {
    const entries = this.#timeline
      .filter((entry) => entry.turn === turn)
      .map((entry) => ({ ...entry, atMs: entry.atMs - this.#sinceMs }));
    return chargedWait(entries, { fromMs, toMs, holds: this.#holds });
  }

  /** Turns in which something was said, by the marks, of which there was no sound. */
  unheard(bot: readonly SoundSpan[], answers: readonly EarAnswer[]): number[] {
    const told = new Set(answers.flatMap(({ inside }) => inside?.turn ?? []));
    const isHeard = (said: SpokenSpan) =>
      bot.some(({ fromMs, toMs }) => fromMs < said.toMs + FRAME_MS && toMs > said.fromMs - FRAME_MS);
    return turnsOf(this.#timeline).filter((turn) => {
      const said = this.#spoken.filter((span) => span.turn === turn);
      return said.length > 0 && !told.has(turn) && !said.some(isHeard);
    });
  }

  /** The turn whose caller has ended nearest to that time; else one that was answered then, and whose caller the ear has heard end nowhere near. */
  #turnOf({ callerEndedAtMs, botBeganAtMs }: HeardAnswer): number | undefined {
    return (
      this.#nearest(SAME_END_MS, (ended) => this.#endOf(ended) - callerEndedAtMs) ??
      this.#nearest(SAME_BEGINNING_MS, (ended) => {
        const isOther = this.#wasSilent(ended) || this.#hasEndNear(this.#endOf(ended));
        return isOther ? Infinity : this.#beganAt(ended) - botBeganAtMs;
      })
    );
  }

  /** The turn whose first sound that was, whatever the caller has done last. */
  #answeredAt({ botBeganAtMs }: HeardAnswer): number | undefined {
    return this.#nearest(SAME_BEGINNING_MS, (ended) => this.#beganAt(ended) - botBeganAtMs);
  }

  #beganAt(ended: TurnEnd): number {
    return this.#spoken.find(({ turn }) => turn === ended.turn)?.fromMs ?? Infinity;
  }

  #nearest(withinMs: number, offMs: (ended: TurnEnd) => number): number | undefined {
    let nearest: number | undefined;
    let distanceMs = withinMs;
    for (const ended of entriesOf(this.#timeline, 'turn.ended')) {
      const awayMs = Math.abs(offMs(ended));
      if (awayMs > distanceMs) continue;
      nearest = ended.turn;
      distanceMs = awayMs;
    }
    return nearest;
  }

  #endOf({ speechEndedAtMs }: TurnEnd): number {
    return speechEndedAtMs - this.#sinceMs;
  }

  /** Typed, or pressed. */
  #wasSilent({ speechEndedAtMs }: TurnEnd): boolean {
    const wasTyped = entriesOf(this.#timeline, 'speech.stopped').some(
      ({ endedAtMs, typed }) => typed && endedAtMs === speechEndedAtMs,
    );
    const isKey = ({ atMs }: TimelineEntry) => Math.abs(atMs - speechEndedAtMs) < SAME_KEY_MS;
    return wasTyped || entriesOf(this.#timeline, 'digit').some(isKey);
  }

  #hasEndNear(endedAtMs: number): boolean {
    return this.#caller.some(({ toMs }) => Math.abs(toMs - endedAtMs) <= SAME_END_MS);
  }
}

type TurnEnd = Extract<TimelineEntry, { type: 'turn.ended' }>;
