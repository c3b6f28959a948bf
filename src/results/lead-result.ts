/** What came of somebody whom a campaign was to call, in the form of a call's result: the model has no part in it. */
import { resultOf } from './call-result.ts';
import type { CallResult } from './call-result.ts';
import type { EndedCall } from './ended-call.ts';

export interface SettledLead {
  /** Of the campaign. */
  readonly campaign: string;
  readonly webhook: string;
  readonly line: number;
  readonly number: string;
  readonly bot: string;
  /** `reached`, `busy` and the like. */
  readonly outcome: string;
  readonly cause: string;
  readonly tries: number;
  readonly talkedMs: number;
  readonly endedEpochMs: number;
  readonly lastCall: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** As the outbox takes it. Its id is the lead's, not its last call's: that may have a result of its own. */
export function leadResult(lead: SettledLead): { readonly call: EndedCall; readonly result: CallResult } {
  const { campaign, webhook, line, number, bot, outcome, cause, tries, lastCall, variables } = lead;
  const { talkedMs, endedEpochMs } = lead;
  const call: EndedCall = {
    id: `${campaign}-${line}`,
    bot,
    direction: 'outbound',
    callerNumber: number,
    startedEpochMs: endedEpochMs - talkedMs,
    endedEpochMs,
    cause: 'lost',
    outcome,
    language: '',
    slots: {},
    done: [],
    messages: [],
    wanted: { schema: {}, webhook, deadlineMs: 0 },
  };
  const data = { campaign, line, tries, call: lastCall, variables: { ...variables } };
  return { call, result: { ...resultOf(call, { summary: '', valid: true, data }), cause } };
}
