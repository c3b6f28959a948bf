/** Numbers, digits and telephone numbers from speech. */
import parsePhoneNumber from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import { withDigits } from '../spoken-numbers.ts';
import { heard as heardIn, isFiller, phraseAt, plainItems, type Heard } from './heard.ts';
import type { SlotPlace, SlotReading, SlotSpec } from './slot.ts';

export function readNumber(heard: Heard, { min = -Infinity, max = Infinity }: SlotSpec): SlotReading {
  const said = numbersIn(heard);
  const hasSeveral = new Set(said.found).size > 1;
  const { found, strays } = hasSeveral ? numbersIn(withoutHours(heard)) : said;
  const [value] = found;
  if (value === undefined) return { unclear: hasSeveral ? 'several' : 'none' };
  if (new Set(found).size > 1) return { unclear: 'several' };
  if (value < min || value > max) return { unclear: 'outOfRange' };
  return { value: String(value), spokenBack: String(value), isCertain: strays === 0 && !hasSeveral };
}

/** «На двоих в субботу в семь»: two of them, at seven. */
function withoutHours(heard: Heard): Heard {
  const { items, table } = heard;
  return {
    ...heard,
    items: items.filter((item, at) => {
      const before = items[at - 1];
      return 'word' in item || !before || !('word' in before) || !table.hourLeads.has(before.word);
    }),
  };
}

function numbersIn(heard: Heard): { readonly found: readonly number[]; readonly strays: number } {
  const { table, text } = heard;
  const decimal = heard.language === 'ru' ? /[-−]?\d+[.,]\d+/g : /[-−]?\d+\.\d+/g;
  const written = text.match(decimal) ?? [];
  if (written.length > 0)
    return { found: written.map((number) => Number(number.replace(',', '.').replace('−', '-'))), strays: 0 };
  const words = plainItems(heard.items);
  const found: number[] = [];
  let strays = 0;
  let sign = 1;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const half = phraseAt(words, at, table.andHalf);
    const none = phraseAt(words, at, table.none);
    const ofSet = table.sets.get(word);
    if (none > 0) {
      found.push(0);
      at += none - 1;
    } else if (ofSet !== undefined) {
      const before = words[at - 1] === 'a' ? words[at - 2] : words[at - 1];
      const isCounted = found.length > 0 && (table.amounts.has(before ?? '') || /^\d+$/.test(before ?? ''));
      found.push((isCounted ? (found.pop() ?? 1) : 1) * ofSet);
    } else if (half > 0 && found.length > 0) {
      const whole = found.pop() ?? 0;
      const big = bigAt(words, at + half);
      found.push(big ? (whole + 0.5) * big.unit + big.rest : whole + halfOf(whole));
      at += half - 1 + (big ? 1 : 0);
    } else if (/^\d+$/.test(word)) {
      const fraction = fractionAt(words, at + 1, table);
      found.push(sign * (fraction === undefined ? Number(word) : Number(`${word}.${fraction.digits}`)));
      at += fraction?.length ?? 0;
      sign = 1;
    } else if (table.minus.has(word)) sign = -1;
    else if (table.amounts.has(word)) {
      const next = words[at + 1] === 'a' ? at + 2 : at + 1;
      const big = bigAt(words, next);
      const amount = table.amounts.get(word) ?? 0;
      found.push(big ? amount * big.unit + big.rest : amount);
      if (big) at = next;
    } else if (!isFiller(word, heard)) strays++;
  }
  if (sign < 0 || /^\s*[-−]\d/.test(text)) return { found: found.map((number) => -Math.abs(number)), strays };
  return { found, strays };
}

const THOUSAND = 1000;

/** `тысячи триста` behind `две с половиной`: what it is counted in, and what comes on top. */
function bigAt(words: readonly string[], at: number): { unit: number; rest: number } | undefined {
  const word = words[at] ?? '';
  if (word === '100') return { unit: 100, rest: 0 };
  if (!/^1\d+$/.test(word) || word.length % 3 !== 1) return undefined;
  const unit = THOUSAND ** ((word.length - 1) / 3);
  return { unit, rest: Number(word) - unit };
}

/** `אלף וחצי` is 1500. */
function halfOf(whole: number): number {
  let unit = 1;
  while (whole !== 0 && whole % (unit * THOUSAND) === 0) unit *= THOUSAND;
  return unit / 2;
}

/** `three point five`, `две целых три десятых` */
function fractionAt(
  words: readonly string[],
  at: number,
  { dot, wholes, parts }: Heard['table'],
): { readonly digits: string; readonly length: number } | undefined {
  const next = words[at + 1] ?? '';
  if (!/^\d+$/.test(next)) return undefined;
  if (dot.has(words[at] ?? '')) return { digits: next, length: 2 };
  const places = parts.get(words[at + 2] ?? '');
  if (!wholes.has(words[at] ?? '') || places === undefined) return undefined;
  return { digits: next.padStart(places, '0'), length: 3 };
}

export function readDigits(heard: Heard, { length }: SlotSpec): SlotReading {
  const { digits, strays } = digitsIn(heard);
  if (digits === '') return { unclear: 'none' };
  const { min, max } =
    typeof length === 'number' ? { min: length, max: length } : (length ?? { min: 1, max: 64 });
  if (digits.length < min) return { unclear: 'incomplete' };
  if (digits.length > max) return { unclear: 'outOfRange' };
  return { value: digits, spokenBack: [...digits].join(' '), isCertain: strays === 0 };
}

/** Behind it stands what is dialled within a house: no part of the number, and not kept. */
const EXTENSION = /(?<!\p{L})(?:ext(?:ension)?|добавочн\p{L}*|доб|שלוחה)(?!\p{L})/iu;

export function readPhone(heard: Heard, place: SlotPlace): SlotReading {
  const number = heard.text.slice(0, Math.max(0, heard.text.search(EXTENSION)));
  if (number.trim() === '') return readWholePhone(heard, place);
  const reading = readWholePhone(heardIn(number, place.language), place);
  return 'value' in reading ? { ...reading, isCertain: false } : reading;
}

function readWholePhone(heard: Heard, { language }: SlotPlace): SlotReading {
  const { digits, strays } = digitsIn(heard);
  if (digits === '') return { unclear: 'none' };
  const country = /-([A-Z]{2})$/.exec(language)?.[1] ?? COUNTRIES[heard.language];
  const isInternational =
    /\+\s*\d/.test(heard.text) || heard.words.some((word) => heard.table.plus.has(word));
  const number =
    parsed(isInternational ? `+${digits}` : digits, country) ??
    (digits.length > 10 ? parsed(`+${digits}`, country) : undefined) ??
    parsed(withHundredsApart(heard), country);
  if (!number) return { unclear: digits.length < 10 ? 'incomplete' : 'outOfRange' };
  return {
    value: number.number,
    spokenBack: number.formatNational().replaceAll(/[()-]/g, ' ').replaceAll(/\s+/g, ' ').trim(),
    isCertain: strays === 0,
  };
}

/** "Eight hundred five five five" are six digits where three make no number. */
function withHundredsApart({ items, text }: Heard): string {
  if (/\d/.test(text)) return '';
  return items
    .map((item) => ('digits' in item ? item.digits.replace(/^([1-9])0([1-9])$/, '$100$2') : ''))
    .join('');
}

function parsed(digits: string, country: string) {
  const number = parsePhoneNumber(digits, country as CountryCode);
  return number?.isValid() === true ? number : undefined;
}

/** Where a number without a country code is, if the profile's language does not say. */
const COUNTRIES = { ru: 'RU', en: 'US', he: 'IL' } as const;

/** All digits that were said, in one row, and how many words beside them are neither digits nor fillers. */
export function digitsIn(heard: Heard): { readonly digits: string; readonly strays: number } {
  const words = withDigits([...plainItems(heard.items)], heard.language);
  const isNumber = (word: string) => /^\d+$/.test(word);
  const { plus, dash, addressLeads } = heard.table;
  const strays = words.filter(
    (word) =>
      !isNumber(word) &&
      !isFiller(word, heard) &&
      !plus.has(word) &&
      !dash.has(word) &&
      !addressLeads.has(word),
  );
  return { digits: words.filter(isNumber).join(''), strays: strays.length };
}
