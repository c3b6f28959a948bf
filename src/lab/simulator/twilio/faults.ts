/** What can be made to go wrong, for calls that begin or end from now on. */
export interface TwilioFaults {
  /** The caller's audio begins so long after `start`, ms. */
  firstMediaAfterMs: number;
  /** Marks are told of so much later than they were played, ms. */
  marksLateMs: number;
  /** Every webhook comes twice. */
  duplicateWebhooks: boolean;
  /** How a call that is over is told of. */
  end: CallEnding;
  /** How webhooks and upgrades are signed. `withSlash`: over the address with one at its end. */
  signature: 'right' | 'withSlash' | 'wrong';
}

/**
 * `stopFirst`: `stop`, its closing a second later, and the status. `statusFirst`: the status, and `stop` two seconds later. `statusOnly`: the
 * stream stays open without a word. `cut`: the connection breaks (1006) without `stop`, and the status comes two seconds later.
 */
export type CallEnding = 'stopFirst' | 'statusFirst' | 'statusOnly' | 'cut';

export function noFaults(): TwilioFaults {
  return {
    firstMediaAfterMs: 0,
    marksLateMs: 0,
    duplicateWebhooks: false,
    end: 'stopFirst',
    signature: 'right',
  };
}

/** Something that Twilio would warn about, refuse, or end a stream for. */
export interface ProtocolFault {
  readonly callSid: string;
  /** Twilio's number of it (twilio.com/docs/api/errors). */
  readonly code: number;
  readonly what: string;
}
