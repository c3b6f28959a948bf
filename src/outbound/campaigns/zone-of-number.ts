/** What a number says of the clocks where it rings: only where all that it may mean is one and the same time. */

/** Moments of a year at which clocks of a country would differ, if they ever do: in winter, in summer, and between changes. */
const MOMENTS_APART_MS = 30 * 24 * 60 * 60_000;
const MOMENTS = 13;

/**
 * Codes of Russian fixed lines (the three digits after +7) of regions that do not go by Moscow, by the federal numbering plan; the other
 * codes from 471 to 499 and from 811 to 879 are Moscow's time. Mobile numbers (9…) and Yakutia (411, three zones) tell nothing.
 */
const RUSSIAN_REGIONS: Readonly<Record<string, readonly number[]>> = {
  'Europe/Kaliningrad': [401],
  'Europe/Samara': [341, 846, 848],
  'Europe/Saratov': [845],
  'Europe/Ulyanovsk': [842],
  'Europe/Astrakhan': [851],
  'Asia/Yekaterinburg': [342, 343, 345, 346, 347, 349, 351, 352, 353],
  'Asia/Omsk': [381],
  'Asia/Tomsk': [382],
  'Asia/Novosibirsk': [383],
  'Asia/Novokuznetsk': [384],
  'Asia/Barnaul': [385, 388],
  'Asia/Krasnoyarsk': [390, 391, 394],
  'Asia/Irkutsk': [301, 395],
  'Asia/Chita': [302],
  'Asia/Yakutsk': [416],
  'Asia/Vladivostok': [421, 423, 426],
  'Asia/Magadan': [413],
  'Asia/Sakhalin': [424],
  'Asia/Kamchatka': [415],
  'Asia/Anadyr': [427],
};

const ZONE_OF_RUSSIAN_CODE = new Map(
  Object.entries(RUSSIAN_REGIONS).flatMap(([zone, codes]) => codes.map((code) => [code, zone] as const)),
);

/** Nothing where the number may ring at different times of day. `country` as two letters. */
export function zoneOfNumber(e164: string, country: string | undefined): string | undefined {
  if (country === undefined) return undefined;
  if (country === 'RU') return russianZone(Number(e164.slice(2, 5)));
  const known = ZONES.get(country);
  if (known) return known.zone;
  const zone = onlyZone(country);
  ZONES.set(country, { zone });
  return zone;
}

const ZONES = new Map<string, { readonly zone: string | undefined }>();

function russianZone(code: number): string | undefined {
  const isMoscow = (code >= 471 && code <= 499) || (code >= 811 && code <= 879);
  return ZONE_OF_RUSSIAN_CODE.get(code) ?? (isMoscow ? 'Europe/Moscow' : undefined);
}

/** The zone of a country all of whose clocks agree all the year. */
function onlyZone(country: string): string | undefined {
  const [first, ...others] = zonesOf(country);
  if (first === undefined) return undefined;
  const own = clocksOf(first);
  return others.every((zone) => clocksOf(zone) === own) ? first : undefined;
}

/** The method is the later standard of what Node 20 has as a property; the types know neither. */
function zonesOf(country: string): readonly string[] {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
    readonly timeZones?: readonly string[];
    getTimeZones?(): readonly string[];
  };
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}

function clocksOf(timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const fromMs = Date.UTC(new Date().getUTCFullYear(), 0, 15);
  return Array.from({ length: MOMENTS }, (_, at) => format.format(fromMs + at * MOMENTS_APART_MS)).join();
}
