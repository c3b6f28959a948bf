/** Where a sentence ends: for text in which the model forgot to say so. */

/** Written with a full stop that ends no sentence; lower case, inner stops kept. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  [
    'г гг в вв н.э ул д кв корп стр пр просп пер пл наб ш обл пос дер р-н оф тел им др т.д т.е т.п т.к т.н т е п пп',
    'т.ч ч т.о и.о вкл искл макс каб эт ред св чел',
    'руб коп тыс млн млрд трлн мин сек ч см рис табл гл ст проф акад доц доп напр англ рус экз шт с кг мг ж',
    'mr mrs ms dr prof sr jr st ave vs etc e.g i.e a.m p.m inc ltd co corp dept est approx fig vol p pp',
    'jan feb mar apr jun jul aug sep sept oct nov dec ph.d',
  ].flatMap((words) => words.split(' ')),
);

/** Abbreviations only before a number: "No. 5", but "No. We are closed." */
const NUMBERED: ReadonlySet<string> = new Set('no nos nr art sec ext apt para ch'.split(' '));

const LAST_MARKS = '.!?…。！？؟۔।»”"\'’)]';
const END = /([.!?…。！？؟۔।]+)[»”"'’)\]]*( ?)$/u;
const NEEDS_NO_SPACE = /[。！？]$/u;
const CERTAIN = /[!?。！？؟۔।]$/u;
const ELLIPSIS = /(?:…|\.\.)\.*$/;
/** "1." at the start or after a mark numbers what follows. */
const LIST_NUMBER = /^\d{1,2}$/;
const BEFORE_LIST_NUMBER = ':;,.!?…';

/**
 * Whether a sentence ends at the end of `text`, which may have one space after its last mark. `next` is what
 * follows, a space while only that is known, '' if nothing more is expected soon.
 */
export function endsSentence(text: string, next: string): boolean {
  const isSpaced = text.endsWith(' ');
  if (!LAST_MARKS.includes(text.charAt(text.length - (isSpaced ? 2 : 1)) || '-')) return false;
  const end = END.exec(text);
  const marks = end?.[1];
  if (!end || !marks) return false;
  if (next === '') return CERTAIN.test(marks) || ELLIPSIS.test(marks) || isLastWord(text.slice(0, end.index));
  if (NEEDS_NO_SPACE.test(marks)) return next === ' ' || !LAST_MARKS.includes(next);
  if (!isSpaced) return false;
  if (CERTAIN.test(marks)) return true;
  if (next === ' ') return false;
  if (ELLIPSIS.test(marks)) return /^\p{Lu}/u.test(next);
  const before = text.slice(0, end.index);
  return !/^\p{Ll}/u.test(next) && !isUnfinished(before) && !(/^\d/.test(next) && isNumbered(before));
}

/** Before a full stop with nothing after it yet: "3." may become 3.14. */
function isLastWord(before: string): boolean {
  return /\p{L}$/u.test(before) && !isUnfinished(before) && !isNumbered(before);
}

function isUnfinished(before: string): boolean {
  const space = before.lastIndexOf(' ');
  const word = before.slice(space + 1).replace(/^[^\p{L}\p{N}]+/u, '');
  if (LIST_NUMBER.test(word))
    return space < 0 || BEFORE_LIST_NUMBER.includes(before.charAt(space - 1)) || isNextOfList(before, word);
  return ABBREVIATIONS.has(word.toLowerCase()) || isInitial(word);
}

function isNumbered(before: string): boolean {
  return NUMBERED.has(before.slice(before.lastIndexOf(' ') + 1).toLowerCase());
}

/** "1. Courier 2.": the number before it numbers something too. */
function isNextOfList(before: string, number: string): boolean {
  return new RegExp(`(?:^|[^\\p{L}\\p{N}.,])${Number(number) - 1}[.)] `, 'u').test(before);
}

/** "А", "J.R": a single capital. */
function isInitial(word: string): boolean {
  return /(?:^|[.-])\p{Lu}$/u.test(word);
}
