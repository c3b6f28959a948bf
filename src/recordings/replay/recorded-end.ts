import { sleep } from '../../base/clock.ts';
import { ERROR_CATALOGUE } from '../../base/error-catalogue.ts';
import { ParleyError } from '../../base/errors.ts';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import type { RecordedEnd } from '../bundle/recorded-call.ts';
import type { TapeTime } from './tape-time.ts';

export interface Replaying {
  readonly time: TapeTime;
  /** How much later than in the recording this was asked for. */
  readonly shiftMs: number;
  readonly signal: AbortSignal;
}

/**
 * What made the call drop a request comes again in a replay, but no machine is as busy twice: it may come later, by so much at most, ms.
 * Whoever waits longer was not made to drop it.
 */
const DROPPED_WITHIN_MS = 1000;

/** Ends as the recorded request did, and when it did. What nobody had waited for any more then is `cutShort`, if somebody still waits. */
export async function endAsRecorded(
  end: RecordedEnd,
  { time, shiftMs, signal }: Replaying,
  cutShort: () => ParleyError,
): Promise<void> {
  await time.until(end.atMs + shiftMs, signal);
  if (end.kind === 'failed') throw recordedError(end.code);
  if (end.kind === 'done') return;
  await droppedAsRecorded(end, { time, shiftMs, signal });
  throw cutShort();
}

/** Resolves when whatever made the call drop it should have come. Rejects with the signal's reason as soon as it is dropped. */
export async function droppedAsRecorded(
  { atMs }: RecordedEnd,
  { time, shiftMs, signal }: Replaying,
): Promise<void> {
  await time.until(atMs + shiftMs, signal);
  await sleep(time.clock, DROPPED_WITHIN_MS, signal);
}

function recordedError(code: string): ParleyError {
  const known = code in ERROR_CATALOGUE ? (code as ErrorCode) : 'INTERNAL';
  return new ParleyError(known, 'It failed so in the recorded call.');
}
