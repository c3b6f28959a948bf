/** Calling somebody, as the HTTP interface, the command line and campaigns ask for it. */
import type { Unconnected } from '../telephony/telephone.ts';

/** Rings, talks and hangs up. Resolves when the call is over, whichever way; rejects with the signal's reason, and with nothing left behind. */
export type CallOut = (order: CallOrder, signal: AbortSignal) => Promise<CallOutcome>;

export interface CallOrder {
  /** Unique among all calls, safe in file names; the call's id from ringing to its result. */
  readonly id: string;
  /** E.164, or whatever the telephone can dial. */
  readonly to: string;
  readonly bot: string;
  /** By name; the bot's prompt, tools and flow may use them. */
  readonly variables: Readonly<Record<string, string>>;
  /** By name; nothing: the first that can call. */
  readonly telephone?: string | undefined;
  /** What the callee's telephone shows; nothing: the telephone's own. */
  readonly callerId?: string | undefined;
}

/** Who has picked up. `silence`: nobody says anything. */
export type Answerer = 'person' | 'machine' | 'fax' | 'silence';

/** A call that somebody has answered, and that is over. */
export interface ServedCall {
  /** As the call's result tells it. */
  readonly cause: string;
  readonly by: Answerer;
  /** Whether the bot has said anything; undefined where nobody knows. */
  readonly greeted?: boolean | undefined;
}

export type CallOutcome =
  | {
      readonly outcome: 'answered';
      readonly by: Answerer;
      /** As the call's result tells it. */
      readonly cause: string;
      /** From the answer to the end. */
      readonly talkedMs: number;
      /** Whether the bot has said anything; undefined where nobody knows. */
      readonly greeted?: boolean | undefined;
    }
  | {
      readonly outcome: Unconnected;
      /** The network's own word for it (Q.850 number, SIP or Twilio status), for the log. */
      readonly cause: string;
    };
