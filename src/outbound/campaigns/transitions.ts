/** The states that campaigns and their leads can be in, and all the ways from one to another. */
import { ParleyError } from '../../base/errors.ts';

export const CAMPAIGN_STATES = ['running', 'paused', 'finished', 'cancelled'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];
export type CampaignOrder = 'pause' | 'resume' | 'cancel' | 'finish';

/** An order that is not here cannot be given in that state. */
const CAMPAIGN_TRANSITIONS: Readonly<
  Record<CampaignState, Readonly<Partial<Record<CampaignOrder, CampaignState>>>>
> = {
  running: { pause: 'paused', resume: 'running', cancel: 'cancelled', finish: 'finished' },
  paused: { pause: 'paused', resume: 'running', cancel: 'cancelled' },
  finished: {},
  cancelled: { cancel: 'cancelled' },
};

/** Throws CAMPAIGN_STATE. */
export function campaignAfter(state: CampaignState, order: CampaignOrder): CampaignState {
  const next = CAMPAIGN_TRANSITIONS[state][order];
  if (!next) throw new ParleyError('CAMPAIGN_STATE', `A campaign that is ${state} cannot ${order}.`);
  return next;
}

/** `waiting`: to be called, now or later; `calling`: claimed, it may ring; `done`: never called again; `dropped`: not called to the end. */
export const LEAD_STATES = ['waiting', 'calling', 'done', 'dropped'] as const;
export type LeadState = (typeof LEAD_STATES)[number];

/** The statements of the store make these alone: each is written by `moves`, with its `from` in the condition. */
const LEAD_TRANSITIONS = {
  /** Written before anything is dialled. */
  claim: { from: 'waiting', to: 'calling' },
  /** Nothing was dialled: the try does not count. */
  giveBack: { from: 'calling', to: 'waiting' },
  /** It is over, and it is tried again. */
  retry: { from: 'calling', to: 'waiting' },
  /** It is over, and that was it. */
  settle: { from: 'calling', to: 'done' },
  /** The campaign was cancelled, or its last day is over. */
  drop: { from: 'waiting', to: 'dropped' },
} as const satisfies Record<string, { readonly from: LeadState; readonly to: LeadState }>;

/** A statement that makes one of them: `set` is set with it, `where` is true as well. */
export function moves(transition: keyof typeof LEAD_TRANSITIONS, set: string, where: string): string {
  const { from, to } = LEAD_TRANSITIONS[transition];
  const also = set === '' ? '' : `, ${set}`;
  return `UPDATE leads SET state = '${to}'${also} WHERE state = '${from}' AND ${where}`;
}
