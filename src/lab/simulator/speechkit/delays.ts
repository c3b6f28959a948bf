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
