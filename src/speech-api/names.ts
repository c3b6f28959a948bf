/** What requests call languages, voices and providers by: longer is none of them, and would be looked for, logged and kept all the same. */
import { z } from 'zod';

/** The longest that a tag of a language needs: https://www.rfc-editor.org/rfc/rfc5646#section-4.4.1 */
const LONGEST_TAG = 35;
/** Voices of vendors have ids of up to 60 characters. */
const LONGEST_NAME = 100;

export const languageTag = z.string().min(2).max(LONGEST_TAG);
export const shortName = z.string().min(1).max(LONGEST_NAME);
