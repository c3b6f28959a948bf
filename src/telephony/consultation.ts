/** A second leg beside the caller's: a colleague is rung while the caller waits, can be spoken to alone, and then be put through. */
import type { Line, Variables } from './line.ts';
import type { Endpoint } from './transfer-target.ts';

/**
 * Rings a colleague; the caller's leg stays as it is. Throws LINE_ENDED, or the signal's reason, and then leaves nothing behind. Whatever
 * else keeps the colleague from answering is an outcome.
 */
export type Consult = (to: Endpoint, options: ConsultOptions, signal: AbortSignal) => Promise<Consultation>;

export interface ConsultOptions {
  /** How long it may ring. */
  readonly withinMs: number;
  /** What the colleague's telephone may show or decide by, where the telephone has such. */
  readonly variables: Variables;
}

/** `unreachable`: it could not even ring there. */
export type Unanswered = 'noAnswer' | 'busy' | 'declined' | 'unreachable';

export type Consultation =
  { readonly outcome: 'answered'; readonly colleague: Colleague } | { readonly outcome: Unanswered };

/** Heard and spoken to as a caller is. To be closed, also when connected. */
export interface Colleague extends Pick<Line, 'hearing' | 'player' | 'ended' | 'close'> {
  /**
   * From now on caller and colleague talk to each other, and hang up together; neither leg is Parley's any more. Throws LINE_ENDED if one
   * of them is gone; a caller who is not is with the bot as before.
   */
  connect(): Promise<void>;
}
