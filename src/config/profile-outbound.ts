/** What a bot says otherwise where it is the one who calls. */
import { z } from 'zod';
import { spoken } from './profile-pieces.ts';

export const outboundSchema = z
  .strictObject({
    /** Instead of `greeting`, in the profile's own language. */
    greeting: spoken().optional(),
    /** Added to the prompt: why it calls. */
    prompt: z.string().trim().min(1).optional(),
  })
  .refine(
    ({ greeting, prompt }) => greeting !== undefined || prompt !== undefined,
    'expected a greeting, a prompt or both',
  );
