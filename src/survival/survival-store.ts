/** What must be known of a live call to go on with it after this process was killed, and what keeps it meanwhile. */
import { z } from 'zod';
import { flowStateSchema } from '../call/flow/flow-state.ts';
import { CONSENT_OUTCOMES } from '../timeline/kinds.ts';

const message = z.object({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.string(),
  interrupted: z.boolean().exactOptional(),
  done: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        input: z.string(),
        extra: z.string().exactOptional(),
        result: z.string(),
      }),
    )
    .readonly()
    .exactOptional(),
});

export const callRecord = z.object({
  /** The call's id, as in the log. */
  call: z.string(),
  /** The first call of the conversation, if earlier processes have had it: what was done in it stands under that. */
  conversation: z.string().exactOptional(),
  /** What the telephone system calls the caller's leg: the same whoever serves it. */
  leg: z.string(),
  bot: z.string(),
  /** When the call began, by the wall clock: it must mean the same to the next process. */
  startedAtEpochMs: z.number(),
  turn: z.number(),
  /** What was spoken last, BCP-47; not in a record of before bots spoke several. */
  language: z.string().exactOptional(),
  messages: z.array(message).readonly(),
  /** Who called whom, and when this was written: for its result, if nobody goes on with the call. Not in a record of before there were any. */
  party: z.object({ direction: z.enum(['inbound', 'outbound']), number: z.string() }).exactOptional(),
  writtenAtEpochMs: z.number().exactOptional(),
  /** What it was ordered with, if Parley has placed it. */
  variables: z.record(z.string(), z.string()).exactOptional(),
  /** Where its script stands. */
  flow: flowStateSchema.exactOptional(),
  /** It was given away between two turns: whoever goes on with it need not say so. */
  givenAway: z.boolean().exactOptional(),
  /** Whether it may be recorded, if that was decided. */
  consent: z.enum(CONSENT_OUTCOMES).exactOptional(),
});

export type CallRecord = Readonly<z.infer<typeof callRecord>>;

/** Outlives the process. Every method may reject: calls go on without, and could only not be gone on with. */
export interface SurvivalStore {
  /** Of all records that are there, readable or not. Makes ready what the store needs. */
  calls(): Promise<readonly string[]>;
  /** Rejects if there is no record that can be read. */
  read(call: string): Promise<CallRecord>;
  /** In one step: whoever is killed meanwhile leaves the record before it, or this one, never half of either. */
  write(record: CallRecord): Promise<void>;
  /** Also of one that is not there. */
  delete(call: string): Promise<void>;
}
