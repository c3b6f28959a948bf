/**
 * From a model's tokens to what the synthesizer speaks: cleaned (speakable.ts), cut (splitter.ts), numbered, and never waited for
 * longer than the caller should.
 */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { SpeakableText } from './speakable.ts';
import { SPLIT_LIMITS, type SplitLimits, Splitter } from './splitter.ts';

export interface Chunk {
  /** 0, 1, 2… without a gap. */
  readonly index: number;
  /** Plain text with at least one letter or digit, at most `hardChars` long. */
  readonly text: string;
  /** What any file may have of it, where that is not the text itself. */
  readonly written?: string;
  readonly first: boolean;
  /**
   * A live value: a chunk goes out before anybody knows whether more will follow. False until the model has finished, then true
   * for the final chunk. Stays false if the answer failed.
   */
  readonly last: boolean;
}

export interface ChunkLimits extends SplitLimits {
  /**
   * Text may wait so long for the end of its sentence while nothing has been spoken yet. Milliseconds, default 600: with
   * recognition and synthesis around it, the first words still come within two seconds.
   */
  readonly firstPatienceMs: number;
  /** The same for later chunks. Milliseconds, default 1500: the chunk before is still heard, so a whole sentence is worth it. */
  readonly patienceMs: number;
}

const CHUNK_LIMITS: ChunkLimits = { ...SPLIT_LIMITS, firstPatienceMs: 600, patienceMs: 1500 };

export interface ChunkerOptions extends Partial<ChunkLimits> {
  readonly clock: Clock;
}

/**
 * Reads `tokens` as fast as they come, whatever the reader's pace: a model that must wait for playback would run into its deadlines.
 * An error of `tokens` is thrown after the chunks that were complete before it. Ending the iteration ends `tokens`; one that is in
 * the middle of a wait ends with it, so give it the signal that ends the turn.
 */
export async function* chunkTokens(
  tokens: AsyncIterable<string>,
  options: ChunkerOptions,
): AsyncIterable<Chunk> {
  const source = tokens[Symbol.asyncIterator]();
  const chunking = new Chunking(options);
  readAll(source, chunking).then(
    () => chunking.finish(),
    (error: unknown) => chunking.fail(error),
  );
  try {
    for (let chunk = await chunking.next(); chunk; chunk = await chunking.next()) yield chunk;
  } finally {
    chunking.close();
    source.return?.().catch(() => undefined);
  }
}

async function readAll(source: AsyncIterator<string>, chunking: Chunking): Promise<void> {
  for (let read = await source.next(); !read.done && !chunking.isClosed; read = await source.next())
    chunking.take(read.value);
}

class Chunking {
  readonly #clock: Clock;
  readonly #limits: ChunkLimits;
  readonly #cleaner = new SpeakableText();
  readonly #splitter: Splitter;
  readonly #ready: Chunk[] = [];
  #count = 0;
  #state: 'reading' | 'finished' | 'failed' | 'closed' = 'reading';
  #failure: unknown;
  #wakeReader: () => void = () => undefined;
  #cancelPatience: CancelTimer | undefined;
  #isOverdue = false;

  constructor({ clock, ...limits }: ChunkerOptions) {
    this.#clock = clock;
    this.#limits = { ...CHUNK_LIMITS, ...limits };
    this.#splitter = new Splitter(this.#limits);
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** The next chunk, as soon as there is one; undefined after the final one. */
  async next(): Promise<Chunk | undefined> {
    while (this.#ready.length === 0 && this.#state === 'reading')
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    const chunk = this.#ready.shift();
    if (!chunk && this.#state === 'failed') throw this.#failure;
    return chunk;
  }

  take(token: string): void {
    this.#emit(this.#splitter.add(this.#cleaner.push(token)));
    if (this.#isOverdue) this.#hurry();
    else this.#watch();
  }

  finish(): void {
    if (this.isClosed) return;
    this.#emit(this.#splitter.add(this.#cleaner.end()));
    const rest = this.#splitter.end();
    if (rest !== undefined) this.#emit([rest]);
    this.#end('finished');
  }

  fail(error: unknown): void {
    if (this.isClosed) return;
    this.#failure = error;
    this.#end('failed');
  }

  close(): void {
    this.#end('closed');
  }

  #end(state: 'finished' | 'failed' | 'closed'): void {
    // The final chunk stays the last one when the reader closes after it.
    if (this.#state !== 'finished') this.#state = state;
    this.#calm();
    this.#wakeReader();
  }

  #emit(texts: readonly string[]): void {
    if (texts.length === 0) return;
    this.#calm();
    for (const text of texts) this.#ready.push(this.#chunk(this.#count++, text));
    this.#wakeReader();
  }

  #chunk(index: number, text: string): Chunk {
    const isLast = () => this.#state === 'finished' && index === this.#count - 1;
    return {
      index,
      text,
      first: index === 0,
      get last() {
        return isLast();
      },
    };
  }

  /** Patience begins with the first text that waits, and again after each chunk. */
  #watch(): void {
    if (this.#cancelPatience || !this.#splitter.isWaiting) return;
    const patienceMs = this.#count === 0 ? this.#limits.firstPatienceMs : this.#limits.patienceMs;
    this.#cancelPatience = this.#clock.after(patienceMs, () => {
      this.#isOverdue = true;
      this.#hurry();
    });
  }

  #hurry(): void {
    const text = this.#splitter.hurry();
    if (text === undefined) return;
    this.#emit([text]);
    this.#watch();
  }

  #calm(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = undefined;
    this.#isOverdue = false;
  }
}
