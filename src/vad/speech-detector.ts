/** What a live line needs of a voice activity detector. One instance hears one call, from its beginning to its end. */
export interface SpeechDetector {
  /** How long it waits in silence before it says that speech has stopped, ms. */
  readonly silenceMs: number;
  /**
   * Hears the next stretch of the caller's voice, PCM at the line's rate, which began at `atMs`; says whether speech began or ended
   * with it, or a sound that may become speech. Stretches follow each other without gaps.
   */
  hear(pcm: Uint8Array, atMs: number): SpeechEdge | undefined;
  /** The call is over. Idempotent. */
  close(): void;
}

export type SpeechEdge =
  | { readonly kind: 'sound'; readonly atMs: number }
  | { readonly kind: 'started'; readonly atMs: number }
  | { readonly kind: 'stopped'; readonly startedAtMs: number; readonly endedAtMs: number };
