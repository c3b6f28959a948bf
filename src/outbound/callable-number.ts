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
const EMERGENCY: readonly string[] = [
  '000',
  '01',
  '02',
  '03',
  '04',
  '100',
  '101',
  '102',
  '103',
  '104',
  '110',
].concat(['111', '112', '113', '115', '117', '118', '119', '911', '988', '999']);

/** What costs whoever calls more than a call. */
const COSTLY: readonly string[] = ['PREMIUM_RATE', 'SHARED_COST'];

/** `+79161234567`, or an extension as it is. Throws NUMBER_INVALID, in which the number does not stand. */
export function callableNumber(written: string): string {
  const text = written.trim();
  if (EMERGENCY.includes(text)) throw invalid('is an emergency number');
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
