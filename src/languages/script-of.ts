/** As they are found: to look one up and to compile its letters takes as long as to read what a caller has said. */
const letters = new Map<string, RegExp | undefined>();

/** Tags come from profiles and recognizers: more than there are languages are made up. */
const MOST_KEPT = 1000;

/** A letter of those that a language is written in, BCP-47; undefined where they are of no single script: Japanese, or a tag that is none. */
export function scriptOf(language: string): RegExp | undefined {
  if (letters.has(language)) return letters.get(language);
  const letter = lettersOf(language);
  if (letters.size < MOST_KEPT) letters.set(language, letter);
  return letter;
}

function lettersOf(language: string): RegExp | undefined {
  try {
    const { script } = new Intl.Locale(language).maximize();
    return script === undefined ? undefined : new RegExp(`\\p{Script=${script}}`, 'u');
  } catch {
    return undefined;
  }
}
