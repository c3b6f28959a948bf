/** When somebody is there: the hours of a week and the days off, as a profile writes them, and whether a moment is within them. */
import { z } from 'zod';
import { likelyMeant } from './nearest-name.ts';

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Day = (typeof DAYS)[number];

/** `09:00-18:00`, one or several a day; one that ends before it begins ends on the next day. */
type Hours = string | readonly string[];

export interface WorkingHours {
  readonly week: Readonly<Partial<Record<Day, Hours | undefined>>>;
  /** `2026-12-31`, or `01-01` of every year. */
  readonly holidays: readonly string[];
}

const MINUTES_OF_DAY = 24 * 60;
const MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY;

const RANGE = /^(\d{1,2}):(\d{2}) ?[-–] ?(\d{1,2}):(\d{2})$/;
const RANGE_EXPECTED = 'expected hours such as 09:00-18:00';

const range = z.string(RANGE_EXPECTED).refine((text) => minutesOf(text) !== undefined, RANGE_EXPECTED);
const day = z.union([range, z.array(range).min(1, RANGE_EXPECTED)], RANGE_EXPECTED).optional();

/** Throws nothing: what is wrong becomes a fault of the profile, on the day that it is about. */
export const weekSchema = z
  .strictObject({
    monday: day,
    tuesday: day,
    wednesday: day,
    thursday: day,
    friday: day,
    saturday: day,
    sunday: day,
  })
  .superRefine((week, context) => {
    if (DAYS.every((name) => week[name] === undefined))
      context.addIssue({ code: 'custom', message: 'expected the hours of at least one day' });
    for (const { name, text, other } of overlaps(week))
      context.addIssue({ code: 'custom', path: [name], message: `${text} overlaps ${other}` });
  });

export const holidaySchema = z
  .string('expected a day such as 2026-12-31, or 01-01 for every year')
  .refine(isDate, 'expected a day of the calendar such as 2026-12-31, or 01-01 for every year');

export const timeZoneSchema = z.string().superRefine((name, context) => {
  if (isTimeZone(name)) return;
  const [meant] = likelyMeant(name, Intl.supportedValuesOf('timeZone'));
  const hint = meant === undefined ? 'expected one such as Europe/Moscow' : `did you mean ${meant}?`;
  context.addIssue({ code: 'custom', message: `"${name}" is no time zone; ${hint}` });
});

/** Whether `epochMs` is within the hours, by the clocks of `timeZone` as they stand on that day. */
export function isOpenAt({ week, holidays }: WorkingHours, timeZone: string, epochMs: number): boolean {
  const today = localDay(epochMs, timeZone);
  const isHoliday = ({ date }: LocalDay) => holidays.includes(date) || holidays.includes(date.slice(5));
  const isWithin = (at: LocalDay, minute: number) =>
    !isHoliday(at) && rangesOf(week[at.day]).some(({ from, to }) => minute >= from && minute < to);
  // What began yesterday may go on past midnight.
  return isWithin(today, today.minute) || isWithin(dayBefore(today), today.minute + MINUTES_OF_DAY);
}

interface LocalDay {
  readonly day: Day;
  /** `2026-11-28` */
  readonly date: string;
  /** Since midnight, as clocks show it. */
  readonly minute: number;
}

/** The day, `YYYY-MM-DD`, by the clocks of `timeZone`, or of the machine. */
export function dateAt(epochMs: number, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  return localDay(epochMs, timeZone).date;
}

/** Making one takes longer than a thousand uses of it; there are no more of them than time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  formats.set(timeZone, format);
  return format;
}

function localDay(epochMs: number, timeZone: string): LocalDay {
  const format = formatIn(timeZone);
  const parts = Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
  const date = `${parts['year']}-${parts['month']}-${parts['day']}`;
  return { date, day: dayOf(date), minute: Number(parts['hour']) * 60 + Number(parts['minute']) };
}

/** By the calendar: no clock is put forward or back in it. */
function dayBefore({ date }: LocalDay): LocalDay {
  const before = new Date(Date.parse(date) - MINUTES_OF_DAY * 60_000).toISOString().slice(0, 10);
  return { date: before, day: dayOf(before), minute: 0 };
}

function dayOf(date: string): Day {
  return DAYS[(new Date(date).getUTCDay() + 6) % 7] as Day;
}

interface Range {
  readonly text: string;
  /** Minutes since the day's midnight; `to` may be on the next day. */
  readonly from: number;
  readonly to: number;
}

function rangesOf(hours: Hours | undefined): readonly Range[] {
  if (hours === undefined) return [];
  const texts = typeof hours === 'string' ? [hours] : hours;
  return texts.flatMap((text) => {
    const minutes = minutesOf(text);
    return minutes ? [{ text, ...minutes }] : [];
  });
}

/** Undefined if they are no hours. */
function minutesOf(text: string): Pick<Range, 'from' | 'to'> | undefined {
  const [, ...digits] = RANGE.exec(text.trim()) ?? [];
  if (digits.length < 4) return undefined;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = digits.map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  if (fromMinute > 59 || toMinute > 59 || from >= MINUTES_OF_DAY || to > MINUTES_OF_DAY || from === to)
    return undefined;
  return { from, to: to > from ? to : to + MINUTES_OF_DAY };
}

/** Each pair of hours that share a minute, told on the day of the later ones; Sunday night meets Monday. */
function overlaps(week: WorkingHours['week']) {
  const all = DAYS.flatMap((name, at) =>
    rangesOf(week[name]).map(({ text, from, to }) => ({
      name,
      text,
      from: from + at * MINUTES_OF_DAY,
      to: to + at * MINUTES_OF_DAY,
    })),
  ).sort((a, b) => a.from - b.from);
  const [first] = all;
  if (!first) return [];
  const round = { ...first, from: first.from + MINUTES_OF_WEEK, to: first.to + MINUTES_OF_WEEK };
  return all.flatMap((one, at) => {
    const next = all[at + 1] ?? round;
    return next.from < one.to
      ? [{ name: next.name, text: next.text, other: `${one.text} of ${one.name}` }]
      : [];
  });
}

function isDate(text: string): boolean {
  const [, year, month, date] = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (month === undefined || date === undefined) return false;
  // A leap year has every day that any year has.
  const iso = `${year ?? '2024'}-${month}-${date}`;
  const parsed = new Date(iso);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(iso);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
