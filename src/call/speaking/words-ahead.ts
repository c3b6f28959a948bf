/** Words that are made ready before it is known whether, and when, they are to be said. */
import { childOf } from '../../base/abort.ts';
import type { ChildController } from '../../base/abort.ts';
import { AsyncQueue } from '../../base/async.ts';
import type { SpeechPiece } from '../../speech/synthesis/synthesizer.ts';

export class WordsAhead {
  readonly text: string;
  /** PCM, 16-bit signed little-endian mono; to be read once. Throws what the synthesizer throws. */
  readonly audio: AsyncIterable<Uint8Array>;
  readonly #work: ChildController;

  /** Begins at once; `speak` makes the sound of the words. */
  constructor(text: string, speak: (signal: AbortSignal) => AsyncIterable<SpeechPiece>, signal: AbortSignal) {
    const ready = new AsyncQueue<Uint8Array>();
    this.text = text;
    this.audio = ready;
    this.#work = childOf(signal);
    void collect(speak(this.#work.signal), ready).then(() => this.#work.release());
  }

  /** They will not be said, or not on. Idempotent. */
  drop(): void {
    this.#work.abort(new Error('these words are not wanted'));
  }
}

/** Never rejects: whoever says the words is told what went wrong. */
async function collect(pieces: AsyncIterable<SpeechPiece>, ready: AsyncQueue<Uint8Array>): Promise<void> {
  try {
    for await (const { pcm } of pieces) ready.push(pcm);
    ready.end();
  } catch (error) {
    ready.fail(error);
  }
}
