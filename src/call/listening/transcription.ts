/** The text of one utterance, as it becomes known. */
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

export class Transcription {
  /** The whole text, empty for silence. Rejects with a ParleyError ASR_*, or with the reason for which nobody wants it any more. Handled even if nobody waits. */
  readonly done: Promise<string>;
  readonly #onChange: () => void;
  readonly #finals: string[] = [];
  #partial = '';
  #language: string | undefined;
  #endOfUtterance = false;
  #isTyped = false;

  /** `onChange` is told of everything new, once it can be read here. */
  constructor(events: AsyncIterable<RecognitionEvent>, onChange: () => void) {
    this.#onChange = onChange;
    this.done = this.#read(events);
    this.done.catch(() => undefined);
  }

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

  async #read(events: AsyncIterable<RecognitionEvent>): Promise<string> {
    for await (const event of events) {
      this.#take(event);
      this.#onChange();
    }
    return this.text;
  }

  #take(event: RecognitionEvent): void {
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
