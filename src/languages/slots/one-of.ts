/** One of a few: by its words, nearly its words, or its place among them. */
import { isMisheard } from '../misheard.ts';
import { readNumbers, withDigits } from '../spoken-numbers.ts';
import { wordsOf } from '../words.ts';
import { isFiller, plainItems, type Heard } from './heard.ts';
import type { SlotReading, SlotSpec } from './slot.ts';
import { tableOf } from './slot-words.ts';

/** Two long words with one stem are forms of one word. */
const STEM_LETTERS = 4;
const LONGEST_ENDING = 3;

export function readOneOf(heard: Heard, { values = {} }: SlotSpec): SlotReading {
  const words = withDigits([...plainItems(heard.items)], heard.language);
  const exact = matches(words, heard, values, (word, wanted) => word === wanted);
  const found = exact.length > 0 ? exact : matches(words, heard, values, isNearly);
  const options = [...new Set(found.map(({ value }) => value))];
  if (options.length > 1) return { unclear: 'several' };
  const [match] = found;
  const [value] = options;
  if (match === undefined || value === undefined) return byPlace(words, heard, Object.keys(values));
  const covered = new Set(found.flatMap(({ at, length }) => Array.from({ length }, (_, part) => at + part)));
  const strays = words.filter((word, at) => !covered.has(at) && !isFiller(word, heard)).length;
  return { value, spokenBack: value, isCertain: strays === 0 };
}

interface Match {
  readonly value: string;
  readonly at: number;
  readonly length: number;
}

function matches(
  words: readonly string[],
  { table, language }: Heard,
  values: Readonly<Record<string, readonly string[]>>,
  isSame: (word: string, wanted: string) => boolean,
): readonly Match[] {
  const found: Match[] = [];
  for (const [value, others] of Object.entries(values)) {
    for (const phrase of [value, ...others, ...letterNames(value)]) {
      const wanted = withDigits(plainItems(readNumbers(wordsOf(phrase), language)), language);
      if (wanted.length === 0) continue;
      for (let at = 0; at + wanted.length <= words.length; at++) {
        if (!wanted.every((word, part) => isSame(words[at + part] ?? '', word))) continue;
        if (isDenied(words, at, table.not)) continue;
        found.push({ value, at, length: wanted.length });
      }
    }
  }
  // "Very large" is not "large" as well.
  return found.filter(
    (one) =>
      !found.some(
        (other) => other.length > one.length && other.at <= one.at && one.at < other.at + other.length,
      ),
  );
}

/** Sizes and classes of a Latin letter or three are said by the letters' names. */
function letterNames(value: string): readonly string[] {
  if (!/^[a-z]{1,3}$/i.test(value)) return [];
  return [...value.toLowerCase()].reduce<readonly string[]>(
    (said, letter) => {
      const names = [...LETTER_NAMES].flatMap(([name, its]) => (its === letter ? [name] : []));
      return said.flatMap((before) => names.map((name) => `${before} ${name}`.trim()));
    },
    [''],
  );
}

const LETTER_NAMES = tableOf(
  'a:эй а ay איי|b:би бэ bee בי|c:си цэ cee סי|d:ди дэ dee די|e:е ee|f:эф ef אף|g:джи gee|h:аш эйч aitch|k:кей ка kay|l:эл эль элька эльку эльки el ell אל|m:эм эмка эмку эмки em אם|n:эн en אן|' +
    'p:пи пэ pee|r:эр ar|s:эс эска эску эски ess אס|t:ти тэ tee|v:ви вэ vee|x:икс экс ex אקס|y:игрек why|z:зет zee zed',
);

function byPlace(words: readonly string[], heard: Heard, values: readonly string[]): SlotReading {
  const { table } = heard;
  // "The second one" is no first: digits count where there is no other word for a place.
  const isNamed = words.some(
    (word) => !/^\d+$/.test(word) && placeOf(word, heard, values.length) !== undefined,
  );
  const places = words.flatMap((word, at) => {
    const place = isNamed && /^\d+$/.test(word) ? undefined : placeOf(word, heard, values.length);
    return place !== undefined && !isDenied(words, at, table.not) && !isPronoun(words, at, heard)
      ? [place]
      : [];
  });
  const [place] = places;
  if (place === undefined) return { unclear: 'none' };
  if (new Set(places).size > 1) return { unclear: 'several' };
  const value = values[place - 1];
  if (value === undefined) return { unclear: 'outOfRange' };
  const strays = words.filter(
    (word) => placeOf(word, heard, values.length) === undefined && !isFiller(word, heard),
  );
  return { value, spokenBack: value, isCertain: strays.length === 0 };
}

/** "Not large", "not the large one". */
function isDenied(words: readonly string[], at: number, not: ReadonlySet<string>): boolean {
  const before = /^(?:the|an?)$/.test(words[at - 1] ?? '') ? words[at - 2] : words[at - 1];
  return not.has(before ?? '');
}

/** "The cheaper one" is not the first. */
function isPronoun(words: readonly string[], at: number, heard: Heard): boolean {
  const before = words[at - 1];
  return heard.language === 'en' && words[at] === '1' && before !== undefined && !isFiller(before, heard);
}

/** `второй`, `последний`, `номер два` */
function placeOf(word: string, { table }: Heard, last: number): number | undefined {
  if (table.last.has(word)) return last;
  return /^\d$/.test(word) ? Number(word) : table.ordinal(word);
}

function isNearly(word: string, wanted: string): boolean {
  if (word === wanted) return true;
  if (/\d/.test(word + wanted)) return false;
  const same = [...word].findIndex((letter, at) => letter !== wanted[at]);
  const common = same < 0 ? word.length : same;
  if (common >= STEM_LETTERS && Math.max(word.length, wanted.length) - common <= LONGEST_ENDING) return true;
  return isMisheard(word, wanted);
}
