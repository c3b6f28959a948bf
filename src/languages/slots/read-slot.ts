/** From what a caller said to a value that can be kept: the one door to the readers of slots. Pure. */
import { readDate } from './date.ts';
import { readEmail } from './email.ts';
import { heard } from './heard.ts';
import { readName, readText } from './names.ts';
import { readDigits, readNumber, readPhone } from './numbers.ts';
import { readOneOf } from './one-of.ts';
import type { SlotPlace, SlotReading, SlotSpec } from './slot.ts';
import { readTime } from './time.ts';
import { readYesNo } from './yes-no.ts';

export function readSlot(spec: SlotSpec, text: string, place: SlotPlace): SlotReading {
  const said = heard(text, place.language);
  switch (spec.type) {
    case 'text':
      return readText(said);
    case 'name':
      return readName(said);
    case 'yesNo':
      return readYesNo(said);
    case 'number':
      return readNumber(said, spec);
    case 'digits':
      return readDigits(said, spec);
    case 'date':
      return readDate(said, place);
    case 'time':
      return readTime(said);
    case 'phone':
      return readPhone(said, place);
    case 'email':
      return readEmail(said);
    case 'oneOf':
      return readOneOf(said, spec);
  }
}
