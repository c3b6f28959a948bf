/** What a try of a campaign came to, and what follows from it. */
import type { CallOutcome } from '../call-out.ts';

/**
 * `reached`: a person, who has heard the bot. `abandoned`: a person who was gone, or was let go, before the bot had said anything.
 * `unknown`: the process ended while it rang or was talked; nobody knows how far that went.
 */
export const TRY_OUTCOMES = [
  'reached',
  'abandoned',
  'machine',
  'fax',
  'silence',
  'busy',
  'noAnswer',
  'unreachable',
  'refused',
  'failed',
  'unknown',
] as const;
export type TryOutcome = (typeof TRY_OUTCOMES)[number];

/** After which of them somebody may be called again. */
export const RETRIED = TRY_OUTCOMES.filter((outcome) => outcome !== 'reached');
export type Retried = Exclude<TryOutcome, 'reached'>;

export interface TryResult {
  readonly outcome: TryOutcome;
  /** The call's or the network's own word. */
  readonly cause: string;
  readonly talkedMs: number;
}

/** A person must have heard the bot by then, ms after the answer: the two seconds that rules of calling count by. */
const GREETED_WITHIN_MS = 2000;

export function tryResultOf(outcome: CallOutcome): TryResult {
  if (outcome.outcome !== 'answered') return { outcome: outcome.outcome, cause: outcome.cause, talkedMs: 0 };
  const { by, cause, greeted, talkedMs } = outcome;
  if (by !== 'person') return { outcome: by, cause, talkedMs };
  return {
    outcome: greeted === false || talkedMs < GREETED_WITHIN_MS ? 'abandoned' : 'reached',
    cause,
    talkedMs,
  };
}
