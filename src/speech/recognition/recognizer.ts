/**
 * What hears. A streaming recognizer reports while audio still arrives; a whole-utterance one reads to the end, then reports once.
 */
export interface Recognizer {
  /** Stands in logs and metrics: `yandex-v1`, `yandex-v3`. */
  readonly name: string;
  /** What it can, if it says so: a provider does, what stands around several does not. */
  readonly capabilities?: RecognitionCapabilities | undefined;
  /**
   * Recognises one utterance: PCM, 16-bit signed little-endian mono at the request's rate, until `audio` ends.
   * Ends when all audio has been recognised; silence gives no final, or an empty one.
   * Throws a ParleyError ASR_*; throws the signal's reason soon after it aborts.
   */
  recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent>;
  /** Ends connections and timers. Idempotent. */
  close(): Promise<void>;
}

/** A Recognizer that really hears, a vendor's or our own. */
export interface RecognitionProvider extends Recognizer {
  readonly capabilities: RecognitionCapabilities;
}

export interface RecognitionCapabilities {
  /** Whether it hears this language, BCP-47, or can tell by itself which is spoken: `auto`. */
  readonly hears: (language: string) => boolean;
  /** The languages that it is known to hear, BCP-47: what is told to people. `hears` decides. */
  readonly languages: readonly string[];
  /** The rates of the audio that it takes, in hertz. */
  readonly sampleRatesHz: readonly number[];
  /** It hears while the caller still speaks; others once the utterance is over. */
  readonly streams: boolean;
  /** It tells when each word was said, where the request asks for it. */
  readonly timesWords?: boolean;
}

export interface RecognitionRequest {
  /** BCP-47, `ru-RU`, or `auto` where the provider can tell by itself. */
  readonly language: string;
  /** With `auto`: the languages that may be spoken, BCP-47, where they are known. A provider that can takes it for no other. */
  readonly among?: readonly string[];
  readonly sampleRateHz: number;
  /** When each word was said is wanted too; who cannot tell gives the text alone. */
  readonly timeWords?: true;
}

/** A word where it was said, from the beginning of the request's audio. */
export interface HeardWord {
  readonly word: string;
  readonly startMs: number;
  readonly endMs: number;
}

export type RecognitionEvent =
  /** What has been understood so far of the current piece of speech; replaces the partial before it. */
  | { readonly kind: 'partial'; readonly text: string }
  /** A piece of speech that will not change any more; the utterance's text is all finals joined by spaces. `typed`: nobody was asked for it. */
  | {
      readonly kind: 'final';
      readonly text: string;
      readonly language?: string | undefined;
      readonly typed?: true;
      /** Where the request asked for them and the provider tells. */
      readonly words?: readonly HeardWord[] | undefined;
      /** How sure the provider is, 0 to 1, if it says so. */
      readonly confidence?: number | undefined;
    }
  /** The final number `index` (from 0) again: with numbers, dates and punctuation written out, or corrected; empty takes it back. */
  | { readonly kind: 'refined'; readonly index: number; readonly text: string }
  /** The provider believes that the speaker has finished. */
  | { readonly kind: 'endOfUtterance' };
