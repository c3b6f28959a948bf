/** When one side of a call was heard, as pairs of numbers in memory that grows with the sounds and not with the frames. */

/** A shorter silence is part of the sound, ms: about the closure of a plosive. */
const CLOSURE_MS = 60;
/** A shorter sound is a click, ms. */
const CLICK_MS = 15;
/** A sound every second for four hours and more; what comes later is not noted, and that is said. */
const MOST_SPANS = 20_000;

export interface SoundSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export class SoundSpans {
  #edges = new Float64Array(128);
  #count = 0;
  /** There were more sounds than are kept. */
  isFull = false;

  /** It is loud from `fromMs` to `toMs`. What comes later must have been heard later. */
  add(fromMs: number, toMs: number): void {
    const last = this.#count - 1;
    if (last >= 0) {
      const endMs = this.#edges[2 * last + 1] ?? 0;
      if (fromMs - endMs < CLOSURE_MS) {
        this.#edges[2 * last + 1] = Math.max(endMs, toMs);
        return;
      }
      if (endMs - (this.#edges[2 * last] ?? 0) < CLICK_MS) this.#count--;
    }
    this.#push(fromMs, toMs);
  }

  /** In their order, counted from `sinceMs`, and nothing of what was before it. */
  list(sinceMs: number): readonly SoundSpan[] {
    const spans: SoundSpan[] = [];
    for (let at = 0; at < this.#count; at++) {
      const fromMs = Math.max(0, (this.#edges[2 * at] ?? 0) - sinceMs);
      const toMs = (this.#edges[2 * at + 1] ?? 0) - sinceMs;
      if (toMs - fromMs >= CLICK_MS) spans.push({ fromMs, toMs });
    }
    return spans;
  }

  #push(fromMs: number, toMs: number): void {
    if (this.#count >= MOST_SPANS) {
      this.isFull = true;
      return;
    }
    if (2 * this.#count + 2 > this.#edges.length) {
      const larger = new Float64Array(2 * this.#edges.length);
      larger.set(this.#edges);
      this.#edges = larger;
    }
    this.#edges[2 * this.#count] = fromMs;
    this.#edges[2 * this.#count + 1] = toMs;
    this.#count++;
  }
}

/** Sounds with no longer silence than `gapMs` between them are one. */
export function joinedSpans(spans: readonly SoundSpan[], gapMs: number): readonly SoundSpan[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of spans) {
    const last = joined.at(-1);
    if (last && fromMs - last.toMs <= gapMs) last.toMs = Math.max(last.toMs, toMs);
    else joined.push({ fromMs, toMs });
  }
  return joined;
}

/** How much of that time lies in these. */
export function overlapMs(spans: readonly SoundSpan[], fromMs: number, toMs: number): number {
  return spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs)),
    0,
  );
}

/** How long nothing of these was heard, each time, within that time. In any order. */
export function silencesBetween(
  spans: readonly SoundSpan[],
  fromMs: number,
  toMs: number,
): readonly number[] {
  const silences: number[] = [];
  let untilMs = fromMs;
  for (const span of [...spans, { fromMs: toMs, toMs }].toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (span.fromMs > untilMs) silences.push(Math.min(toMs, span.fromMs) - untilMs);
    untilMs = Math.max(untilMs, span.toMs);
    if (untilMs >= toMs) break;
  }
  return silences;
}
