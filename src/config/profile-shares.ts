/** `endpointing.shares` of a bot's profile: how much of `silenceMs` is waited after words of each kind. */
import { z } from 'zod';
import type { SHARED_SOUNDS } from '../endpointing/adaptive.ts';

/** From 250 of 5000 ms to 3000 of 250: less and more than that nothing is waited, whatever the share. */
const share = z.number().min(0.05).max(12).optional();

export const sharesSchema = z.strictObject({
  /** A whole sentence by its mark, or a whole telephone number. */
  complete: share,
  /** Words without a mark that sound finished; as many as a sentence has; any sentence of a language of which little is known. */
  finished: share,
  likely: share,
  possible: share,
  /** A word or two, as people begin with. */
  begun: share,
  /** The last word wants another; a comma; a conjunction, a preposition or a hesitation. */
  wanting: share,
  comma: share,
  open: share,
} satisfies Record<(typeof SHARED_SOUNDS)[number], typeof share>);
