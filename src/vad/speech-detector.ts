/** What a live line needs of a voice activity detector. One instance hears one call, from its beginning to its end. */
export interface SpeechDetector {
  /** How long it waits in silence before it says that speech has stopped, ms. */
  readonly silenceMs: number;
  /**
   * Hears the next stretch of the caller's voice, PCM at the line's rate, which began at `atMs`; says whether speech began or ended
   * with it, or a sound that may become speech. Stretches follow each other without gaps.
   */
  hear(pcm: Uint8Array, atMs: number): SpeechEdge | undefined;
  /**
   * Since when a voice is heard of which it is not known yet whether anybody speaks with it, on the clock of the audio; undefined if none is,
   * or if it is known. It lasts for a syllable.
   */
  readonly undecidedSinceMs?: number | undefined;
  /** The last stretch ended in what is speech, or may be; undefined if it cannot be told. */
  readonly hearsVoice?: boolean | undefined;
  /** The call is over. Idempotent. */
  close(): void;
}

/** Times are on the clock of the audio that was heard. */
export type SpeechEdge =
  /**
   * Something loud is heard since `atMs`, neither music nor a key, that is not known to be speech: a hiss, a cough, a knock. Told at
   * most once until it was silent for `silenceMs`, and never while somebody speaks.
   */
  | { readonly kind: 'sound'; readonly atMs: number }
  /** Somebody speaks since `atMs`, the beginning of the first active frame, a little in the past. */
  | { readonly kind: 'started'; readonly atMs: number }
  /** Nobody speaks since `endedAtMs`, the end of the last active frame, `silenceMs` ago. */
  | { readonly kind: 'stopped'; readonly startedAtMs: number; readonly endedAtMs: number };
