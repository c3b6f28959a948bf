/**
 * What speaks. Providers, failover, breaker, cache and measurement are all Synthesizers; main.ts stacks them.
 */
export interface Synthesizer {
  /** Stands in logs and metrics: `yandex-grpc`, `yandex-http`. */
  readonly name: string;
  /**
   * Speaks one text. Yields pieces as they arrive and ends when the speech is whole; at least one piece holds audio.
   * Throws a ParleyError TTS_*; throws the signal's reason soon after it aborts, which is no failure of the provider.
   */
  synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece>;
  /** Ends connections and timers. Idempotent. */
  close(): Promise<void>;
}

export interface SpeechRequest {
  /** Plain text, at most 250 characters. */
  readonly text: string;
  /** What any file may have of the text, where that is not the text itself. */
  readonly written?: string;
  readonly language: string;
  readonly voice: Voice;
  /** The rate of the PCM to come: 8000 to 48000. */
  readonly sampleRateHz: number;
}

export interface Voice {
  readonly name: string;
  readonly role?: string | undefined;
  /** 1 is the voice's own pace; 0.1 to 3. */
  readonly speed: number;
}

export interface SpeechPiece {
  /** PCM, 16-bit signed little-endian mono at the request's rate; whole samples; no header. */
  readonly pcm: Uint8Array;
  /** Words whose times became known with this piece, from the start of this text's speech. */
  readonly words: readonly WordTiming[];
  /** Which provider made it; `cache` if it was made before. */
  readonly provider: string;
  /** The voice, where it is not the one that was asked for: not to be kept, the other one will speak again. */
  readonly standIn?: string;
}

export interface WordTiming {
  readonly word: string;
  readonly startMs: number;
  readonly lengthMs: number;
}
