/** What POST /api/calls takes, and what is told of a call that was ordered there. */
import { z } from 'zod';
import { callDetail } from './contract.ts';

const MOST_VARIABLES = 50;

export const callOrder = z.strictObject({
  /** With its country code, or an extension of 2 to 6 digits. */
  to: z.string().trim().min(2).max(40),
  bot: z.string().min(1).max(100),
  /** Default: the first that can call. */
  telephone: z.string().min(1).max(40).optional(),
  /** `{{variables.NAME}}` in the bot's prompt, greeting, tools and flow. */
  variables: z
    .record(
      z.string().regex(/^[A-Za-z_]\w{0,63}$/, 'expected a name of letters, digits and _'),
      z
        .string()
        .max(1000)
        .regex(/^[^\p{Cc}]*$/u, 'expected one line of text'),
    )
    .refine((given) => Object.keys(given).length <= MOST_VARIABLES, `expected at most ${MOST_VARIABLES}`)
    .default({}),
  /** The same order with the same key within a week is the same call. */
  idempotencyKey: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'expected printable characters without spaces')
    .optional(),
  /** What the callee sees; default OUTBOUND_CALLER_ID. */
  callerId: z
    .string()
    .regex(/^\+?\d{2,15}$/, 'expected a number')
    .optional(),
});

export const callOrdered = z.object({ id: z.string() });

/** Of a call that Parley was ordered to make; `cause` is the network's own word where nobody has answered. */
export const orderedView = z.object({
  state: z.enum(['ringing', 'talking', 'ended']),
  outcome: z.enum(['answered', 'busy', 'noAnswer', 'unreachable', 'refused', 'failed']).nullable(),
  cause: z.string().nullable(),
  /** Who has picked up. */
  by: z.enum(['person', 'machine', 'fax', 'silence']).nullable(),
  talkedMs: z.number().nullable(),
});

/** `ordered`: null for any other call. */
export const callOrOrder = callDetail.extend({ ordered: orderedView.nullable() });

export type OrderedView = z.infer<typeof orderedView>;
