/** A recognizer without a network: hears what it is told to, a text a piece of audio. */
import type {
  RecognitionEvent,
  RecognitionProvider,
  RecognitionRequest,
} from '../../speech/recognition/recognizer.ts';

export class ScriptedRecognizer implements RecognitionProvider {
  readonly name = 'scripted';
  readonly capabilities = {
    hears: (language: string) => ['auto', 'ru-RU'].includes(language),
    languages: ['auto', 'ru-RU'],
    sampleRatesHz: [16_000],
    streams: false,
  };
  /** Bytes of each piece, in the order in which they came. */
  readonly heard: number[] = [];
  readonly #hear: (piece: number) => string;

  /** May throw. */
  constructor(hear: (piece: number) => string) {
    this.#hear = hear;
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    { language }: RecognitionRequest,
  ): AsyncIterable<RecognitionEvent> {
    let bytes = 0;
    for await (const piece of audio) bytes += piece.byteLength;
    const text = this.#hear(this.heard.push(bytes) - 1);
    yield { kind: 'final', text, language: language === 'auto' ? 'ru-RU' : undefined };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
