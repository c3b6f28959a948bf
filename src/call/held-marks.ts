/** Marks that may yet turn out never to have belonged to the call: kept back, with their times, until it is known that they do. */
import type { Clock } from '../base/clock.ts';
import type { Marks, Timeline, TimelineFacts, TimelineType } from '../timeline/timeline.ts';

export class HeldMarks implements Marks {
  readonly #clock: Clock;
  readonly #timeline: Timeline;
  #held: (() => void)[] | undefined = [];

  constructor(clock: Clock, timeline: Timeline) {
    this.#clock = clock;
    this.#timeline = timeline;
  }

  mark<Type extends TimelineType>(type: Type, facts: TimelineFacts[Type], atMs = this.#clock.nowMs()): void {
    const put = () => this.#timeline.mark(type, facts, atMs);
    if (this.#held) this.#held.push(put);
    else put();
  }

  /** They did happen: what was held goes into the timeline, and what follows goes there at once. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const put of held) put();
  }
}
