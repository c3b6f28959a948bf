/**
 * A campaign as lines, for whoever goes on with it elsewhere: first all that there is, up to the line `whole`, then each change in its order. A
 * line that is told twice changes nothing the second time.
 */
import { z } from 'zod';
import { LEAD_FAULTS } from './lead.ts';
import type { LeadFaultCode } from './lead.ts';
import { TRY_OUTCOMES } from './outcomes.ts';
import { CAMPAIGN_STATES, LEAD_STATES } from './transitions.ts';

const outcome = z.enum(TRY_OUTCOMES);
const times = z.number().nullable();

export const campaignLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('campaign'),
    spec: z.string(),
    digest: z.string(),
    created_ms: z.number(),
  }),
  z.object({
    kind: z.literal('fault'),
    line: z.int(),
    code: z.enum(Object.keys(LEAD_FAULTS) as [LeadFaultCode, ...LeadFaultCode[]]),
    told: z.string(),
  }),
  z.object({
    kind: z.literal('lead'),
    line: z.int(),
    number: z.string(),
    bot: z.string().nullable(),
    zone: z.string(),
    /** JSON */
    variables: z.string(),
    state: z.enum(LEAD_STATES),
    tries: z.int(),
    due_ms: z.number(),
    outcome: outcome.nullable(),
    cause: z.string().nullable(),
    talked_ms: times,
    at_ms: times,
    untold: z.int().nullable(),
  }),
  z.object({
    kind: z.literal('try'),
    call: z.string(),
    line: z.int(),
    began_ms: z.number(),
    ended_ms: times,
    outcome: outcome.nullable(),
    cause: z.string().nullable(),
    talked_ms: times,
  }),
  z.object({ kind: z.literal('whole'), state: z.enum(CAMPAIGN_STATES), reason: z.string().nullable() }),
  z.object({ kind: z.literal('claim'), call: z.string(), line: z.int(), epochMs: z.number() }),
  /** Nothing was dialled. */
  z.object({ kind: z.literal('back'), call: z.string() }),
  z.object({
    kind: z.literal('end'),
    call: z.string(),
    result: z.object({ outcome, cause: z.string(), talkedMs: z.number() }),
    epochMs: z.number(),
  }),
  z.object({ kind: z.literal('told'), line: z.int() }),
  z.object({
    kind: z.literal('order'),
    order: z.enum(['pause', 'resume', 'cancel', 'finish']),
    reason: z.string().exactOptional(),
  }),
]);

export type CampaignLine = z.output<typeof campaignLine>;

export function written(line: CampaignLine): string {
  return JSON.stringify(line);
}

export function readLine(text: string): CampaignLine {
  return campaignLine.parse(JSON.parse(text));
}

/** The campaign of a call's id: `NAME-LINE-TRY`. */
export function campaignOf(call: string): string {
  return call.replace(/-\d+-\d+$/, '');
}
