/** How long the stand-in takes. Every field may be changed while it runs, and counts from the next request on. */
export interface SpeechKitDelays {
  /** Request for speech until its first audio; default 0. */
  firstAudioMs: number;
  /** On top of that, evenly random from nothing up to this; default 0. */
  firstAudioJitterMs: number;
  /** Length of one piece of speech on the wire; default 200. */
  pieceMs: number;
  /** Time to make speech, as a share of its length: 1 is as slow as speaking; default 0, all at once. */
  realTimeFactor: number;
  /** The end of the audio until its text; default 0. */
  recognitionMs: number;
  /** How far a streaming recognizer's partials are behind the speech; default 0. */
  partialLagMs: number;
  /** The pause after which a streaming recognizer takes an utterance for ended, unless the client hints at another; default 700. */
  pauseMs: number;
  /** A request for an IAM token until its answer; default 0. */
  iamMs: number;
}

export const DEFAULT_DELAYS = {
  firstAudioMs: 0,
  firstAudioJitterMs: 0,
  pieceMs: 200,
  realTimeFactor: 0,
  recognitionMs: 0,
  partialLagMs: 0,
  pauseMs: 700,
  iamMs: 0,
} as const satisfies SpeechKitDelays;

/** Numbers from 0 up to 1 that are the same for the same seed (the mulberry32 generator). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
