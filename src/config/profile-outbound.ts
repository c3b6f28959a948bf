/** What a bot says otherwise where it is the one who calls. */
import { z } from 'zod';
import { spoken } from './profile-pieces.ts';

/** What an answering machine gets: nothing, or a message after its beep, in the profile's own language. */
const whenMachine = z.union([z.literal('hangUp'), z.strictObject({ say: spoken() })]);

export const outboundSchema = z
  .strictObject({
    /** Instead of `greeting`, in the profile's own language. */
    greeting: spoken().optional(),
    /** Added to the prompt: why it calls. */
    prompt: z.string().trim().min(1).optional(),
    /** Nothing is said to it, if not given. */
    whenMachine: whenMachine.optional(),
  })
  .refine(
    (given) => Object.values(given).some((value) => value !== undefined),
    'expected a greeting, a prompt or whenMachine',
  );

/** What is said to an answering machine; undefined: nothing. */
export function messageOf(outbound: z.output<typeof outboundSchema> | undefined): string | undefined {
  const { whenMachine: when } = outbound ?? {};
  return typeof when === 'object' ? when.say : undefined;
}
