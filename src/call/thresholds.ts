/**
 * From when on a caller notices. What goes beyond these is called a breach wherever Parley speaks of time: in reports, alerts and their
 * rules.
 */
export const THRESHOLDS = {
  /** The caller's last loud frame → the first sound of the answer, ms. People answer each other within a second. */
  answer: { warningMs: 1500, criticalMs: 3000 },
  /** The model is asked → the first chunk that can be spoken, ms. */
  firstChunk: { warningMs: 800 },
  /** A chunk is sent to SpeechKit → its first audio, ms. */
  synthesis: { warningMs: 500 },
  /** No sound of either side while the caller waits for the bot, ms: by then people ask whether anybody is there. */
  deadAir: { warningMs: 1500 },
} as const;
