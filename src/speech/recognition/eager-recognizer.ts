import { AsyncQueue, once } from '../../base/async.ts';
import { concatBytes } from '../../audio/pcm.ts';
import type { RecognitionEvent, RecognitionRequest, Recognizer } from './recognizer.ts';

/**
 * Hides a whole-utterance recognizer's time inside the silence that ends a turn: each time the caller pauses, everything said so far is
 * sent off at once, and told as a partial when it comes back. If the turn is over, the text is there already or on its way; if the
 * caller goes on, that attempt is dropped. For lines whose audio arrives in one piece a pause (file mode); with a live line every
 * 20 ms would be an attempt.
 */
export class EagerRecognizer implements Recognizer {
  readonly name: string;
  readonly #inner: Recognizer;

  constructor(inner: Recognizer) {
    this.name = inner.name;
    this.#inner = inner;
  }

  recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    const events = new AsyncQueue<RecognitionEvent>();
    this.#run(events, audio, request, signal).then(
      () => events.end(),
      (error: unknown) => events.fail(error),
    );
    return events;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #run(
    events: AsyncQueue<RecognitionEvent>,
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const pieces: Uint8Array[] = [];
    let attempt: Attempt | undefined;
    const drop = () => attempt?.controller.abort(signal.reason);
    signal.addEventListener('abort', drop, { once: true });
    try {
      for await (const piece of audio) {
        signal.throwIfAborted();
        if (piece.byteLength === 0) continue;
        attempt?.controller.abort(new Error('the caller went on speaking'));
        pieces.push(piece);
        attempt = this.#attempt(concatBytes(pieces), request, (text) =>
          events.push({ kind: 'partial', text }),
        );
      }
      signal.throwIfAborted();
      for (const event of (await attempt?.events) ?? []) events.push(event);
    } finally {
      signal.removeEventListener('abort', drop);
      attempt?.controller.abort(new Error('nobody waits for the text any more'));
    }
  }

  #attempt(audio: Uint8Array, request: RecognitionRequest, tell: (text: string) => void): Attempt {
    const controller = new AbortController();
    const events = collect(this.#inner.recognize(once(audio), request, controller.signal));
    events.then(
      (all) => {
        if (!controller.signal.aborted) tell(textOf(all));
      },
      // A dropped attempt fails, and nobody waits for it; what the last one throws is thrown again when the audio has ended.
      () => undefined,
    );
    return { controller, events };
  }
}

interface Attempt {
  readonly controller: AbortController;
  readonly events: Promise<RecognitionEvent[]>;
}

async function collect(events: AsyncIterable<RecognitionEvent>): Promise<RecognitionEvent[]> {
  const all: RecognitionEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function textOf(events: readonly RecognitionEvent[]): string {
  return events.flatMap((event) => (event.kind === 'final' ? [event.text] : [])).join(' ');
}
