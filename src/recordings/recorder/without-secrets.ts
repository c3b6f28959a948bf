/** What a recording may keep where something sensitive would stand in it. */
import type { JsonObject } from '../../base/json.ts';
import { readSlot } from '../../languages/slots/read-slot.ts';

const MASK = '•';

export const withoutSecrets = {
  /** As the history has it: nothing, if there is anything of them in it. */
  input(input: JsonObject, secrets: readonly string[]): JsonObject {
    return holdsAny(JSON.stringify(input), secrets) ? {} : input;
  },

  /** Nothing but marks in their place; all of it, where they stand in it otherwise written. */
  text(text: string, secrets: readonly string[]): string {
    const masked = secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
    return holdsAny(masked, secrets) ? MASK : masked;
  },

  /** What the caller says while it is asked for: as many zeros as it has digits, so that a replay takes it for an answer; else marks. */
  words(text: string, language: string): string {
    const reading = readSlot({ type: 'digits' }, text, { language, today: '' });
    if ('value' in reading) return '0'.repeat(reading.value.length);
    return text.replace(/\p{Nd}/gu, '0').replace(/[^\p{Nd}\s]/gu, MASK);
  },
};

/** Also with other marks between its digits. */
function holdsAny(text: string, secrets: readonly string[]): boolean {
  const digits = text.replaceAll(/(?<=\d)[\s()+.-]+(?=\d)/g, '');
  return secrets.some((secret) => {
    const plain = secret.replaceAll(/[\s()+.-]/g, '');
    return secret !== '' && (text.includes(secret) || (/^\d{3,}$/.test(plain) && digits.includes(plain)));
  });
}
