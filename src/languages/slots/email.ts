/** E-mail addresses as they are dictated: in words, in letters, or already written. */
import { heard as heardIn, phraseAt, type Heard } from './heard.ts';
import { numberWord } from '../number-words.ts';
import { withDigits } from '../spoken-numbers.ts';
import { wordSet } from '../word-tables.ts';
import { wordsOf } from '../words.ts';
import type { SlotReading } from './slot.ts';
import { withoutExamples } from './spelled.ts';

const WRITTEN = /[\p{L}\p{N}._%+-]+\s?@\s?[\p{L}\p{N}-]+(?:\s?\.\s?[\p{L}\p{N}-]+)+/u;
const ADDRESS = /^[a-z0-9](?:[a-z0-9._%+-]*[a-z0-9_])?@(?:[a-z0-9-]+\.)+[a-z]{2,}$/;

export function readEmail(said: Heard): SlotReading {
  const heard = spelledOut(said);
  const { table } = heard;
  const words = withoutRemarks(withoutExamples(heard.words, heard), heard);
  const written = WRITTEN.exec(said.text);
  // `anna точка lee@mail.ru`: what is written is only the end of it.
  const isBegunInWords = table.dot.has(wordsOf(said.text.slice(0, written?.index)).at(-1) ?? '');
  if (written && !isBegunInWords) return reading(written[0].replaceAll(/\s/g, '').toLowerCase(), true, said);
  const ats = words.flatMap((word, at) => (table.at.has(word) ? [at] : []));
  const [at] = ats;
  if (at === undefined) return { unclear: words.some((word) => table.dot.has(word)) ? 'incomplete' : 'none' };
  if (ats.length > 1) return { unclear: 'several' };
  const from = startOfLocal(words, at, heard);
  const local = joined(words.slice(from.at, at), heard);
  const domain = joined(domainAt(words, at + 1, heard), heard);
  if (local === '' || !domain.includes('.')) return { unclear: 'incomplete' };
  return reading(`${local}@${domain}`, from.strays === 0, said);
}

/** Signs that stand between letters are words like those that are said: `anna.lee собака mail.ru`. */
function spelledOut(said: Heard): Heard {
  const { text, table } = said;
  const between = (sign: string) => new RegExp(`(?<=[\\p{L}\\p{N}])${sign}(?=[\\p{L}\\p{N}])`, 'gu');
  const [dot = '', at = '', underscore = ''] = [table.dot, table.at, table.underscore].map(([word]) => word);
  const plain = text
    .replaceAll(between('\\.'), ` ${dot} `)
    .replaceAll(between('\\s?@\\s?'), ` ${at} `)
    .replaceAll(between('_'), ` ${underscore} `);
  return plain === text ? said : { ...heardIn(plain, said.language), text };
}

/** How an address is written, which is no part of it. */
const REMARKS = wordSet('capital uppercase lowercase слитно маленькая маленькие заглавная заглавные', [
  ...[
    'all one word',
    'one word',
    'no spaces',
    'all lowercase',
    'all lower case',
    'lower case',
    'in lowercase',
  ],
  ...[
    'все слитно',
    'все вместе',
    'в одно слово',
    'одним словом',
    'без пробелов',
    'маленькими буквами',
    'с маленькой буквы',
  ],
  ...[
    'с большой буквы',
    'английскими буквами',
    'латинскими буквами',
    'латиницей',
    'במילה אחת',
    'בלי רווחים',
    'באותיות קטנות',
  ],
]);

function withoutRemarks(words: readonly string[], { table }: Heard): readonly string[] {
  const plain: string[] = [];
  for (let at = 0; at < words.length;) {
    const remark = phraseAt(words, at, REMARKS);
    const end = at + remark;
    // An address may be made of such words: then a sign stands beside them.
    const isPart = (word = '') => table.dot.has(word) || table.dash.has(word) || table.underscore.has(word);
    if (remark === 0 || (remark === 1 && (isPart(words[at - 1]) || isPart(words[end])))) {
      plain.push(words[at] ?? '');
      at++;
    } else at = end;
  }
  return plain;
}

function reading(address: string, isCertain: boolean, { table, language, spoken }: Heard): SlotReading {
  const latin = table.transliterate ? table.transliterate(address) : address;
  if (!ADDRESS.test(latin)) return { unclear: language === 'en' ? 'incomplete' : 'none' };
  const spokenBack = latin.replaceAll('.', ` ${spoken.dot} `).replace('@', ` ${spoken.at} `);
  return { value: latin, spokenBack, isCertain };
}

/** Where the address begins: behind the words that lead to it. */
function startOfLocal(words: readonly string[], end: number, { table }: Heard) {
  let at = 0;
  for (let look = 0; look < end; look++) {
    const isPart =
      table.dot.has(words[look + 1] ?? '') || (look + 1 === end && !LEADS_ONLY.has(words[look] ?? ''));
    if (table.addressLeads.has(words[look] ?? '') && !isPart) at = look + 1;
    else if (isPart) break;
  }
  // A sentence before the address: no name is that long, unless it is spelled.
  const strays = words.slice(at, end).filter((word) => word.length > 1 && table.noName.has(word)).length;
  return { at, strays };
}

const LEADS_ONLY = new Set(['is', 'это']);

/** The words of the domain; whoever leaves out its dot may say `яндекс ру`. */
function domainAt(words: readonly string[], from: number, heard: Heard): readonly string[] {
  const { table } = heard;
  const whole = words.slice(from, endOfDomain(words, from, heard));
  const last = whole.at(-1) ?? '';
  const [dot = ''] = table.dot;
  const isWithoutDot = !whole.some((word) => table.dot.has(word));
  if (!isWithoutDot || whole.length < 2 || !COMMON_ENDS.has(table.latin.get(last) ?? last)) return whole;
  return [...whole.slice(0, -1), dot, last];
}

export const COMMON_ENDS: ReadonlySet<string> = new Set([
  'ru',
  'com',
  'net',
  'org',
  'il',
  'uk',
  'info',
  'su',
]);

/** Where the domain ends: behind the last dot and one part more, or its letters. */
function endOfDomain(words: readonly string[], from: number, { table }: Heard): number {
  const last = words.findLastIndex((word, at) => at >= from && table.dot.has(word));
  if (last < 0) return words.length;
  let end = last + 2;
  while (
    end < words.length &&
    (words[end] ?? '').length <= 2 &&
    end - last <= 3 &&
    !table.fillers.has(words[end] ?? '')
  )
    end++;
  return Math.min(end, words.length);
}

function joined(words: readonly string[], heard: Heard): string {
  const { table, language } = heard;
  const plain = withDigits([...words], language);
  let address = '';
  for (let at = 0; at < plain.length;) {
    const word = plain[at] ?? '';
    const marks: readonly (readonly [string, ReadonlySet<string>])[] = [
      ['_', table.underscore],
      ['-', table.dash],
      ['.', table.dot],
      ...(address === '' ? [] : [['+', table.plus] as const]),
    ];
    const mark = marks.find(([, set]) => phraseAt(plain, at, set) > 0);
    if (mark) {
      address += mark[0];
      at += phraseAt(plain, at, mark[1]);
      continue;
    }
    if (/^(?:double|дабл|даблю)$/.test(word) && /^(?:u|you|ю)$/.test(plain[at + 1] ?? '')) {
      address += 'w';
      at += 2;
      continue;
    }
    const doubled = /^(?:double|дабл)$/.test(word) ? table.latin.get(plain[at + 1] ?? '') : undefined;
    if (doubled?.length === 1) {
      address += doubled.repeat(2);
      at += 2;
      continue;
    }
    const isNumber = /^\d+$/.test(word) || numberWord(word, language)?.kind === 'addend';
    address += isNumber ? word : (table.latin.get(word) ?? (table.transliterate ?? same)(word));
    at++;
  }
  return address;
}

const same = (word: string) => word;
