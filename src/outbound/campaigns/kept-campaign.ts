/** Campaigns and leads as the store tells of them. */
import type { Campaign } from './campaign-file.ts';
import type { LeadFault } from './lead.ts';
import type { TryOutcome, TryResult } from './outcomes.ts';
import type { CampaignState, LeadState } from './transitions.ts';

export interface KeptCampaign {
  readonly campaign: Campaign;
  readonly state: CampaignState;
  /** Why it is paused, if nobody has ordered it. */
  readonly reason: string | undefined;
  readonly createdEpochMs: number;
}

/** How far it has come. */
export interface Progress extends KeptCampaign {
  /** Of its leads, by their state. */
  readonly leads: Readonly<Record<LeadState, number>>;
  /** Leads by how their last try ended. */
  readonly outcomes: Readonly<Partial<Record<TryOutcome, number>>>;
  /** Calls that were made; those that go on among them. */
  readonly tries: number;
  readonly answers: Answers;
  /** Lines that were left out. */
  readonly faults: number;
}

/** A lead that is this process's to call. */
export interface ClaimedLead {
  readonly id: number;
  /** In its list. */
  readonly line: number;
  /** Of the call; never given twice. */
  readonly call: string;
  readonly number: string;
  readonly bot: string;
  readonly timeZone: string;
  readonly variables: Readonly<Record<string, string>>;
  /** This one among them. */
  readonly tries: number;
  /** Since when it could have been called, ms since 1970. */
  readonly dueEpochMs: number;
}

export interface EndedTry {
  readonly call: string;
  readonly result: TryResult;
  readonly epochMs: number;
}

/** What has become of a lead by a try. */
export interface Settled {
  readonly state: LeadState;
  readonly lead: LeadResult;
}

/** The same of a lead that an earlier process was calling. */
export interface Recovered extends Settled {
  readonly campaign: Campaign;
}

/** What came of a lead. */
export interface LeadResult {
  readonly line: number;
  readonly number: string;
  readonly bot: string;
  readonly timeZone: string;
  readonly state: LeadState;
  readonly tries: number;
  /** Of the last try; nothing where there was none. */
  readonly outcome: TryOutcome | undefined;
  readonly cause: string | undefined;
  readonly talkedMs: number | undefined;
  readonly endedEpochMs: number | undefined;
  readonly lastCall: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/** Leads that wait, by their time zone. */
export interface WaitingZone {
  readonly timeZone: string;
  readonly soonestEpochMs: number;
}

export interface Created {
  readonly progress: Progress;
  /** True if the very same campaign was there already: nothing was changed. */
  readonly isOld: boolean;
  readonly faults: readonly LeadFault[];
}

/** Answers by people, of all tries. */
export interface Answers {
  readonly answered: number;
  readonly abandoned: number;
}
