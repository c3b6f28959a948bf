/** What the gaps of a request are filled with, and how a value is written where it stands. */
import type { Json, JsonObject } from '../../base/json.ts';
import { gapsOf, withGapsFilled } from '../../base/template.ts';
import type { Secrets } from '../secrets.ts';
import type { CallFacts } from '../tool.ts';

export interface GapValues {
  /** What the model has said. */
  readonly input: JsonObject;
  readonly call: CallFacts;
  readonly secrets: Secrets;
}

export type Escape = (text: string) => string;

/** One piece of a path, or one value of a query. */
export const urlPiece: Escape = (text) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\u{fffd}'));
const jsonPiece: Escape = (text) => JSON.stringify(text).slice(1, -1);
export const xmlPiece: Escape = (text) => text.replaceAll(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
export const asItIs: Escape = (text) => text;

/** An argument, what is known of the call, or what the caller has told; undefined if it is not known. */
export function knownValue(name: string, { input, call }: GapValues): Json | undefined {
  if (Object.hasOwn(input, name)) return input[name];
  if (name === 'caller.number') return call.callerNumber;
  if (name === 'call.id') return call.id;
  if (name === 'call.dialled') return call.dialled;
  if (name === 'call.bot') return call.bot;
  if (name === 'direction') return call.direction;
  // Nothing is nothing: a call that was ordered without it is no fault of the profile.
  if (name.startsWith('variables.')) return within(call.variables, [name.slice('variables.'.length)]) ?? '';
  if (name.startsWith('context.')) return within(call.context, name.split('.').slice(1));
  return Object.hasOwn(call.slots, name) ? call.slots[name] : undefined;
}

/** The text with every gap filled; undefined if there is something that nobody knows. Secrets are escaped like everything else. */
export function filledText(text: string, values: GapValues, escape: Escape): string | undefined {
  let isWhole = true;
  const filled = withGapsFilled(text, ({ kind, name }) => {
    if (kind === 'secret') return escape(values.secrets.value(name));
    const value = knownValue(name, values);
    if (value === undefined || value === null || value === '') isWhole = false;
    return escape(asText(value ?? ''));
  });
  return isWhole ? filled : undefined;
}

/** The same with nothing where nothing is known. */
export function loosely(text: string, values: GapValues, escape: Escape): string {
  return withGapsFilled(text, ({ kind, name }) =>
    escape(kind === 'secret' ? values.secrets.value(name) : asText(knownValue(name, values) ?? '')),
  );
}

/**
 * JSON that is written as a text: within quotes a value is a piece of that string, outside them it is JSON of its own, `null` where
 * nothing is known.
 */
export function jsonFilled(text: string, values: GapValues): string {
  const gaps = gapsOf(text);
  const between = withGapsFilled(text, () => BETWEEN).split(BETWEEN);
  let isInString = false;
  return between
    .map((piece, at) => {
      for (const [sign] of piece.matchAll(/\\.|"/gs)) if (sign === '"') isInString = !isInString;
      const gap = gaps[at];
      if (!gap) return piece;
      const value = gap.kind === 'secret' ? values.secrets.value(gap.name) : knownValue(gap.name, values);
      return piece + (isInString ? jsonPiece(asText(value ?? '')) : JSON.stringify(value ?? null));
    })
    .join('');
}

/** Nobody can write it into YAML. */
const BETWEEN = '\0';

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function within(value: Json, [key, ...rest]: readonly string[]): Json | undefined {
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return within((value as Readonly<Record<string, Json>>)[key] ?? null, rest);
}
