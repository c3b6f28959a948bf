/** A heap: whoever comes first of all is found at once, however many wait. */
export class Earliest<T> {
  readonly #isBefore: (one: T, other: T) => boolean;
  /** The children of `i` are `2i + 1` and `2i + 2`, and neither is before it. */
  readonly #all: T[] = [];

  constructor(isBefore: (one: T, other: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get first(): T | undefined {
    return this.#all[0];
  }

  push(item: T): void {
    const all = this.#all;
    let at = all.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(item, all[above]!)) break;
      all[at] = all[above]!;
      at = above;
    }
    all[at] = item;
  }

  shift(): T | undefined {
    const all = this.#all;
    const first = all[0];
    const last = all.pop();
    if (last === undefined || all.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= all.length) break;
      if (below + 1 < all.length && this.#isBefore(all[below + 1]!, all[below]!)) below++;
      if (!this.#isBefore(all[below]!, last)) break;
      all[at] = all[below]!;
      at = below;
    }
    all[at] = last;
    return first;
  }
}
