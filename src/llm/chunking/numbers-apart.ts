/** Keeps two numbers apart where what stood between them is not spoken: "~~500~~ 400" is no 500400. */
export class NumbersApart {
  /** The last character that was spoken, white space aside. */
  #last = '';
  #isApart = false;
  /** White space behind a digit: what follows decides on it. */
  #space = '';

  /** Takes what is spoken next, '' for nothing; `parts` says that something was taken out in its place. Returns what is spoken for certain. */
  pass(spoken: string, parts: boolean): string {
    if (parts) this.#isApart = true;
    const text = this.#space + spoken;
    this.#space = '';
    const start = text.search(/\S/);
    if (start < 0) return this.#passSpace(text);
    const isJoined = this.#isApart && isDigit(this.#last) && isDigit(text.charAt(start));
    const joined = isJoined ? `, ${text.slice(start)}` : text;
    const words = joined.trimEnd();
    this.#last = words.slice(-1);
    this.#isApart = false;
    return words + this.#passSpace(joined.slice(words.length));
  }

  end(): string {
    return this.#space;
  }

  #passSpace(space: string): string {
    // The splitter keeps apart what a line end parts.
    if (space.includes('\n')) this.#last = '';
    if (!isDigit(this.#last)) return space;
    this.#space = space;
    return '';
  }
}

function isDigit(character: string): boolean {
  return /^\d$/.test(character);
}
