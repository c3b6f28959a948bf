/** What a profile's texts may leave open until there is a call: `{{now}}` and the like. */

export const PLACEHOLDERS = ['now', 'caller.number', 'call.dialled', 'call.id'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The names between the braces, known or not. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** What is filled in is not read again: no caller can bring placeholders along. Unknown ones stay as they are. */
export function filledIn(text: string, values: Readonly<Record<Placeholder, string>>): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name as Placeholder] : whole,
  );
}
