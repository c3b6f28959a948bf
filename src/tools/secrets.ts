/** What BOT_SECRETS names, with its values. A profile holds the names alone: a value is put in when a request goes out, and nowhere else. */

/** A shorter one stands in ordinary words, which would be cut to pieces. */
const SHORTEST_HIDDEN = 4;

const HIDDEN = '***';

export class Secrets {
  readonly #values: ReadonlyMap<string, string>;
  /** All of them as they may stand in an answer that quotes our request; the longest first, one may be a part of another. */
  readonly #quoted: RegExp | undefined;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
    const forms = [...values.values()].filter(({ length }) => length >= SHORTEST_HIDDEN).flatMap(formsOf);
    const longestFirst = [...new Set(forms)].sort((a, b) => b.length - a.length);
    if (longestFirst.length > 0) this.#quoted = new RegExp(longestFirst.map(anyWriting).join('|'), 'g');
  }

  /** Throws an Error without the value if there is none of that name: the profile was checked when it was read. */
  value(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`there is no secret ${name}`);
    return value;
  }

  /**
   * The text without any of them: for what a server says, which may quote what it was asked. Before it is cut: half a secret is found by
   * nobody.
   */
  hidden(text: string): string {
    return this.#quoted ? text.replaceAll(this.#quoted, HIDDEN) : text;
  }
}

function formsOf(value: string): readonly string[] {
  return [value, Buffer.from(value).toString('base64').replace(/=+$/, '')];
}

const PLAIN = /^[\dA-Za-z]$/;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
  '/': 'sol',
  '+': 'plus',
};

/** Of a key of several lines. */
const SHORT_IN_JSON: Readonly<Record<string, string>> = {
  '\n': String.raw`\\+n`,
  '\r': String.raw`\\+r`,
  '\t': String.raw`\\+t`,
};

/**
 * A pattern for the value however a server escapes it: PHP writes `\/` into its JSON, .NET `\u002B`, proxies `%2f`, pages `&amp;`. Letters
 * and digits are escaped by nobody.
 */
function anyWriting(value: string): string {
  return Array.from(value, writingsOf).join('');
}

function writingsOf(sign: string): string {
  if (PLAIN.test(sign)) return sign;
  const bytes = [...Buffer.from(sign)].map((byte) => `%${anyCase(byte.toString(16).padStart(2, '0'))}`);
  const units = Array.from({ length: sign.length }, (_, at) => {
    return `\\\\+u${anyCase(sign.charCodeAt(at).toString(16).padStart(4, '0'))}`;
  });
  const code = sign.codePointAt(0) ?? 0;
  const entities = [`#0*${code}`, `#[xX]0*${anyCase(code.toString(16))}`, ENTITIES[sign] ?? []].flat();
  // A text within a text within a text has a backslash for each.
  const itself = `\\\\*${literally(sign)}`;
  const ways = [itself, bytes.join(''), units.join(''), `&(?:${entities.join('|')});`];
  // No two of them match the same: whatever nearly is a secret would be looked at in every combination.
  return `(?:${[...ways, SHORT_IN_JSON[sign] ?? []].flat().join('|')})`;
}

function anyCase(hex: string): string {
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function literally(sign: string): string {
  return sign.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
