/** Hears nothing: for lines that carry no sound, where all words are typed. */
import type { RecognitionEvent, Recognizer } from './recognizer.ts';

export class DeafRecognizer implements Recognizer {
  readonly name = 'none';

  async *recognize(): AsyncGenerator<RecognitionEvent> {
    // There is nothing to hear.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
