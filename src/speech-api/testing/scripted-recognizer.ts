/** A recognizer without a network: hears what it is told to, a text a piece of audio. */
import type {
  RecognitionEvent,
  RecognitionProvider,
  RecognitionRequest,
} from '../../speech/recognition/recognizer.ts';

export interface ScriptedHearing {
  /** It tells when words were said, one after the other, half a second each, and how sure it is. */
  readonly timesWords?: boolean;
}

const WORD_MS = 500;

export class ScriptedRecognizer implements RecognitionProvider {
  readonly name = 'scripted';
  readonly capabilities;
  /** Bytes of each piece, in the order in which they came. */
  readonly heard: number[] = [];
  readonly #hear: (piece: number) => string;

  /** `hear` may throw. */
  constructor(hear: (piece: number) => string, { timesWords = false }: ScriptedHearing = {}) {
    this.#hear = hear;
    this.capabilities = {
      hears: (language: string) => ['auto', 'ru-RU'].includes(language),
      languages: ['auto', 'ru-RU'],
      sampleRatesHz: [16_000],
      streams: false,
      timesWords,
    };
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    { language, timeWords }: RecognitionRequest,
  ): AsyncIterable<RecognitionEvent> {
    let bytes = 0;
    for await (const piece of audio) bytes += piece.byteLength;
    const text = this.#hear(this.heard.push(bytes) - 1);
    const words = text.split(' ').map((word, at) => ({
      word,
      startMs: at * WORD_MS,
      endMs: (at + 1) * WORD_MS,
    }));
    yield {
      kind: 'final',
      text,
      language: language === 'auto' ? 'ru-RU' : undefined,
      ...(this.capabilities.timesWords && { confidence: 0.5, ...(timeWords && { words }) }),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
