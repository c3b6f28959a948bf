/** The text of one utterance, as it becomes known. */
import type { RecognitionEvent } from '../../speech/recognition/recognizer.ts';
import { UnderstoodWords } from './understood-words.ts';

export class Transcription extends UnderstoodWords {
  /** The whole text, empty for silence. Rejects with a ParleyError ASR_*, or with the reason for which nobody wants it any more. Handled even if nobody waits. */
  readonly done: Promise<string>;
  readonly #onChange: () => void;

  /** `onChange` is told of everything new, once it can be read here. */
  constructor(events: AsyncIterable<RecognitionEvent>, onChange: () => void) {
    super();
    this.#onChange = onChange;
    this.done = this.#read(events);
    this.done.catch(() => undefined);
  }

  async #read(events: AsyncIterable<RecognitionEvent>): Promise<string> {
    for await (const event of events) {
      this.take(event);
      this.#onChange();
    }
    return this.text;
  }
}
