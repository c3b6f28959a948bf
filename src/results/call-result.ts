/** The result of a call, as it is posted, kept and shown: docs/results.md. What the model had no part in is always there. */
import { z } from 'zod';
import { doneTool } from './ended-call.ts';
import type { EndedCall } from './ended-call.ts';

export const callResult = z.object({
  /** The call's: of a conversation that went on after a restart, its first call's. */
  id: z.string(),
  /** Where the first call has had a result of its own, as its line was lost: that call. */
  conversation: z.string().exactOptional(),
  bot: z.string(),
  direction: z.string(),
  /** Empty if withheld. */
  callerNumber: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  durationSeconds: z.number(),
  /** Why it ended. */
  cause: z.string(),
  /** How it went: by the end of the flow, else by the data's own `outcome`. */
  outcome: z.string().nullable(),
  /** BCP-47. */
  language: z.string(),
  slots: z.record(z.string(), z.string()),
  /** The tools that were used, in their order. */
  done: z.array(doneTool),
  /** A sentence or two; empty where the model gave none. */
  summary: z.string(),
  /** `data` fits the schema. */
  valid: z.boolean(),
  /** What the model made of the schema; where it is not valid, its last attempt, if it was an object at all. */
  data: z.record(z.string(), z.unknown()).nullable(),
  /** What is wrong with it. */
  faults: z.array(z.string()).exactOptional(),
  /** Why the model has made nothing: LLM_TIMEOUT and the like. */
  code: z.string().exactOptional(),
});

export type CallResult = z.output<typeof callResult>;

type ModelsPart = Pick<CallResult, 'summary' | 'valid' | 'data' | 'faults' | 'code'>;

export function resultOf(call: EndedCall, part: ModelsPart): CallResult {
  const { first, bot, direction, callerNumber, cause, language, slots, done } = call;
  const { id, startedEpochMs } = first && !first.isTold ? first : call;
  const named = part.data?.['outcome'];
  return {
    id,
    ...(first?.isTold && { conversation: first.id }),
    ...{ bot, direction, callerNumber },
    startedAt: new Date(startedEpochMs).toISOString(),
    endedAt: new Date(call.endedEpochMs).toISOString(),
    durationSeconds: Math.round((call.endedEpochMs - startedEpochMs) / 100) / 10,
    cause,
    outcome: call.outcome ?? (typeof named === 'string' ? named : null),
    ...{ language, slots, done },
    ...part,
  };
}
