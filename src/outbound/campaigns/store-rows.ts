/** Rows of the campaigns' file as SQLite gives them. */
import type { Campaign } from './campaign-file.ts';
import type { LeadResult } from './kept-campaign.ts';
import type { TryOutcome } from './outcomes.ts';
import type { CampaignState, LeadState } from './transitions.ts';

export interface CampaignRow {
  readonly spec: string;
  readonly digest: string;
  readonly state: CampaignState;
  readonly reason: string | null;
  readonly created_ms: number;
}

export interface ClaimedRow {
  readonly id: number;
  readonly line: number;
  readonly number: string;
  readonly bot: string | null;
  readonly zone: string;
  readonly variables: string;
  readonly tries: number;
  readonly due_ms: number;
}

export interface LeadRow {
  readonly line: number;
  readonly number: string;
  readonly bot: string | null;
  readonly zone: string;
  readonly variables: string;
  readonly state: LeadState;
  readonly tries: number;
  readonly outcome: TryOutcome | null;
  readonly cause: string | null;
  readonly talked_ms: number | null;
  readonly at_ms: number | null;
  readonly last_call: string | null;
}

export function resultOfRow(row: LeadRow, { bot }: Campaign): LeadResult {
  const { line, number, state, tries } = row;
  return {
    ...{ line, number, state, tries },
    bot: row.bot ?? bot,
    timeZone: row.zone,
    outcome: row.outcome ?? undefined,
    cause: row.cause ?? undefined,
    talkedMs: row.talked_ms ?? undefined,
    endedEpochMs: row.at_ms ?? undefined,
    lastCall: row.last_call ?? undefined,
    variables: JSON.parse(row.variables) as Record<string, string>,
  };
}
