import { ERROR_CATALOGUE, ParleyError } from '../../base/errors.ts';
import type { ErrorCode } from '../../base/errors.ts';
import type { RecordedEnd } from '../bundle/recorded-call.ts';
import type { TapeTime } from './tape-time.ts';

export interface Replaying {
  readonly time: TapeTime;
  /** How much later than in the recording this was asked for. */
  readonly shiftMs: number;
  readonly signal: AbortSignal;
}

/** Ends as the recorded request did, and when it did. What nobody had waited for any more then is `cutShort`, if somebody still waits. */
export async function endAsRecorded(
  end: RecordedEnd,
  { time, shiftMs, signal }: Replaying,
  cutShort: () => ParleyError,
): Promise<void> {
  await time.until(end.atMs + shiftMs, signal);
  if (end.kind === 'failed') throw recordedError(end.code);
  if (end.kind === 'done') return;
  // Whoever drops it at this same moment, as in the recording, comes first.
  await new Promise((resolve) => time.clock.after(0, () => resolve(undefined)));
  signal.throwIfAborted();
  throw cutShort();
}

function recordedError(code: string): ParleyError {
  const known = code in ERROR_CATALOGUE ? (code as ErrorCode) : 'INTERNAL';
  return new ParleyError(known, 'It failed so in the recorded call.');
}
