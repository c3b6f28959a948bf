/**
 * Numbers that somebody may have Parley call: those that are somebody's, and no door to elsewhere. Whoever can order calls could else have
 * expensive numbers called, or a dial string of his own.
 */
import parsePhoneNumber from 'libphonenumber-js/max';
import { ParleyError } from '../base/errors.ts';

/** Longer is no number however it is written. */
const MOST_CHARACTERS = 40;

/** Of one's own house. Nobody is called there for help: a bot must not ring the police. */
const EXTENSION = /^\d{2,6}$/;

/**
 * Where people call for help in some country: police, fire, ambulance, and lines for people who want to die. In which country a trunk ends
 * nobody knows here.
 */
const EMERGENCY: ReadonlySet<string> = new Set(
  [
    '000 01 02 03 04 14 15 16 17 18 19 061 062 080 085 088 091 092',
    '100 101 102 103 104 105 106 107 108 110 111 112 113 114 115 116 117 118 119 120 122 123 131 132 133 140 144 150 155 158',
    '190 191 192 193 194 195 197 198 199 911 988 991 993 994 995 996 997 998 999',
  ].flatMap((line) => line.split(' ')),
);

/** What costs whoever calls more than a call. */
const COSTLY: readonly string[] = ['PREMIUM_RATE', 'SHARED_COST'];

/**
 * `+79161234567`, or an extension as it is; `own`: short numbers of one's own house, whatever they are elsewhere. Throws NUMBER_INVALID, in
 * which the number does not stand.
 */
export function callableNumber(written: string, own: readonly string[] = []): string {
  const text = written.trim();
  if (EMERGENCY.has(text) && !own.includes(text)) throw invalid('is an emergency number');
  if (EXTENSION.test(text)) return text;
  if (text.length > MOST_CHARACTERS || !/^\+[\d\s().-]+$/.test(text))
    throw invalid('is no number with its country code');
  const found = parsePhoneNumber(text, { extract: false });
  if (!found?.isValid()) throw invalid('is no number that can exist');
  if (COSTLY.includes(found.getType() ?? '')) throw invalid('is a number that costs whoever calls it more');
  return found.number;
}

function invalid(why: string): ParleyError {
  return new ParleyError('NUMBER_INVALID', `What is to be called ${why}.`);
}
