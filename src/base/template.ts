/**
 * Texts of a profile with gaps in them: `{{name}}` for what is known of a call, `${NAME}` for a secret. Pure: who fills a gap says how its
 * value is escaped for where it stands.
 */

export type Gap = { readonly kind: 'value' | 'secret'; readonly name: string };

const GAP = /\{\{\s*([^{}]*?)\s*\}\}|\$\{\s*([^{}]*?)\s*\}/g;

/** All of them, in their order. */
export function gapsOf(text: string): readonly Gap[] {
  return [...text.matchAll(GAP)].map(([, value, secret]) => gapOf(value, secret));
}

/** What is filled in is not read again: nobody can bring gaps along. */
export function withGapsFilled(text: string, fill: (gap: Gap) => string): string {
  return text.replaceAll(GAP, (_, value?: string, secret?: string) => fill(gapOf(value, secret)));
}

/** The gap that is the whole text, for a value that keeps its type; undefined if there is anything beside it. */
export function onlyGapOf(text: string): Gap | undefined {
  const [gap, ...more] = gapsOf(text);
  return gap && more.length === 0 && text.replace(GAP, '').trim() === '' ? gap : undefined;
}

function gapOf(value: string | undefined, secret: string | undefined): Gap {
  return value === undefined ? { kind: 'secret', name: secret ?? '' } : { kind: 'value', name: value };
}
