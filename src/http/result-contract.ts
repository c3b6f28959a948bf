/** What /api/results takes and gives: as contract.ts, for results that are on their way to whoever wanted them. */
import { z } from 'zod';

const STATES = ['making', 'waiting', 'dead'] as const;

export const resultsQuery = z.strictObject({
  /** Only these; all if not given. */
  state: z.enum(STATES).optional(),
});

export const waitingResults = z.object({
  /** The oldest first. */
  results: z.array(
    z.object({
      /** The call's name in the history. */
      id: z.string(),
      call: z.string(),
      bot: z.string(),
      endedAt: z.iso.datetime(),
      /** making: the model is asked; waiting: for the receiver to take it; dead: it is offered no more until somebody wants it to be. */
      state: z.enum(STATES),
      /** How often it was offered. */
      attempts: z.int(),
      /** When it is gone on with; null if it is dead. */
      nextAt: z.iso.datetime().nullable(),
      /** What the last attempt came to; null if there was none. */
      reason: z.string().nullable(),
    }),
  ),
});

export const resultId = z.object({
  id: z.string().regex(/^[\w.-]{1,200}$/, 'expected the id of a result'),
});

export type WaitingResults = z.infer<typeof waitingResults>;
