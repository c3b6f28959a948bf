/**
 * Holds an answer to its length, whatever the model's server does: when the tokens that were granted are nearly used up, the sentence
 * that is under way is the last, so that the caller hears it to its end; what has no end is cut.
 */

/** From this share of the tokens on, the answer ends with its sentence. A provider that counts too would cut it anywhere. */
const NEARLY = 0.9;

/** Beyond the grant, for a sentence to end in. Tokens. */
const SLACK_TOKENS = 32;

/** More characters than a token has in any language: for servers that send many tokens in one piece. */
const MOST_CHARACTERS_PER_TOKEN = 8;

const SENTENCE_END = /[|\n!?…。！？؟]|(?<=\p{L})\.(?=\s|$)/u;

/** A long piece is looked at in parts of so many characters. */
const PART = /[^]{1,64}/g;

export class AnswerLimit {
  readonly #maxTokens: number;
  #pieces = 0;
  #characters = 0;
  #isOver = false;

  constructor(maxTokens: number) {
    this.#maxTokens = maxTokens;
  }

  /** The answer has had its length. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What of the next piece still belongs to the answer. */
  take(piece: string): string {
    this.#pieces++;
    let taken = '';
    for (const part of piece.match(PART) ?? []) {
      this.#isOver ||= this.#usedTokens > this.#maxTokens + SLACK_TOKENS;
      if (this.#isOver) break;
      const end = this.#usedTokens >= NEARLY * this.#maxTokens ? SENTENCE_END.exec(part) : null;
      this.#characters += part.length;
      this.#isOver = Boolean(end);
      taken += end ? part.slice(0, end.index + end[0].length) : part;
    }
    return taken;
  }

  /** At least so many. */
  get #usedTokens(): number {
    return Math.max(this.#pieces, this.#characters / MOST_CHARACTERS_PER_TOKEN);
  }
}
