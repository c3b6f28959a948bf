/**
 * Many chunks are synthesized at once, and come out strictly in order: chunk n's synthesis begins the moment the chunk exists, as long
 * as it is within the window ahead of the chunk that is being heard.
 */
import { AsyncQueue, deferred, unlessAborted } from '../../base/async.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer, WordTiming } from './synthesizer.ts';

export interface OrderedSpeechOptions<Chunk> {
  readonly synthesizer: Synthesizer;
  readonly request: Omit<SpeechRequest, 'text' | 'written'>;
  /** How many chunks may be synthesized beyond the one that is being heard. */
  readonly window: number;
  /** Until it resolves only the first chunk is synthesized. */
  readonly goOn?: Promise<void> | undefined;
  /** Told of each chunk as its synthesis begins, however late it is read. */
  readonly onBegun?: (spoken: SpokenChunk<Chunk>) => void;
}

/** As a SpeechRequest has them. */
interface Speakable {
  readonly text: string;
  readonly written?: string;
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
  /** As much of it as there is by now. */
  readonly soFar: WholeSpeech;
  /** To be called once, when the chunk has been heard or dropped: another one may then be synthesized. */
  release(): void;
}

export interface WholeSpeech {
  readonly audioBytes: number;
  readonly words: readonly WordTiming[];
}

/**
 * Yields the chunks in their order, each as soon as its synthesis has begun. Begins at once, also if nobody reads yet. Throws what
 * `chunks` throws. After an abort of `signal` every synthesis under way ends, and the iteration ends with `chunks`.
 */
export function speakInOrder<Chunk extends Speakable>(
  chunks: AsyncIterable<Chunk>,
  options: OrderedSpeechOptions<Chunk>,
  signal: AbortSignal,
): AsyncIterable<SpokenChunk<Chunk>> {
  const begun = new AsyncQueue<SpokenChunk<Chunk>>();
  feed(begun, chunks, options, signal).then(
    () => begun.end(),
    (error: unknown) => begun.fail(error),
  );
  return begun;
}

async function feed<Chunk extends Speakable>(
  begun: AsyncQueue<SpokenChunk<Chunk>>,
  chunks: AsyncIterable<Chunk>,
  options: OrderedSpeechOptions<Chunk>,
  signal: AbortSignal,
): Promise<void> {
  const places = new Places(options.window + 1);
  let mayGoOn: Promise<void> | undefined;
  for await (const chunk of chunks) {
    if (mayGoOn) await unlessAborted(mayGoOn, signal);
    mayGoOn = options.goOn;
    await places.take(signal);
    const spoken = begin(chunk, options, signal, () => places.free());
    options.onBegun?.(spoken);
    begun.push(spoken);
  }
}

function begin<Chunk extends Speakable>(
  chunk: Chunk,
  { synthesizer, request }: OrderedSpeechOptions<Chunk>,
  signal: AbortSignal,
  release: () => void,
): SpokenChunk<Chunk> {
  const audio = new AsyncQueue<Uint8Array>();
  const firstAudio = deferred<string>();
  const soFar = { audioBytes: 0, words: [] as WordTiming[] };
  const { text, written } = chunk;
  const pieces = synthesizer.synthesize(
    { ...request, text, ...(written !== undefined && { written }) },
    signal,
  );
  const whole = collect(pieces, { audio, soFar, onFirstAudio: firstAudio.resolve });
  whole.then(
    () => audio.end(),
    (error: unknown) => {
      firstAudio.reject(error);
      audio.fail(error);
    },
  );
  // Whoever plays the chunk reads its failure from the audio; nobody need await the promises as well.
  firstAudio.promise.catch(() => undefined);
  return { chunk, audio, firstAudio: firstAudio.promise, whole, soFar, release: onlyOnce(release) };
}

async function collect(
  pieces: AsyncIterable<SpeechPiece>,
  to: {
    readonly audio: AsyncQueue<Uint8Array>;
    readonly soFar: { audioBytes: number; readonly words: WordTiming[] };
    readonly onFirstAudio: (provider: string) => void;
  },
): Promise<WholeSpeech> {
  for await (const { pcm, words, provider } of pieces) {
    to.soFar.words.push(...words);
    if (pcm.byteLength === 0) continue;
    to.onFirstAudio(provider);
    to.soFar.audioBytes += pcm.byteLength;
    to.audio.push(pcm);
  }
  return to.soFar;
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
