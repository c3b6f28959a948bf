/**
 * What stands in a log for something private. Pure.
 */
import { CANARY_NUMBER } from './canary.ts';

/**
 * `+79161234512` → `+7 *** **12`, `1001` → `**01`: enough to find one's own call again. The canary is nobody, and stays as it is: whoever
 * looks at calls must know which are its own.
 */
export function maskNumber(number: string): string {
  if (number === CANARY_NUMBER) return number;
  const digits = number.replaceAll(/\D/g, '');
  if (digits === '') return number === '' ? '' : '***';
  const end = digits.length > 2 ? digits.slice(-2) : '';
  if (digits.length <= 6) return `**${end}`;
  const start = number.trimStart().startsWith('+') ? `+${digits.slice(0, 1)} ` : '';
  return `${start}*** **${end}`;
}

/** How much was said instead of what: `«12 words»`. */
export function maskText(text: string): string {
  const count = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  return `«${count} ${count === 1 ? 'word' : 'words'}»`;
}
