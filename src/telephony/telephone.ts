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
  /** How callers' speech comes to the service over it; nothing before that is known. */
  readonly speech: SpeechCarriage | undefined;
  /** Takes no more calls and lets go of everything. The calls have ended by then. Idempotent; ends an `open` that still waits. */
  close(): Promise<void>;
}

/** `live`: while it is spoken. `whole`: an utterance at a time, when it is over. */
export type SpeechCarriage = 'live' | 'whole';

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
