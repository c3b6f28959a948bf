/** Times of the day from speech. */
import { isFiller, phraseAt, plainItems, type Heard } from './heard.ts';
import type { SlotReading } from './slot.ts';

interface Found {
  /** Minutes since midnight, as said: 3 may still be the afternoon. */
  readonly minutes: number;
  readonly length: number;
  /** Written as a clock of 24 hours shows it: `03:00` is in the night. */
  readonly isOf24?: boolean;
}

/** Without "morning" or "evening", one to seven are taken to be in the afternoon: nobody is open at three in the night. */
const EARLIEST_HOUR = 8;

export function readTime(heard: Heard): SlotReading {
  const { found, strays, half, isNoonish } = scan(heard);
  if (found.length === 0) {
    if (!isNoonish) return { unclear: 'none' };
    found.push({ minutes: 720, length: 1 });
  }
  const times = new Set(
    found.map(({ minutes, isOf24 }) => (isOf24 && half === undefined ? minutes : inHalf(minutes, half))),
  );
  const [minutes] = times;
  if (minutes === undefined) return { unclear: 'none' };
  if (times.size > 1) return { unclear: 'several' };
  if (minutes >= 1440) return { unclear: 'outOfRange' };
  const value = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return { value, spokenBack: value, isCertain: strays === 0 };
}

/** At which items a time stands: they say nothing against a date beside them. */
export function timeParts(heard: Heard): ReadonlySet<number> {
  return scan(heard).covered;
}

type Half = 'morning' | 'afternoon' | 'night' | undefined;

/** "Five at night" is before dawn, "eight at night" before midnight. */
const LAST_OF_NIGHT = 5;

function inHalf(minutes: number, half: Half): number {
  const hour = Math.floor(minutes / 60);
  if (half === 'morning') return hour === 12 ? minutes - 720 : minutes;
  if (half === 'afternoon') return hour < 12 ? minutes + 720 : minutes;
  if (half === 'night')
    return hour === 12 ? minutes - 720 : hour > LAST_OF_NIGHT && hour < 12 ? minutes + 720 : minutes;
  return hour < EARLIEST_HOUR ? minutes + 720 : minutes;
}

function scan(heard: Heard) {
  const { table } = heard;
  const words = plainItems(heard.items);
  const found: Found[] = [];
  const covered = new Set<number>();
  let strays = 0;
  let half: Half;
  for (let at = 0; at < words.length;) {
    const one = wholeDayTime(words, at, heard) ?? clockAt(words, at, heard);
    // "I am free at five" is no five in the morning.
    const isVerb = words[at] === 'am' && words[at - 1] === 'i';
    const morning = one || isVerb ? 0 : phraseAt(words, at, table.morning);
    const afternoon = one ? 0 : phraseAt(words, at, table.afternoon);
    const night = one ? 0 : phraseAt(words, at, table.night);
    if (one) found.push({ isOf24: /^0/.test(words[at] ?? ''), ...one });
    else if (morning > 0) half = 'morning';
    else if (afternoon > 0) half = 'afternoon';
    else if (night > 0) half = 'night';
    else if (!isFiller(words[at] ?? '', heard) && !isDateWord(words, at, heard)) strays++;
    const length = one?.length ?? Math.max(morning, afternoon, night, 1);
    if (one || morning + afternoon + night > 0)
      for (let part = 0; part < length; part++) covered.add(at + part);
    at += length;
  }
  return { found, strays, half, covered, isNoonish: words.some((word) => table.noonish.has(word)) };
}

function wholeDayTime(words: readonly string[], at: number, { table }: Heard): Found | undefined {
  const noon = phraseAt(words, at, table.noon);
  if (noon > 0) return { minutes: 720, length: noon };
  const midnight = phraseAt(words, at, table.midnight);
  return midnight > 0 ? { minutes: 0, length: midnight, isOf24: true } : undefined;
}

function isDateWord(words: readonly string[], at: number, { table }: Heard): boolean {
  const word = words[at] ?? '';
  return (
    table.days.has(word) ||
    table.nextWeek.has(word) ||
    table.weekdays.some((day) => day.test(word)) ||
    table.months.some((month) => month.test(word))
  );
}

function clockAt(words: readonly string[], at: number, heard: Heard): Found | undefined {
  const { language } = heard;
  if (isDayOfMonth(words, at, heard)) return undefined;
  if (language === 'ru') return russianClock(words, at, heard) ?? plainClock(words, at, heard);
  if (language === 'en') return englishClock(words, at) ?? plainClock(words, at, heard);
  return hebrewClock(words, at) ?? plainClock(words, at, heard);
}

/** `5 декабря` is no five o'clock. */
function isDayOfMonth(words: readonly string[], at: number, { table }: Heard): boolean {
  if (!/^\d{1,2}$/.test(words[at] ?? '')) return false;
  const isMonth = (word: string | undefined) => table.months.some((month) => month.test(word ?? ''));
  const next = words[at + 1];
  return (
    isMonth(next) ||
    isMonth(words[at - 1]) ||
    (['of', 'ב', 'ל'].includes(next ?? '') && isMonth(words[at + 2])) ||
    table.ordinal(next ?? '') !== undefined ||
    table.ordinalMarks.has(next ?? '') ||
    (table.dayUnits.has(next ?? '') && !isOfDaytime(words, at, table)) ||
    /^числ/.test(next ?? '')
  );
}

/** «В двенадцать дня», but not «через двенадцать дней». */
function isOfDaytime(words: readonly string[], at: number, { afternoon, within }: Heard['table']): boolean {
  return afternoon.has(words[at + 1] ?? '') && !within.has(words[at - 1] ?? '');
}

const hourOf = (word: string | undefined) =>
  /^\d{1,2}$/.test(word ?? '') && Number(word) <= 24 ? Number(word) : undefined;
const minuteOf = (word: string | undefined) =>
  /^\d{1,2}$/.test(word ?? '') && Number(word) < 60 ? Number(word) : undefined;

/** `15 30`, `15 часов 20 минут`, `5`, `seventeen hundred` */
function plainClock(words: readonly string[], at: number, { table }: Heard): Found | undefined {
  const bare = /^час[ау]?$/.test(words[at] ?? '') && !/^\d+$/.test(words[at - 1] ?? '');
  const inOne = /^([01]?\d|2[0-3])([0-5]\d)$/.exec(words[at] ?? '');
  if (inOne) {
    const end = at + (table.hours.has(words[at + 1] ?? '') ? 2 : 1);
    return { minutes: Number(inOne[1]) * 60 + Number(inOne[2]), length: end - at };
  }
  const hour = bare ? 1 : hourOf(words[at]);
  if (hour === undefined) return undefined;
  let next = at + 1;
  if (!bare && table.hours.has(words[next] ?? '')) next++;
  const half = phraseAt(words, next, table.andHalf);
  if (half > 0) return { minutes: hour * 60 + 30, length: next + half - at };
  const joined = ['и', 'and'].includes(words[next] ?? '') ? next + 1 : next;
  const oh = ['oh', 'o'].includes(words[joined] ?? '') ? joined + 1 : joined;
  const quarter = words[joined] === 'ורבע' ? 15 : undefined;
  // "Zero zero" and "oh five" are minutes too.
  const zeros = words[oh] === '0' && minuteOf(words[oh + 1]) !== undefined ? oh + 1 : oh;
  const minutes = quarter ?? minuteOf(words[zeros]);
  // "Between five and six" is no 5:06.
  const isTwoHours = joined > next && (minutes ?? 0) < 10 && !table.minutes.has(words[zeros + 1] ?? '');
  if (minutes === undefined || isTwoHours || isDayOfMonthAt(words, zeros, table))
    return { minutes: hour * 60, length: next - at };
  const end = zeros + 1 + (table.minutes.has(words[zeros + 1] ?? '') ? 1 : 0);
  return { minutes: hour * 60 + minutes, length: end - at };
}

function isDayOfMonthAt(words: readonly string[], at: number, table: Heard['table']): boolean {
  return table.months.some((month) => month.test(words[at + 1] ?? ''));
}

/** `половина третьего`, `полтретьего`, `четверть третьего`, `10 минут третьего`, `без пятнадцати три` */
function russianClock(words: readonly string[], at: number, { table }: Heard): Found | undefined {
  const word = words[at] ?? '';
  const next = words[at + 1] ?? '';
  const hour = table.ordinal(next);
  if (/^половин[аеыу]$/.test(word) && hour !== undefined && hour <= 12)
    return { minutes: (hour - 1) * 60 + 30, length: 2 };
  if (word === 'пол' && hour !== undefined && hour <= 12) return { minutes: (hour - 1) * 60 + 30, length: 2 };
  const short = /^пол(.+)$/.exec(word)?.[1];
  const shortHour = short === undefined ? undefined : table.ordinal(short);
  if (shortHour !== undefined && shortHour <= 12) return { minutes: (shortHour - 1) * 60 + 30, length: 1 };
  if (/^четверть$/.test(word) && hour !== undefined && hour <= 12)
    return { minutes: (hour - 1) * 60 + 15, length: 2 };
  const past = minuteOf(word);
  const ofHour = table.ordinal(words[at + 2] ?? '');
  if (past !== undefined && table.minutes.has(next) && ofHour !== undefined && ofHour <= 12)
    return { minutes: (ofHour - 1) * 60 + past, length: 3 };
  if (word === 'без') return before(words, at);
  return undefined;
}

function before(words: readonly string[], at: number): Found | undefined {
  let length = 2;
  const minutes = words[at + 1] === 'четверти' ? 15 : minuteOf(words[at + 1]);
  if (/^минут/.test(words[at + length] ?? '')) length++;
  const hour = words[at + length] === 'час' ? 1 : hourOf(words[at + length]);
  if (minutes === undefined || hour === undefined) return undefined;
  return { minutes: (hour === 1 ? 13 : hour) * 60 - minutes, length: length + 1 };
}

const WAYS = new Set(['past', 'after', 'to', 'till', 'before', 'of']);

/** `half past two`, `quarter to three`, `ten past four` */
function englishClock(words: readonly string[], at: number): Found | undefined {
  const from = words[at] === 'a' ? at + 1 : at;
  const part = words[from] === 'half' ? 30 : words[from] === 'quarter' ? 15 : minuteOf(words[from]);
  const link = from + (words[from + 1] === 'minutes' ? 2 : 1);
  const way = words[link];
  const next = hourOf(words[from + 1]);
  // British.
  if (words[from] === 'half' && next !== undefined) return { minutes: next * 60 + 30, length: from + 2 - at };
  const hour = hourOf(words[link + 1]);
  if (part === undefined || hour === undefined || !WAYS.has(way ?? '')) return undefined;
  if (way === 'of' && words[from] !== 'quarter') return undefined;
  const isPast = way === 'past' || way === 'after';
  return { minutes: isPast ? hour * 60 + part : (hour === 1 ? 13 : hour) * 60 - part, length: link + 2 - at };
}

/** `רבע לשלוש`, `עשרה לשלוש` */
function hebrewClock(words: readonly string[], at: number): Found | undefined {
  const part = words[at] === 'רבע' ? 15 : minuteOf(words[at]);
  const link = at + (words[at + 1] === 'דקות' ? 2 : 1);
  const hour = hourOf(words[link + 1]);
  if (part === undefined || hour === undefined || words[link] !== 'ל') return undefined;
  return { minutes: (hour === 1 ? 13 : hour) * 60 - part, length: link + 2 - at };
}
