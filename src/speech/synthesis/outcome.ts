import { untilAborted } from '../../base/abort.ts';
import { isParleyError } from '../../base/errors.ts';
import type { SpeechPiece } from './synthesizer.ts';

/**
 * How a synthesis ended, for whoever keeps count of a provider:
 * - `whole`: the speech came to its end;
 * - `failed`: the provider is to blame, late answers included;
 * - `rejected`: the provider works but refuses this request (text, voice or key);
 * - `cancelled`: nobody wanted the rest.
 */
export type Outcome = 'whole' | 'failed' | 'rejected' | 'cancelled';

/**
 * What an error that ended a synthesis says about the provider. Whoever loses patience with a provider aborts with
 * TTS_TIMEOUT as the reason, and that counts as its failure; any other abort is the caller's own wish.
 */
export function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted && !isParleyError(signal.reason, 'TTS_TIMEOUT')) return 'cancelled';
  return isParleyError(error) && !error.retryable ? 'rejected' : 'failed';
}

/** The same pieces; reports exactly once how they ended, also when the reader leaves early or the source ignores an abort. */
export async function* withOutcome(
  pieces: AsyncIterable<SpeechPiece>,
  signal: AbortSignal,
  onEnd: (outcome: Outcome, error?: unknown) => void,
): AsyncGenerator<SpeechPiece> {
  let outcome: Outcome = 'cancelled';
  let failure: unknown;
  try {
    yield* untilAborted(pieces, signal);
    outcome = 'whole';
  } catch (error) {
    outcome = outcomeOf(error, signal);
    failure = error;
    throw error;
  } finally {
    onEnd(outcome, failure);
  }
}
