/** Telephone numbers as people write them, made one and the same: E.164. */
import parsePhoneNumber, { findPhoneNumbersInText, isSupportedCountry } from 'libphonenumber-js/max';
import type { CountryCode } from 'libphonenumber-js/max';

export interface DialledNumber {
  /** `+79161234567` */
  readonly e164: string;
  /** Two letters, ISO 3166; nothing for numbers of no country. */
  readonly country: string | undefined;
}

export function isCountry(code: string): boolean {
  return isSupportedCountry(code);
}

/** Longer is no number however it is written. */
const MOST_CHARACTERS = 40;

/** `country` is where a number without its country code is dialled. Nothing if no such number can exist. */
export function dialledNumber(written: string, country: string): DialledNumber | undefined {
  // Numbers that are copied from a telephone's contacts come with marks of the direction of writing, which nobody sees.
  const text = written.replaceAll(/\p{Cf}/gu, '').trim();
  // A spreadsheet that took it for a quantity has lost digits of it.
  if (text.length > MOST_CHARACTERS || /[a-zа-я]/i.test(text.replace(/^tel:/i, ''))) return undefined;
  const found = parsePhoneNumber(text, { defaultCountry: country as CountryCode, extract: false });
  if (!found?.isValid() || found.ext !== undefined) return undefined;
  return { e164: found.number, country: found.country };
}

/** All numbers in a text, E.164, whatever stands beside them; an extension is left off. */
export function numbersInText(written: string, country: string): readonly string[] {
  const text = written.replaceAll(/\p{Cf}/gu, '');
  const found = findPhoneNumbersInText(text, { defaultCountry: country as CountryCode });
  return found.map(({ number }) => number.number);
}
