/** Days of the calendar from speech. Without a clock: what "tomorrow" is counted from is told. */
import { isFiller, phraseAt, plainItems, type Heard } from './heard.ts';
import type { SlotPlace, SlotReading } from './slot.ts';
import { timeParts } from './time.ts';

const DAY_MS = 86_400_000;

interface Found {
  readonly day: number;
  readonly length: number;
  readonly hasYear?: boolean;
}

/** A date without a year is the next one of its kind. */
export function readDate(heard: Heard, { today }: SlotPlace): SlotReading {
  const now = dayOf(today);
  const written = writtenDate(heard.text, now);
  if (written !== undefined) return reading(written, true, heard, now);
  const words = plainItems(heard.items);
  const found: Found[] = [];
  let strays = 0;
  const times = timeParts(heard);
  for (let at = 0; at < words.length;) {
    const one =
      relativeAt(words, at, heard, now) ??
      calendarAt(words, at, heard, now) ??
      weekdayAt(words, at, heard, now);
    if (one) found.push(one);
    else if (!isFiller(words[at] ?? '', heard) && !times.has(at)) strays++;
    at += one?.length ?? 1;
  }
  const days = new Set(found.map(({ day }) => day));
  const [day] = days;
  if (day === undefined) return { unclear: 'none' };
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
function writtenDate(text: string, now: number): number | undefined {
  const [, isoYear, isoMonth, isoDay] = /(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)/.exec(text) ?? [];
  if (isoDay !== undefined) return dayIn(Number(isoYear), Number(isoMonth), Number(isoDay));
  const [, day, month, year] = /(?<![\d:])(\d{1,2})[./](\d{1,2})(?:[./](\d{2,4}))?(?![\d:])/.exec(text) ?? [];
  if (day === undefined || Number(month) > 12 || Number(month) === 0) return undefined;
  if (year === undefined) return nextOf(Number(month), Number(day), now);
  return dayIn(fullYear(Number(year)), Number(month), Number(day));
}

function fullYear(year: number): number {
  return year >= 100 ? year : year < 50 ? 2000 + year : 1900 + year;
}

function relativeAt(words: readonly string[], at: number, { table }: Heard, now: number): Found | undefined {
  const known = table.days.get(words[at] ?? '');
  if (known !== undefined) return { day: now + known, length: 1 };
  const isAhead = table.within.has(words[at] ?? '');
  const from = isAhead ? at + 1 : at;
  const counted = /^\d+$/.test(words[from] ?? '') ? 1 : 0;
  const unit = table.dayUnits.get(words[from + counted] ?? '');
  if (unit === undefined) return undefined;
  const end = from + counted + 1;
  const behind = phraseAt(words, end, table.after);
  if (!isAhead && behind === 0) return undefined;
  return { day: now + unit * (counted ? Number(words[from]) : 1), length: end + behind - at };
}

function calendarAt(words: readonly string[], at: number, heard: Heard, now: number): Found | undefined {
  const { table } = heard;
  const month = monthOf(words[at], heard);
  if (month !== undefined) {
    const of = table.nextWeek.has(words[at + 1] ?? '') ? undefined : dayNumberAt(words, at + 1, heard);
    return of && dated(of.value, month, words, at + 1 + of.length, 1 + of.length, now, heard);
  }
  const of = dayNumberAt(words, at, heard);
  if (!of) return undefined;
  let next = at + of.length;
  while (['of', 'ב', 'ל'].includes(words[next] ?? '')) next++;
  const named = monthOf(words[next], heard);
  if (named !== undefined) return dated(of.value, named, words, next + 1, next + 1 - at, now, heard);
  if (/^числ[оа]$/.test(words[at + of.length] ?? '') || (of.isOrdinal && !isWeekdayWord(words, at, heard))) {
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
  return found === undefined ? undefined : { day: found, length: length + (year?.length ?? 0) };
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
  const ordinal = table.ordinal(word);
  if (ordinal !== undefined) return { value: ordinal, length: 1, isOrdinal: true };
  const value = /^\d{1,2}$/.test(word) ? Number(word) : 0;
  return value >= 1 && value <= 31 ? { value, length: 1, isOrdinal: false } : undefined;
}

function monthOf(word: string | undefined, { table }: Heard): number | undefined {
  const at = table.months.findIndex((month) => month.test(word ?? ''));
  return at >= 0 ? at + 1 : undefined;
}

/** The next one; with "next" the one of the next calendar week, which begins on Monday. */
function weekdayAt(
  words: readonly string[],
  at: number,
  { table, language }: Heard,
  now: number,
): Found | undefined {
  const before = phraseAt(words, at, table.nextWeek);
  const isMarked =
    language !== 'he' || words[at - 1] === 'יום' || words[at - 1] === 'ביום' || words[at] === 'שבת';
  const weekday = table.weekdays.findIndex((day) => day.test(words[at + before] ?? ''));
  if (weekday < 0 || !isMarked) return undefined;
  const behind = before === 0 ? phraseAt(words, at + 1, table.nextWeek) : 0;
  const todays = new Date(now * DAY_MS).getUTCDay();
  const ahead = (weekday - todays + 7) % 7 || 7;
  const isNextWeek = before + behind > 0;
  const toSunday = (7 - todays) % 7;
  const inNextWeek = ahead > toSunday ? ahead : ahead + 7;
  return { day: now + (isNextWeek ? inNextWeek : ahead), length: before + 1 + behind };
}
