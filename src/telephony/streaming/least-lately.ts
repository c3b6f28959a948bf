/** The least of a figure over a while: of what comes late by chance, the part that all of it is late. */

export class LeastLately {
  readonly #windowMs: number;
  #windowEndsMs = -Infinity;
  #least = Infinity;
  #leastBefore = Infinity;

  /** The figures of one to two windows count. */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Infinity before the first. */
  get value(): number {
    return Math.min(this.#least, this.#leastBefore);
  }

  note(figure: number, atMs: number): void {
    if (atMs >= this.#windowEndsMs) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#windowEndsMs = atMs + this.#windowMs;
    }
    this.#least = Math.min(this.#least, figure);
  }
}
