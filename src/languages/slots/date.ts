/** Days of the calendar from speech. Without a clock: what "tomorrow" is counted from is told. */
import { isFiller, phraseAt, plainItems, type Heard } from './heard.ts';
import type { SlotPlace, SlotReading } from './slot.ts';
import { timeParts } from './time.ts';

const DAY_MS = 86_400_000;

/** The month has no such day: what follows in it is no date of its own. */
const NO_DAY = Number.NEGATIVE_INFINITY;

interface Found {
  readonly day: number;
  readonly length: number;
  readonly hasYear?: boolean;
}

/** A date without a year is the next one of its kind. */
export function readDate(heard: Heard, { language, today }: SlotPlace): SlotReading {
  const now = dayOf(today);
  const written = writtenDate(heard.text, now, isMonthFirst(heard, language));
  if (written !== undefined) return reading(written, true, heard, now);
  const words = plainItems(heard.items);
  const found: Found[] = [];
  let strays = 0;
  const times = timeParts(heard);
  for (let at = 0; at < words.length;) {
    const one =
      weekAfterAt(words, at, heard, now) ??
      relativeAt(words, at, heard, now) ??
      calendarAt(words, at, heard, now) ??
      weekdayAt(words, at, heard, now);
    if (one) found.push(one);
    else if (!isFiller(words[at] ?? '', heard) && !times.has(at)) strays++;
    at += one?.length ?? 1;
  }
  const days = new Set(found.map(({ day }) => day));
  const [day] = days;
  if (day === undefined || days.has(NO_DAY)) return { unclear: 'none' };
  // "Tomorrow, on Tuesday" is one day; "on Tuesday or Wednesday" is two.
  if (days.size > 1) return { unclear: 'several' };
  return reading(day, strays === 0, heard, now);
}

function reading(day: number, isCertain: boolean, { spoken }: Heard, now: number): SlotReading {
  const date = new Date(day * DAY_MS);
  const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const isNear = Math.abs(day - now) < 200;
  return {
    value: date.toISOString().slice(0, 10),
    spokenBack: spoken.date(dayOfMonth, month, isNear ? undefined : year),
    isCertain,
  };
}

function dayOf(iso: string): number {
  return Math.floor(Date.parse(`${iso}T00:00:00Z`) / DAY_MS);
}

/** Undefined if the month has no such day. */
function dayIn(year: number, month: number, day: number): number | undefined {
  const ms = Date.UTC(year, month - 1, day);
  return new Date(ms).getUTCDate() === day ? ms / DAY_MS : undefined;
}

function nextOf(month: number | undefined, day: number, now: number): number | undefined {
  const today = new Date(now * DAY_MS);
  for (let ahead = 0; ahead < 60; ahead++) {
    const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + ahead, 1));
    if (month !== undefined && first.getUTCMonth() + 1 !== month) continue;
    const found = dayIn(first.getUTCFullYear(), first.getUTCMonth() + 1, day);
    if (found !== undefined && found >= now) return found;
  }
  return undefined;
}

/** `2026-12-25`, `25.12.2026`, `25.12` */
function writtenDate(text: string, now: number, monthFirst: boolean): number | undefined {
  const [, isoYear, isoMonth, isoDay] = /(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)/.exec(text) ?? [];
  if (isoDay !== undefined) return dayIn(Number(isoYear), Number(isoMonth), Number(isoDay));
  const [, first, mark, second, year] =
    /(?<![\d:])(\d{1,2})([./])(\d{1,2})(?:[./](\d{2,4}))?(?![\d:])/.exec(text) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const isTurned = mark === '/' && (Number(second) > 12 || (monthFirst && Number(first) <= 12));
  const [day, month] = isTurned ? [Number(second), Number(first)] : [Number(first), Number(second)];
  if (month > 12 || month === 0) return undefined;
  return year === undefined ? nextOf(month, day, now) : dayIn(fullYear(Number(year)), month, day);
}

/** `12/25`, as they write it in the United States. */
function isMonthFirst({ language }: Heard, tag: string): boolean {
  return language === 'en' && !/-(?!US$)[A-Z]{2}$/.test(tag);
}

function fullYear(year: number): number {
  return year >= 100 ? year : year < 50 ? 2000 + year : 1900 + year;
}

function relativeAt(words: readonly string[], at: number, { table }: Heard, now: number): Found | undefined {
  const phrase = phraseAt(words, at, new Set(table.dayPhrases.keys()));
  if (phrase > 0)
    return { day: now + (table.dayPhrases.get(words.slice(at, at + phrase).join(' ')) ?? 0), length: phrase };
  const known = table.days.get(words[at] ?? '');
  if (known !== undefined) return { day: now + known, length: 1 };
  const isAhead = table.within.has(words[at] ?? '');
  const from = isAhead ? at + 1 : at;
  const { count, length } = countAt(words, from, table);
  const end = from + length + 1;
  const unit = words[end - 1] ?? '';
  const behind = phraseAt(words, end, table.after);
  if ((!isAhead && behind === 0) || !Number.isInteger(count)) return undefined;
  if (table.monthUnits.has(unit)) return { day: monthsAfter(now, count), length: end + behind - at };
  const days = table.dayUnits.get(unit);
  return days === undefined ? undefined : { day: now + days * count, length: end + behind - at };
}

/** `three`, `a`, `a couple of`, or nothing, which is one. */
function countAt(words: readonly string[], at: number, { amounts }: Heard['table']) {
  const from = words[at] === 'a' ? at + 1 : at;
  const word = words[from] ?? '';
  const count = /^\d+$/.test(word) ? Number(word) : amounts.get(word);
  if (count === undefined) return { count: 1, length: from - at };
  return { count, length: from + 1 - at + (words[from + 1] === 'of' ? 1 : 0) };
}

/** The same day of a later month, or its last one. */
function monthsAfter(now: number, months: number): number {
  const today = new Date(now * DAY_MS);
  const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.getTime() / DAY_MS + Math.min(today.getUTCDate(), last) - 1;
}

function calendarAt(words: readonly string[], at: number, heard: Heard, now: number): Found | undefined {
  const { table } = heard;
  const month = monthOf(words[at], heard);
  if (month !== undefined) {
    const dayAt = at + (words[at + 1] === 'the' ? 2 : 1);
    const of = table.nextWeek.has(words[dayAt] ?? '') ? undefined : dayNumberAt(words, dayAt, heard);
    return of && dated(of.value, month, words, dayAt + of.length, dayAt + of.length - at, now, heard);
  }
  const of = dayNumberAt(words, at, heard);
  if (!of) return undefined;
  let next = at + of.length;
  while (['of', 'the', 'ב', 'ל', '0'].includes(words[next] ?? '')) next++;
  const named = monthOf(words[next], heard);
  if (named !== undefined) return dated(of.value, named, words, next + 1, next + 1 - at, now, heard);
  // "The fifth of the twelfth".
  const numbered = table.ordinal((words[next] ?? '').replace(/^ל(?=.{3})/, ''));
  if (of.isOrdinal && numbered !== undefined && numbered <= 12)
    return dated(of.value, numbered, words, next + 1, next + 1 - at, now, heard);
  if (
    /^(?:числ[оа]|לחודש)$/.test(words[at + of.length] ?? '') ||
    (of.isOrdinal && !isWeekdayWord(words, at, heard))
  ) {
    const day = nextOf(undefined, of.value, now);
    return day === undefined ? undefined : { day, length: of.length };
  }
  return undefined;
}

/** Hebrew weekdays are ordinals. */
function isWeekdayWord(words: readonly string[], at: number, { table }: Heard): boolean {
  return table.weekdays.some((weekday) => weekday.test(words[at] ?? ''));
}

function dated(
  day: number,
  month: number,
  words: readonly string[],
  at: number,
  length: number,
  now: number,
  heard: Heard,
): Found | undefined {
  const year = yearAt(words, at, heard);
  const found = year ? dayIn(year.value, month, day) : nextOf(month, day, now);
  return { day: found ?? NO_DAY, length: length + (year?.length ?? 0) };
}

/** `1985`, `nineteen eighty five`, `тысяча девятьсот восемьдесят пятого` */
function yearAt(
  words: readonly string[],
  at: number,
  { table }: Heard,
): { value: number; length: number } | undefined {
  const first = Number(words[at] ?? NaN);
  const second = words[at + 1] ?? '';
  const ordinal = table.ordinal(second);
  const alone = table.ordinal(words[at] ?? '');
  if (alone === 2000) return { value: alone, length: 1 };
  // «Восемьдесят пятого года», «девяностого года».
  if (alone !== undefined && table.years.has(second)) return { value: fullYear(alone), length: 2 };
  if (
    first >= 20 &&
    first < 100 &&
    ordinal !== undefined &&
    ordinal < 10 &&
    table.years.has(words[at + 2] ?? '')
  )
    return { value: fullYear(first + ordinal), length: 3 };
  if (first >= 1900 && first < 2100) {
    if (ordinal !== undefined && ordinal < 100 && first % 10 === 0)
      return { value: first + ordinal, length: 2 };
    return { value: first, length: 1 };
  }
  if ((first === 19 || first === 20) && /^\d\d$/.test(second))
    return { value: first * 100 + Number(second), length: 2 };
  return undefined;
}

interface DayNumber {
  readonly value: number;
  readonly length: number;
  readonly isOrdinal: boolean;
}

function dayNumberAt(words: readonly string[], at: number, { table }: Heard): DayNumber | undefined {
  const word = words[at] ?? '';
  const next = table.ordinal(words[at + 1] ?? '');
  if ((word === '20' || word === '30') && next !== undefined && next < 10)
    return { value: Number(word) + next, length: 2, isOrdinal: true };
  // Hebrew: "on the first" in one word.
  const ordinal = table.ordinal(word) ?? table.ordinal(word.replace(/^ב(?=.{3})/, ''));
  if (ordinal !== undefined && ordinal <= 31) return { value: ordinal, length: 1, isOrdinal: true };
  const value = /^\d{1,2}$/.test(word) ? Number(word) : 0;
  const isOrdinal = table.ordinalMarks.has(words[at + 1] ?? '');
  return value >= 1 && value <= 31 ? { value, length: isOrdinal ? 2 : 1, isOrdinal } : undefined;
}

function monthOf(word: string | undefined, { table }: Heard): number | undefined {
  const at = table.months.findIndex((month) => month.test(word ?? ''));
  return at >= 0 ? at + 1 : undefined;
}

/** `a week from Friday`, which is no week from today. */
function weekAfterAt(words: readonly string[], at: number, heard: Heard, now: number): Found | undefined {
  return phraseAt(words, at, heard.table.weekLater) > 0 ? weekdayAt(words, at, heard, now) : undefined;
}

/** The next one; with "next" the one of the next calendar week. */
function weekdayAt(
  words: readonly string[],
  at: number,
  { table, language }: Heard,
  now: number,
): Found | undefined {
  const later = phraseAt(words, at, table.weekLater);
  const before = later || phraseAt(words, at, table.nextWeek);
  const isMarked =
    language !== 'he' ||
    table.dayMarks.has(words[at + before - 1] ?? '') ||
    /^ב|שבת$/.test(words[at + before] ?? '');
  const weekday = table.weekdays.findIndex((day) => day.test(words[at + before] ?? ''));
  if (weekday < 0 || !isMarked) return undefined;
  const laterBehind = before === 0 ? phraseAt(words, at + 1, table.weekLater) : 0;
  const behind = before === 0 ? laterBehind || phraseAt(words, at + 1, table.nextWeek) : 0;
  const todays = new Date(now * DAY_MS).getUTCDay();
  const ahead = (weekday - todays + 7) % 7 || 7;
  if (later + laterBehind > 0) return { day: now + ahead + 7, length: before + 1 + behind };
  const isNextWeek = before + behind > 0;
  const toWeekEnd = (6 + table.weekStart - todays) % 7;
  const inNextWeek = ahead > toWeekEnd ? ahead : ahead + 7;
  return { day: now + (isNextWeek ? inNextWeek : ahead), length: before + 1 + behind };
}
