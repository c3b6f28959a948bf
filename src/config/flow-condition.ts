/**
 * The conditions of a flow: `size == 'L' and not (count > 10)`, `result.stock.items`. A tiny language of its own, so that a profile can
 * decide without being code.
 */
import type { Json } from '../base/json.ts';

export type Condition =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | {
      readonly kind: 'compare';
      readonly by: Comparison;
      readonly left: Condition;
      readonly right: Condition;
    };

type Comparison = '==' | '!=' | '<' | '>' | '<=' | '>=';

/** Deeper than this nobody reads it, and the parser needs no more of the stack. */
const DEEPEST = 50;

const TOKEN =
  /\s*(?:(?<compare>==|!=|<=|>=|<|>)|(?<paren>[()])|(?<number>-?\d+(?:\.\d+)?)(?![\p{L}\d])|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<name>[\p{L}_][\p{L}\d_-]*(?:\.[\p{L}\d_-]+)*))/uy;

interface Token {
  readonly kind: 'compare' | 'paren' | 'number' | 'text' | 'name';
  readonly text: string;
  readonly at: number;
}

/** Throws a SyntaxError that says what is wrong and where, counted from 1. */
export function parseCondition(text: string): Condition {
  const parser = new Parser(tokensOf(text), text.length);
  const condition = parser.or(0);
  parser.expectEnd();
  return condition;
}

/** All names in it, slots and results. */
export function namesIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'name':
      return [condition.name];
    case 'literal':
      return [];
    case 'not':
      return namesIn(condition.of);
    default:
      return [...namesIn(condition.left), ...namesIn(condition.right)];
  }
}

/**
 * A name alone is true if it is filled (whatever with: a slot of `no` is filled); a result also must not be false, zero or empty. What is
 * not filled equals nothing, and is neither less nor more.
 */
export function isTrue(condition: Condition, valueOf: (name: string) => Json | undefined): boolean {
  switch (condition.kind) {
    case 'name':
    case 'literal':
      return isFilled(valueIn(condition, valueOf));
    case 'not':
      return !isTrue(condition.of, valueOf);
    case 'and':
      return isTrue(condition.left, valueOf) && isTrue(condition.right, valueOf);
    case 'or':
      return isTrue(condition.left, valueOf) || isTrue(condition.right, valueOf);
    case 'compare':
      return compares(condition.by, valueIn(condition.left, valueOf), valueIn(condition.right, valueOf));
  }
}

function valueIn(condition: Condition, valueOf: (name: string) => Json | undefined): Json | undefined {
  if (condition.kind === 'name') return valueOf(condition.name);
  return condition.kind === 'literal' ? condition.value : isTrue(condition, valueOf);
}

function isFilled(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function compares(by: Comparison, left: Json | undefined, right: Json | undefined): boolean {
  if (by === '==') return isSame(left, right);
  if (by === '!=') return !isSame(left, right);
  const [a, b] = [plain(left), plain(right)];
  if (a === undefined || b === undefined) return false;
  const [x, y] = typeof a === 'number' && typeof b === 'number' ? [a, b] : [String(a), String(b)];
  switch (by) {
    case '<':
      return x < y;
    case '>':
      return x > y;
    case '<=':
      return x <= y;
    case '>=':
      return x >= y;
  }
}

function isSame(left: Json | undefined, right: Json | undefined): boolean {
  const [a, b] = [plain(left), plain(right)];
  return a !== undefined && b !== undefined && (a === b || String(a) === String(b));
}

/** Slots are text: what reads as a number is one, but a leading zero belongs to a code. */
function plain(value: Json | undefined): string | number | undefined {
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  if (typeof value === 'string' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value)) return Number(value);
  return typeof value === 'boolean' ? String(value) : value;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const from = pattern.lastIndex;
    const found = pattern.exec(text);
    if (!found?.groups)
      throw new SyntaxError(
        `cannot be read at character ${from + 1}: ${text.slice(from).trim().slice(0, 20)}`,
      );
    const { compare, paren, number, single, double, name } = found.groups;
    const at = pattern.lastIndex;
    if (compare !== undefined) tokens.push({ kind: 'compare', text: compare, at });
    else if (paren !== undefined) tokens.push({ kind: 'paren', text: paren, at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, at });
    else tokens.push({ kind: 'text', text: single ?? double ?? '', at });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #at = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  or(depth: number): Condition {
    let left = this.#and(depth);
    while (this.#takes('name', 'or')) left = { kind: 'or', left, right: this.#and(depth) };
    return left;
  }

  expectEnd(): void {
    const token = this.#tokens[this.#at];
    if (token) throw new SyntaxError(`"${token.text}" is not expected at character ${token.at}`);
  }

  #and(depth: number): Condition {
    let left = this.#not(depth);
    while (this.#takes('name', 'and')) left = { kind: 'and', left, right: this.#not(depth) };
    return left;
  }

  #not(depth: number): Condition {
    if (depth > DEEPEST) throw new SyntaxError('is nested too deeply');
    if (this.#takes('name', 'not')) return { kind: 'not', of: this.#not(depth + 1) };
    const left = this.#value(depth);
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'compare') return left;
    this.#at++;
    return { kind: 'compare', by: token.text as Comparison, left, right: this.#value(depth) };
  }

  #value(depth: number): Condition {
    if (this.#takes('paren', '(')) {
      const inside = this.or(depth + 1);
      if (!this.#takes('paren', ')'))
        throw new SyntaxError(`a ) is missing at character ${this.#tokens[this.#at]?.at ?? this.#end}`);
      return inside;
    }
    const token = this.#tokens[this.#at];
    if (!token || token.kind === 'paren' || token.kind === 'compare' || isKeyword(token))
      throw new SyntaxError(`a slot or a value is missing at character ${token?.at ?? this.#end}`);
    this.#at++;
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'literal', value: token.text };
    if (token.text === 'true' || token.text === 'false')
      return { kind: 'literal', value: token.text === 'true' };
    return { kind: 'name', name: token.text };
  }

  #takes(kind: Token['kind'], text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || token.text !== text) return false;
    this.#at++;
    return true;
  }
}

function isKeyword({ kind, text }: Token): boolean {
  return kind === 'name' && ['and', 'or', 'not'].includes(text);
}
