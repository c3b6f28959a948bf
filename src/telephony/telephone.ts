/** A way in for callers: a telephone system, or a page. The service has a list of them, and each call comes over one. */
import type { Line } from './line.ts';
import type { TransferKind } from './transfer-target.ts';

export interface Telephone {
  /** Stands in the log and in the service's state. */
  readonly name: string;
  /** `callers`: people dial it. `pages`: only who has the dashboard open can call; it makes a service ready only where nothing else could. */
  readonly isFor: 'callers' | 'pages';
  /** What its callers can be handed over to. */
  readonly transfers: readonly TransferKind[];
  /**
   * Takes calls from now on. Resolves when they can come, and waits for that as long as it takes. Throws what waiting cannot mend, or
   * the signal's reason.
   */
  open(signal: AbortSignal): Promise<void>;
  /** A call could come in now. */
  readonly connected: boolean;
  /** What is wrong with it, in a clause for the operator; nothing while it is connected. */
  readonly trouble: string | undefined;
  /** Calls somebody. A telephone without it can only be called. */
  readonly dial?: Dial | undefined;
  /** How callers' speech comes to the service over it; nothing before that is known. */
  readonly speech: SpeechCarriage | undefined;
  /** Takes no more calls and lets go of everything. The calls have ended by then. Idempotent; ends an `open` that still waits. */
  close(): Promise<void>;
}

/** `live`: while it is spoken. `whole`: an utterance at a time, when it is over. `written`: there is no sound, either way. */
export type SpeechCarriage = 'live' | 'whole' | 'written';

/** A caller, as a telephone hands one to the service. */
export interface Arrival {
  readonly line: Line;
  /** What the telephone calls the caller's leg: the same whoever serves it. */
  readonly leg: string;
  readonly speech: SpeechCarriage;
  /** The words of the utterance that begins now, if they were typed. A telephone without keys for letters has none. */
  readonly takeTyped?: () => string | undefined;
}

/** Must not wait, or events of the call are missed. */
export type OnArrival = (arrival: Arrival) => void;

/**
 * Rings somebody, and resolves when it is known how that went. The line of an answered call is not answered by `answer()`: that does
 * nothing there. Throws TELEPHONE_AWAY where nothing can be dialled now, or the signal's reason; nothing rings after either.
 */
export type Dial = (to: Destination, signal: AbortSignal) => Promise<Dialled>;

export interface Destination {
  /** Of the call; safe in file names. */
  readonly id: string;
  /** E.164, or whatever the telephone can dial. */
  readonly number: string;
  /** What the callee's telephone shows; nothing: the telephone's own. */
  readonly callerId: string | undefined;
  readonly bot: string;
  /** How long it may ring. */
  readonly ringMs: number;
  /** Told once, when it rings there. */
  readonly onRinging?: () => void;
}

/**
 * `noAnswer`: it rang. `unreachable`: no such number, or no way there. `refused`: whoever rings declined, or the network forbids it.
 * `failed`: our own side or the trunk; trying again later may help.
 */
export type Unconnected = 'busy' | 'noAnswer' | 'unreachable' | 'refused' | 'failed';

export type Dialled =
  | { readonly outcome: 'answered'; readonly arrival: Arrival }
  /** `cause`: the network's own word for it (Q.850 number, SIP or Twilio status), for the log. */
  | { readonly outcome: Unconnected; readonly cause: string };
