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
  /** Between the wait that is heard on the line and the one that the marks tell, ms: beyond it the marks are of no use. */
  heard: { differenceMs: 200 },
} as const;

/**
 * Of all that may go wrong, the share from which on it is no accident: somebody is told. One slow turn in ten is noticed by every
 * caller who stays for a few minutes.
 */
export const ALARMING_SHARES = {
  /** Of what is measured above: turns, chunks. */
  late: 0.1,
  /** Of the requests that another provider had to serve. */
  fallbacks: 0.1,
  /** Of the fillers that could not be played: success below 90 %. */
  failedFillers: 0.1,
  /** Of the turns in which the caller heard an apology instead of an answer. */
  failedTurns: 0.1,
} as const;
