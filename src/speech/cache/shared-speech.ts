/** Speech that any of several processes has made, given again by all of them. For what nobody waits for: it may wait for whoever is making it. */
import type { Clock } from '../../base/clock.ts';
import { BYTES_PER_SAMPLE, concatBytes } from '../../audio/pcm.ts';
import { speechKey } from '../synthesis/speech-key.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer, WordTiming } from '../synthesis/synthesizer.ts';
import { LayeredCache } from './layered-cache.ts';
import { packParcel, unpackParcel } from './packing.ts';
import type { Packing } from './packing.ts';
import type { SharedStore } from './shared-store.ts';
import { VoiceCache } from './voice-cache.ts';
import type { VoiceKey } from './voice-key.ts';

type KeptSpeech = Pick<SpeechPiece, 'pcm' | 'words'>;

export interface SharedSpeechOptions {
  readonly store: SharedStore;
  readonly ttlMs: number;
  /** Who is asked first, and his model: the others of the fleet may be set up otherwise. */
  readonly speaker: Pick<VoiceKey, 'provider' | 'model'>;
  readonly clock: Clock;
}

const PACKING: Packing<KeptSpeech> = {
  pack: ({ pcm, words }) => packParcel({ about: words, bytes: pcm }),
  unpack: (packed) => {
    const { about, bytes } = unpackParcel(packed) ?? {};
    const isSpeech = bytes && bytes.byteLength > 0 && bytes.byteLength % BYTES_PER_SAMPLE === 0;
    return isSpeech && Array.isArray(about) ? { pcm: bytes, words: about as WordTiming[] } : undefined;
  },
};

/**
 * Only whole speech of one provider in the voice that was asked for is shared: whoever stood in for another would otherwise be heard
 * everywhere for a day. What the store does not tell soon is synthesized.
 */
export class SharedSpeech implements Synthesizer {
  readonly name = 'cache';
  readonly #inner: Synthesizer;
  readonly #speaker: SharedSpeechOptions['speaker'];
  readonly #cache: LayeredCache<KeptSpeech>;

  constructor(inner: Synthesizer, { store, ttlMs, speaker, clock }: SharedSpeechOptions) {
    this.#inner = inner;
    this.#speaker = speaker;
    // Whoever asks keeps what it gets.
    const memory = new VoiceCache<KeptSpeech>({ maxBytes: 0, ttlMs, clock });
    this.#cache = new LayeredCache({ memory, shared: store, packing: PACKING, ttlMs, clock });
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    const key: VoiceKey = { operation: 'tts', content: speechKey(request), ...this.#speaker };
    const claim = await this.#cache.claim(key, signal);
    if (claim.value) {
      yield { ...claim.value, provider: this.name };
      return;
    }
    try {
      const pieces: SpeechPiece[] = [];
      for await (const piece of this.#inner.synthesize(request, signal)) {
        pieces.push(piece);
        yield piece;
      }
      this.#share(key, pieces);
    } finally {
      claim.release();
    }
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  #share(key: VoiceKey, pieces: readonly SpeechPiece[]): void {
    const isOfOne = new Set(pieces.map(({ provider }) => provider)).size === 1;
    if (!isOfOne || pieces.some(({ standIn }) => standIn !== undefined)) return;
    const pcm = concatBytes(pieces.map((piece) => piece.pcm));
    this.#cache.set(key, { pcm, words: pieces.flatMap(({ words }) => words) }, pcm.byteLength);
  }
}
