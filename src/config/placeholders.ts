/** What a profile's texts may leave open until there is a call: `{{now}}` and the like. */

export const PLACEHOLDERS = ['now', 'direction', 'caller.number', 'call.dialled', 'call.id'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** `{{variables.order}}`: what a call that Parley has placed was ordered with; nothing in any other call. */
const VARIABLE = /^variables\.([A-Za-z_]\w*)$/;

/** The variable that a gap names; undefined for any other gap. */
export function variableIn(name: string): string | undefined {
  return VARIABLE.exec(name)?.[1];
}

export interface PlaceholderValues extends Readonly<Record<Placeholder, string>> {
  readonly variables: Readonly<Record<string, string>>;
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The names between the braces, known or not. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** What is filled in is not read again: no caller can bring placeholders along. Unknown ones stay as they are. */
export function filledIn(text: string, values: PlaceholderValues): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => {
    const variable = variableIn(name);
    if (variable !== undefined)
      return Object.hasOwn(values.variables, variable) ? (values.variables[variable] ?? '') : '';
    return isPlaceholder(name) ? values[name] : whole;
  });
}

function isPlaceholder(name: string): name is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(name);
}
