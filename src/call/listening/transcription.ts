/** The text of one utterance, as it becomes known. */
import type { RecognitionEvent } from '../../speech/recognition/recognizer.ts';
import { UnderstoodWords } from './understood-words.ts';

export class Transcription {
  /** The whole text, empty for silence. Rejects with a ParleyError ASR_*, or with the reason for which nobody wants it any more. Handled even if nobody waits. */
  readonly done: Promise<string>;
  readonly #onChange: () => void;
  readonly #words = new UnderstoodWords();

  /** `onChange` is told of everything new, once it can be read here. */
  constructor(events: AsyncIterable<RecognitionEvent>, onChange: () => void) {
    this.#onChange = onChange;
    this.done = this.#read(events);
    this.done.catch(() => undefined);
  }

  /** All finals and the present partial. */
  get text(): string {
    return this.#words.text;
  }

  /** What has been understood will not change any more, unless more is said. */
  get isSettled(): boolean {
    return this.#words.isSettled;
  }

  /** The recognizer believes that the speaker has finished, and nothing was said since. */
  get endOfUtterance(): boolean {
    return this.#words.endOfUtterance;
  }

  /** BCP-47, if the recognizer told it. */
  get language(): string | undefined {
    return this.#words.language;
  }

  /** It was written by hand: no recognizer has heard anything. */
  get isTyped(): boolean {
    return this.#words.isTyped;
  }

  async #read(events: AsyncIterable<RecognitionEvent>): Promise<string> {
    for await (const event of events) {
      this.#words.take(event);
      this.#onChange();
    }
    return this.text;
  }
}
