/** What is understood of one utterance by now: the sum of what its recognizer has told. */
import type { RecognitionEvent } from '../../speech/recognition/recognizer.ts';

/**
 * Of one piece of speech, characters: two minutes of quick talk, and pieces end with the speaker's sentences. What a broken recognizer sends
 * beyond is left out: everything that reads a text holds up every call while it reads.
 */
const LONGEST_PIECE = 2_000;

/** Of one utterance, characters: ten minutes. */
const LONGEST_TEXT = 10_000;

/** Pieces of one utterance, empty ones among them. */
const MOST_PIECES = 1_000;

export class UnderstoodWords {
  readonly #finals: string[] = [];
  #partial = '';
  #language: string | undefined;
  #endOfUtterance = false;
  #isTyped = false;

  /** All finals and the present partial. */
  get text(): string {
    return [...this.#finals, this.#partial].filter(Boolean).join(' ').trim().slice(0, LONGEST_TEXT);
  }

  /** What has been understood will not change any more, unless more is said. */
  get isSettled(): boolean {
    return this.#partial === '' && this.#finals.length > 0;
  }

  /** The recognizer believes that the speaker has finished, and nothing was said since. */
  get endOfUtterance(): boolean {
    return this.#endOfUtterance;
  }

  /** BCP-47, if the recognizer told it. */
  get language(): string | undefined {
    return this.#language;
  }

  /** It was written by hand: no recognizer has heard anything. */
  get isTyped(): boolean {
    return this.#isTyped;
  }

  /** What the recognizer has told next. */
  take(event: RecognitionEvent): void {
    switch (event.kind) {
      case 'partial': {
        const text = event.text.slice(0, LONGEST_PIECE);
        if (text !== this.#partial) this.#endOfUtterance = false;
        this.#partial = text;
        return;
      }
      case 'final':
        this.#partial = '';
        if (this.#finals.length < MOST_PIECES) this.#finals.push(event.text.slice(0, LONGEST_PIECE));
        this.#language = event.language ?? this.#language;
        this.#isTyped ||= event.typed === true;
        return;
      case 'refined':
        if (event.index in this.#finals) this.#finals[event.index] = event.text.slice(0, LONGEST_PIECE);
        return;
      case 'endOfUtterance':
        this.#endOfUtterance = true;
    }
  }
}
