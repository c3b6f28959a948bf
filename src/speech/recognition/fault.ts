/** Whose fault it is that a recognition has failed. */
import { isParleyError } from '../../base/errors.ts';

/**
 * - `failed`: the recognizer is to blame, late answers included;
 * - `rejected`: it is up and answers at once, but refuses this request (language, audio or key);
 * - `none`: nobody wanted the rest, or the fault is not its own.
 */
export type RecognitionFault = 'failed' | 'rejected' | 'none';

/** Whoever loses patience aborts with ASR_TIMEOUT, and that is the recognizer's failure; any other abort is the caller's own wish. */
export function recognitionFault(error: unknown, signal: AbortSignal): RecognitionFault {
  if (signal.aborted) return isParleyError(signal.reason, 'ASR_TIMEOUT') ? 'failed' : 'none';
  if (!isParleyError(error)) return 'none';
  return error.retryable ? 'failed' : 'rejected';
}
