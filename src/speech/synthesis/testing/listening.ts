import { concatBytes, toSamples } from '../../../audio/pcm.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from '../synthesizer.ts';

/** A request as tests make them: 8 kHz, Russian, Alena. */
export function speechRequest(text = 'Добрый день', change: Partial<SpeechRequest> = {}): SpeechRequest {
  return { text, language: 'ru-RU', voice: { name: 'alena', speed: 1 }, sampleRateHz: 8000, ...change };
}

/** What a listener of one synthesis has heard so far, and how it ended. */
export class Listening {
  readonly pieces: SpeechPiece[] = [];
  error: unknown;
  /** Settles when the synthesis has ended either way; never rejects. */
  readonly ended: Promise<void>;
  readonly #controller = new AbortController();

  constructor(synthesizer: Synthesizer, request: SpeechRequest = speechRequest()) {
    this.ended = this.#listen(synthesizer, request).catch((error: unknown) => {
      this.error = error;
    });
  }

  async #listen(synthesizer: Synthesizer, request: SpeechRequest): Promise<void> {
    for await (const piece of synthesizer.synthesize(request, this.#controller.signal))
      this.pieces.push(piece);
  }

  hangUp(reason: unknown = new Error('The caller hung up.')): void {
    this.#controller.abort(reason);
  }

  get pcm(): Uint8Array {
    return concatBytes(this.pieces.map((piece) => piece.pcm));
  }

  get samples(): Int16Array {
    return toSamples({ sampleRateHz: 0, data: this.pcm });
  }

  get providers(): readonly string[] {
    return [...new Set(this.pieces.map((piece) => piece.provider))];
  }
}

/** The samples 0, 1, 2, …: what a ScriptedSynthesizer's whole speech sounds like. */
export function ramp(length: number): Int16Array {
  return Int16Array.from({ length }, (_, sample) => sample);
}
