/** What several parts of a profile's schema are made of. */
import { z } from 'zod';

/** What the synthesizer takes at once. */
const LONGEST_SPOKEN = 250;

/** What the bot says word by word. `missing`: what is told where it is not given. */
export function spoken(missing?: string) {
  return z
    .string(missing)
    .trim()
    .min(1, 'expected something to say')
    .max(LONGEST_SPOKEN, `expected at most ${LONGEST_SPOKEN} characters`);
}

/** Of which one is said at a time. */
export function phrases(otherwise: readonly string[] | undefined, missing?: string) {
  const given = z.array(spoken(), missing).min(1, 'expected at least one phrase');
  return otherwise ? given.default([...otherwise]) : given;
}

/** A group of keys that may be left out altogether; the defaults inside still count. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((given) => given ?? {}, z.strictObject(shape));
}
