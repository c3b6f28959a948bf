/** A letter of those that a language is written in, BCP-47; undefined where they are of no single script: Japanese, or a tag that is none. */
export function scriptOf(language: string): RegExp | undefined {
  try {
    const { script } = new Intl.Locale(language).maximize();
    return script === undefined ? undefined : new RegExp(`\\p{Script=${script}}`, 'u');
  } catch {
    return undefined;
  }
}
