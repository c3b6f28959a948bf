/**
 * What the daemons of a fleet know of each other: who is alive, whose each call is, and what must be known to go on with it. A daemon is alive
 * as long as its lease lasts, and every heartbeat renews that; a call is somebody's by name and fencing token, and nobody else writes about it.
 */
import type { ProviderUse } from '../base/provider-use.ts';
import type { SharedWorks } from '../base/shared-works.ts';
import type { CallRecord } from '../survival/survival-store.ts';

/** One run of a daemon. Whoever starts later under the same name has a greater token, and the earlier one is over. */
export interface Session {
  readonly daemon: string;
  readonly token: number;
}

/** What a daemon tells of itself with every heartbeat. */
export interface DaemonState {
  readonly version: string;
  readonly startedAtEpochMs: number;
  /** The application by which Asterisk reaches it; empty where it has no Asterisk. */
  readonly ariApp: string;
  /** Which Asterisk it is connected to, the same for all daemons at it; empty while there is none. */
  readonly asterisk: string;
  /** Live calls. */
  readonly calls: number;
  /** Of tenants, by name, those that ring among them; of those that have any. */
  readonly callsByTenant?: Readonly<Record<string, number>> | undefined;
  readonly maxCalls: number;
  /** What its calls ask providers for. */
  readonly requestsPerSecond?: ProviderUse | undefined;
  /** It takes no more calls and gives away those that it has. */
  readonly draining: boolean;
}

export interface Daemon extends DaemonState, Session {
  /** The last heartbeat, by the clock of the memory. */
  readonly heardAtEpochMs: number;
  readonly isAlive: boolean;
}

/** A daemon that is no more; `calls`: of which a record is left. */
export interface Forsaken extends Session {
  readonly state: DaemonState;
  readonly calls: number;
}

/**
 * `held`: as it should be. `lapsed`: the lease had run out and is this session's again; what others have taken meanwhile is theirs.
 * `emptied`: nothing was known any more, of this daemon or any. `lost`: another run has the name, this session is over.
 */
export type Hold = 'held' | 'lapsed' | 'emptied' | 'lost';

export interface Beat {
  readonly hold: Hold;
  /** An operator wants this daemon to drain. */
  readonly isToDrain: boolean;
  /** Live calls of all other daemons that are alive. */
  readonly callsElsewhere: number;
  /** Of these, by tenant; of those that have any. */
  readonly tenantsElsewhere?: Readonly<Record<string, number>> | undefined;
  /** How many others are alive, and what they ask providers for together. */
  readonly daemonsElsewhere: number;
  readonly requestsElsewhere: ProviderUse;
  /** When the first of the others' leases runs out if it is not renewed, ms from now; Infinity if nobody else is alive. */
  readonly nextLapseMs: number;
  readonly forsaken: readonly Forsaken[];
}

/** `unknown`: nothing is known about this caller, and nobody else may take him now. */
export type Claim = { readonly kind: 'record'; readonly record: CallRecord } | { readonly kind: 'unknown' };

/** Every method may reject: then the memory is away, and each daemon is on its own. Every method is one step: nobody sees half of it. */
export interface FleetMemory {
  /** Begins a session, which has what earlier ones of that name have left. */
  join(daemon: string, state: DaemonState): Promise<Session>;
  /** Renews the lease. */
  beat(session: Session, state: DaemonState): Promise<Beat>;
  /** Ends the session: whatever it still has can be taken at once. */
  leave(session: Session): Promise<void>;
  daemons(): Promise<readonly Daemon[]>;
  /** The daemon is told with its next heartbeat. */
  askToDrain(daemon: string): Promise<void>;

  /** Writes what is known of a call. False if it is not this session's, or the session's lease has run out: nothing is written then. */
  keep(session: Session, record: CallRecord): Promise<boolean>;
  /** The call is over. False as above. */
  drop(session: Session, call: string): Promise<boolean>;
  /** Makes a call another daemon's. False if it is not this session's, or the other one is not alive. */
  give(session: Session, leg: string, to: string): Promise<boolean>;
  /** Undoes `give` as long as the other daemon has not accepted the call; from then on it cannot. False if it has, or if nothing was given. */
  takeBack(session: Session, leg: string, from: string): Promise<boolean>;
  /** Takes a caller whose daemon is no more. Undefined if somebody else has, or that daemon is alive. */
  claim(session: Session, from: string, leg: string): Promise<Claim | undefined>;
  /** Of a caller who has come here: from now on nobody can take him back. Undefined if somebody has by now: then he is not this session's. */
  accept(session: Session, leg: string): Promise<Claim | undefined>;
  /** What this session has, by leg. */
  own(session: Session): Promise<ReadonlyMap<string, CallRecord>>;
  /** What is known of the calls of all daemons, or of one. */
  calls(of?: string): Promise<readonly OwnedCall[]>;

  /** Adds a line to the journal of a conversation. */
  note(conversation: string, line: string): Promise<void>;
  /** All lines, in their order. */
  notes(conversation: string): Promise<readonly string[]>;

  /** Work of this kind, shared by all daemons, as the one sees it whose session that is. */
  works(kind: string, session: () => Session | undefined): SharedWorks;
}

export interface OwnedCall {
  readonly daemon: string;
  readonly record: CallRecord;
}

/**
 * How long a daemon is taken for alive after its last heartbeat, ms. A caller may be in silence for 3 s: the lease, one heartbeat of
 * whoever takes the call, and what building up its sound takes must fit in.
 */
export const LEASE_MS = 2_000;

/** Between two heartbeats, ms: four of five may be late or lost before anybody takes a call away. One comes sooner where another daemon's lease runs out. */
export const BEAT_MS = 400;
