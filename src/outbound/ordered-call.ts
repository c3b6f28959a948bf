/** A call that was ordered by itself, over the HTTP interface, as it lies on the disk. */
import { z } from 'zod';

export const orderedCall = z.object({
  id: z.string().regex(/^[\w-]{1,80}$/),
  /** When it was ordered, ms since 1970. */
  orderedEpochMs: z.number(),
  to: z.string(),
  bot: z.string(),
  /** What makes the same order known when it comes again. */
  key: z.string().exactOptional(),
  /** Of all that was ordered under that key. */
  fingerprint: z.string(),
  state: z.enum(['ringing', 'talking', 'ended']),
  endedEpochMs: z.number().exactOptional(),
  outcome: z
    .discriminatedUnion('outcome', [
      z.object({
        outcome: z.literal('answered'),
        by: z.enum(['person', 'machine', 'fax', 'silence']),
        cause: z.string(),
        /** Not of a call that was cut off with the process. */
        talkedMs: z.number().exactOptional(),
      }),
      z.object({
        outcome: z.enum(['busy', 'noAnswer', 'unreachable', 'refused', 'failed']),
        cause: z.string(),
      }),
    ])
    .exactOptional(),
});

export type OrderedCall = Readonly<z.infer<typeof orderedCall>>;
