/** What BOT_SECRETS names, with its values. A profile holds the names alone: a value is put in when a request goes out, and nowhere else. */

/** A shorter one stands in ordinary words, which would be cut to pieces. */
const SHORTEST_HIDDEN = 4;

const HIDDEN = '***';

export class Secrets {
  readonly #values: ReadonlyMap<string, string>;
  /** Each as it may stand in an answer that quotes our request; the longest first, one may be a part of another. */
  readonly #forms: readonly string[];

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
    const forms = [...values.values()].filter(({ length }) => length >= SHORTEST_HIDDEN).flatMap(formsOf);
    this.#forms = [...new Set(forms)].sort((a, b) => b.length - a.length);
  }

  /** Throws an Error without the value if there is none of that name: the profile was checked when it was read. */
  value(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`there is no secret ${name}`);
    return value;
  }

  /** The text without any of them: for what a server says, which may quote what it was asked. */
  hidden(text: string): string {
    return this.#forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
  }
}

function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, '\u{fffd}')),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
  ];
}
