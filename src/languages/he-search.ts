/**
 * Hebrew words as they are searched for. There is no stemmer for Hebrew; "and", "the", "in", "to", "from" and "that" are letters before
 * the word, so it is looked for with and without them, and without the ending of the plural.
 */
import type { SearchTable } from './search-table.ts';
import { wordSet } from './word-tables.ts';

/** At most ו, then a conjunction, then a preposition, then the article. */
const BEFORE = /^(ו?)(כש|מש|לכש|ש?)([הבכלמ]?)(ה?)/;
const PLURAL = /(?:יות|ויות|ים|ות)$/;
const SINGULAR = /[הת]$/;

/** Two letters of a root are not enough to tell a word by. */
const FEWEST_LETTERS = 3;

export const hebrewSearch: SearchTable = {
  stopWords: wordSet(
    'של את אתה אתם אני אנחנו הוא היא הם הן זה זאת זו אלה מה מי איך איפה מתי למה לאן כמה איזה איזו האם אם או גם רק כבר עוד כי אבל לא כן ' +
      'יש אין על אל עם בלי עד מן לי לך לו לה לנו לכם להם שלי שלך שלכם שלנו אצלכם אתכם אותי אפשר אפשרי רוצה רוצים צריך צריכה היה יהיה הייתי ' +
      'תגידו תגיד תגידי בבקשה תודה שלום היי הלו סליחה רגע אה אמ אז פה שם כאן לדעת לשאול לגבי מאוד כל',
  ),
  stems: (word) => {
    const bare = withoutLettersBefore(word);
    const [first = word, ...others] = new Set([word, ...bare].map(withoutEnding));
    return [first, ...others];
  },
};

/** The word without one, two, three of the letters that may stand before it, as long as enough is left. */
function withoutLettersBefore(word: string): readonly string[] {
  const [, ...before] = BEFORE.exec(word) ?? [];
  let rest = word;
  const shorter: string[] = [];
  for (const letters of before) {
    if (letters === '') continue;
    rest = rest.slice(letters.length);
    if (rest.length < FEWEST_LETTERS) break;
    shorter.push(rest);
  }
  return shorter;
}

function withoutEnding(word: string): string {
  const singular = word.replace(PLURAL, '');
  if (singular.length >= FEWEST_LETTERS && singular !== word) return singular;
  const shorter = word.replace(SINGULAR, '');
  return shorter.length >= FEWEST_LETTERS ? shorter : word;
}
