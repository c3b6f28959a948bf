/** Profiles of calls that were recorded before there was a key, where its default would have made the call another one. */

/** So the bot behaved while there was no such key. A call that was recorded since holds the key, whatever the file had said. */
const BEFORE_THERE_WAS = { ends: { callerGoodbye: false, botGoodbye: false } } as const;

export function asItWas(given: unknown): unknown {
  return typeof given === 'object' && given !== null ? { ...BEFORE_THERE_WAS, ...given } : given;
}
