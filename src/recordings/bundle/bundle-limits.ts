/**
 * How much a bundle may hold. Bundles are sent around, and one that was made to hurt must be refused before anything is made of it: in
 * less than a second, and without the memory that it asks for.
 */

/** call.json: a call of four hours that is all talk has 10 MiB. */
export const MOST_JSON_BYTES = 32 * 1024 * 1024;

/** One side's audio: four hours at 8 kHz, two at 16 kHz. */
export const MOST_AUDIO_BYTES = 256 * 1024 * 1024;

/** expect.yaml, outcome.json and result.json. */
export const MOST_TEXT_BYTES = 1024 * 1024;

/** Files in a packed bundle; there are six, and whoever adds a few means no harm. */
export const MOST_PACKED_FILES = 100;

/** Values in call.json, each of which is checked; a call of four hours has a tenth. */
const MOST_VALUES = 1_500_000;

/** Brackets within brackets in call.json; there are eight. */
const MOST_NESTED = 64;

/** No time, length or count of a call is further from zero: twelve days in ms. */
const MOST_NUMBER = 1e9;

/** A recorded bot's phrases together, ms: a replay holds all of them at once. */
export const MOST_PHRASES_MS = 30 * 60_000;

/** One piece of speech, ms. */
export const MOST_SPEECH_MS = 10 * 60_000;

/** Why a text is not even to be parsed; undefined if it may be. */
export function faultOfJson(json: string): string | undefined {
  let depth = 0;
  let values = 0;
  let isText = false;
  for (let at = 0; at < json.length; at++) {
    const character = json.charCodeAt(at);
    if (isText) {
      if (character === BACKSLASH) at++;
      else isText = character !== QUOTE;
    } else if (character === QUOTE) isText = true;
    else if (OPENING.has(character)) depth++;
    else if (CLOSING.has(character)) depth--;
    else if (character === COMMA) values++;
    if (depth > MOST_NESTED) return `holds more than ${MOST_NESTED} things in each other`;
    if (values > MOST_VALUES) return `holds more than ${MOST_VALUES} values`;
  }
  return undefined;
}

const [BACKSLASH, QUOTE, COMMA] = [0x5c, 0x22, 0x2c];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Where in parsed JSON a number stands that no call can have; undefined if nowhere. What Asterisk told may hold any. */
export function monstrousNumber(value: unknown, path = ''): string | undefined {
  if (typeof value === 'number') return Math.abs(value) <= MOST_NUMBER ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = key === 'ari' ? undefined : monstrousNumber(inner, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
