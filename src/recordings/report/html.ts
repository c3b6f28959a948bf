/** HTML that cannot be broken by what stands in it: whatever is put into a template is escaped, unless it is HTML from here. */

export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

export type Content = Html | string | number | undefined | false | readonly Content[];

/** A piece of HTML. Values stand in text or between double quotes; nothing, for `undefined` and `false`. */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(String.raw({ raw: literals }, ...values.map(markupOf)));
}

function markupOf(value: Content): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters, which no document may hold, and the marks that turn the direction of the text around them become visible. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) =>
      /\s/.test(character) ? ' ' : '\ufffd',
    )
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
