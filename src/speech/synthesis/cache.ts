import { LRUCache } from 'lru-cache';
import { concatBytes } from '../../audio/pcm.ts';
import { speechKey } from './speech-key.ts';
import { SharedSynthesis } from './shared-synthesis.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from './synthesizer.ts';

export interface CacheSettings {
  /** Audio kept in memory, in bytes. Default 64 MiB: over an hour of speech at 8 kHz. */
  readonly maxBytes: number;
}

const CACHE_DEFAULTS: CacheSettings = Object.freeze({ maxBytes: 64 * 1024 * 1024 });

/** `hit`: whole from memory; `shared`: joined a synthesis under way; `miss`: had to be synthesized. */
export type CacheLookup = 'hit' | 'shared' | 'miss';

export interface CacheOptions {
  readonly settings?: CacheSettings;
  readonly onLookup?: (lookup: CacheLookup) => void;
}

/**
 * Speaks what was spoken before from memory, and says so: the piece's provider is then the cache. Requests for the same speech at the same time share one synthesis, which
 * goes on as long as one of them wants it. Only whole speech of one provider in the voice that was asked for is kept: a seam between two
 * providers, or the voice of whoever stood in, would otherwise be heard for ever.
 */
export class CachingSynthesizer implements Synthesizer {
  readonly name = 'cache';
  readonly #inner: Synthesizer;
  readonly #onLookup: (lookup: CacheLookup) => void;
  readonly #whole: LRUCache<string, SpeechPiece>;
  readonly #maxBytes: number;
  readonly #underWay = new Map<string, SharedSynthesis>();

  constructor(
    inner: Synthesizer,
    { settings = CACHE_DEFAULTS, onLookup = () => undefined }: CacheOptions = {},
  ) {
    this.#inner = inner;
    this.#onLookup = onLookup;
    this.#maxBytes = settings.maxBytes;
    this.#whole = new LRUCache({
      // The library knows no empty cache; nothing fits into one byte.
      maxSize: Math.max(1, settings.maxBytes),
      sizeCalculation: (piece, key) => piece.pcm.byteLength + key.length * 2,
    });
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    signal.throwIfAborted();
    const key = speechKey(request);
    const known = this.#whole.get(key);
    if (known) {
      this.#onLookup('hit');
      yield { ...known, provider: this.name };
      return;
    }
    const underWay = this.#underWay.get(key);
    this.#onLookup(underWay ? 'shared' : 'miss');
    yield* (underWay ?? this.#start(key, request)).listen(signal);
  }

  #start(key: string, request: SpeechRequest): SharedSynthesis {
    const shared = new SharedSynthesis(this.#inner, request, {
      onWhole: (pieces) => this.#keep(key, pieces),
      onEnd: () => this.#underWay.delete(key),
    });
    this.#underWay.set(key, shared);
    return shared;
  }

  #keep(key: string, pieces: readonly SpeechPiece[]): void {
    const [first] = pieces;
    if (!first || pieces.some(({ provider }) => provider !== first.provider)) return;
    if (first.standIn !== undefined) return;
    const bytes = pieces.reduce((sum, { pcm }) => sum + pcm.byteLength, 0);
    if (bytes > this.#maxBytes) return;
    this.#whole.set(key, {
      // A copy of exactly the audio: a piece may be a window on a network buffer many times its size.
      pcm: concatBytes(pieces.map((piece) => piece.pcm)),
      words: pieces.flatMap((piece) => piece.words),
      provider: first.provider,
    });
  }

  async close(): Promise<void> {
    for (const shared of [...this.#underWay.values()])
      shared.abort(new Error('The speech cache was closed.'));
    this.#whole.clear();
    await this.#inner.close();
  }
}
