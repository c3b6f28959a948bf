/**
 * Many chunks are synthesized at once, and come out strictly in order: chunk n's synthesis begins the moment the chunk exists, as long
 * as it is within the window ahead of the chunk that is being heard.
 */
import { AsyncQueue, deferred } from '../base/async.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer, WordTiming } from './synthesizer.ts';

export interface OrderedSpeechOptions {
  readonly synthesizer: Synthesizer;
  readonly request: Omit<SpeechRequest, 'text'>;
  /** How many chunks may be synthesized beyond the one that is being heard. */
  readonly window: number;
}

/** One chunk on its way to sound. */
export interface SpokenChunk<Chunk> {
  readonly chunk: Chunk;
  /** PCM at the request's rate, as it arrives, from the beginning however late it is read. Read it once. Throws what the synthesis threw. */
  readonly audio: AsyncIterable<Uint8Array>;
  /** Resolves at the first audio, with the provider's name; rejects if there never is any. */
  readonly firstAudio: Promise<string>;
  /** Resolves when the speech is whole, with its bytes and its words' times as far as the provider told them. */
  readonly whole: Promise<WholeSpeech>;
  /** To be called once, when the chunk has been heard or dropped: another one may then be synthesized. */
  release(): void;
}

export interface WholeSpeech {
  readonly audioBytes: number;
  readonly words: readonly WordTiming[];
}

/**
 * Yields the chunks in their order, each as soon as its synthesis has begun. Throws what `chunks` throws. After an abort of `signal`
 * every synthesis under way ends, and the iteration ends with `chunks`.
 */
export async function* speakInOrder<Chunk extends { readonly text: string }>(
  chunks: AsyncIterable<Chunk>,
  options: OrderedSpeechOptions,
  signal: AbortSignal,
): AsyncGenerator<SpokenChunk<Chunk>, void> {
  const places = new Places(options.window + 1);
  const begun = new AsyncQueue<SpokenChunk<Chunk>>();
  const feeding = (async () => {
    try {
      for await (const chunk of chunks) {
        await places.take(signal);
        begun.push(begin(chunk, options, signal, () => places.free()));
      }
      begun.end();
    } catch (error) {
      begun.fail(error);
    }
  })();
  yield* begun;
  await feeding;
}

function begin<Chunk extends { readonly text: string }>(
  chunk: Chunk,
  { synthesizer, request }: OrderedSpeechOptions,
  signal: AbortSignal,
  release: () => void,
): SpokenChunk<Chunk> {
  const audio = new AsyncQueue<Uint8Array>();
  const firstAudio = deferred<string>();
  const whole = collect(
    synthesizer.synthesize({ ...request, text: chunk.text }, signal),
    audio,
    firstAudio.resolve,
  );
  whole.then(
    () => audio.end(),
    (error: unknown) => {
      firstAudio.reject(error);
      audio.fail(error);
    },
  );
  // Whoever plays the chunk reads its failure from the audio; nobody need await the promises as well.
  firstAudio.promise.catch(() => undefined);
  return { chunk, audio, firstAudio: firstAudio.promise, whole, release: onlyOnce(release) };
}

async function collect(
  pieces: AsyncIterable<SpeechPiece>,
  audio: AsyncQueue<Uint8Array>,
  onFirstAudio: (provider: string) => void,
): Promise<WholeSpeech> {
  const words: WordTiming[] = [];
  let audioBytes = 0;
  for await (const piece of pieces) {
    words.push(...piece.words);
    if (piece.pcm.byteLength === 0) continue;
    onFirstAudio(piece.provider);
    audioBytes += piece.pcm.byteLength;
    audio.push(piece.pcm);
  }
  return { audioBytes, words };
}

/** The window: as many places as chunks may be under way. */
class Places {
  #free: number;
  #wake = deferred();

  constructor(count: number) {
    this.#free = count;
  }

  async take(signal: AbortSignal): Promise<void> {
    while (this.#free === 0) {
      signal.throwIfAborted();
      const wakeUp = () => this.#wake.resolve();
      signal.addEventListener('abort', wakeUp, { once: true });
      await this.#wake.promise.finally(() => signal.removeEventListener('abort', wakeUp));
    }
    signal.throwIfAborted();
    this.#free--;
  }

  free(): void {
    this.#free++;
    const wake = this.#wake;
    this.#wake = deferred();
    wake.resolve();
  }
}

function onlyOnce(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
