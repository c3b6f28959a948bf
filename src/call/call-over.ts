import { isParleyError } from '../base/errors.ts';
import { LineEnd } from '../telephony/line.ts';
import type { CallEndCause } from '../timeline/timeline.ts';

/** The bot will say no more: why the call, or the present turn, ends. */
export class CallOver extends Error {
  override readonly cause: CallEndCause;
  constructor(cause: CallEndCause) {
    super(`the call is over: ${cause}`);
    this.cause = cause;
  }
}

/** Why a conversation ended that was left by this error; undefined if it was a fault. */
export function causeOfEnd(error: unknown): CallEndCause | undefined {
  if (error instanceof CallOver) return error.cause;
  return isParleyError(error, 'LINE_ENDED') ? 'caller' : undefined;
}

/** By the reason of a line's end. */
export function causeOfLineEnd(reason: unknown): CallEndCause {
  const by = reason instanceof LineEnd ? reason.by : 'lost';
  return by === 'us' ? 'stopped' : by;
}
