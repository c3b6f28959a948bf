/** From what a caller said to a value that can be kept: the one door to the readers of slots. Pure. */
import { readDate } from './date.ts';
import { readEmail } from './email.ts';
import { heard } from './heard.ts';
import { readName, readText } from './names.ts';
import { digitsIn, readDigits, readNumber, readPhone } from './numbers.ts';
import { readOneOf } from './one-of.ts';
import { secondThoughts } from './second-thoughts.ts';
import type { SecondThought } from './second-thoughts.ts';
import type { SlotPlace, SlotReading, SlotSpec } from './slot.ts';
import { readTime } from './time.ts';
import { readYesNo } from './yes-no.ts';

/** What the caller says last of what they take back is what they mean: `две, нет, три` is three. */
export function readSlot(spec: SlotSpec, text: string, place: SlotPlace): SlotReading {
  const { language } = heard(text, place.language);
  for (const thought of secondThoughts(text, language, spec.type)) {
    const meant = corrected(spec, thought, place);
    if (meant) return meant;
  }
  return readWhole(spec, text, place);
}

/** Undefined where there was nothing to take back, or nothing in its place: then the words are what they are. */
function corrected(
  spec: SlotSpec,
  { before, after, instead }: SecondThought,
  place: SlotPlace,
): Extract<SlotReading, { readonly value: string }> | undefined {
  if (spec.type === 'text') return undefined;
  const isRow = spec.type === 'phone' || spec.type === 'digits';
  const replaced = isRow && instead ? groupReplaced(instead, after, place) : undefined;
  if (replaced !== undefined) return unsure(readWhole(spec, replaced, place));
  const then = readWhole(spec, after, place);
  if ('value' in then) {
    if (before === '') return then;
    const first = readSlot(spec, before, place);
    if ('value' in first) return { ...then, isCertain: then.isCertain && first.isCertain };
    if (first.unclear !== 'none') return { ...then, isCertain: false };
    // Half of an address is none yet.
    return spec.type === 'email' ? { ...then, isCertain: false } : undefined;
  }
  const whole = isRow ? lastGroupReplaced(before, after, place) : undefined;
  return whole === undefined ? undefined : unsure(readWhole(spec, whole, place));
}

function unsure(reading: SlotReading): Extract<SlotReading, { readonly value: string }> | undefined {
  return 'value' in reading ? { ...reading, isCertain: false } : undefined;
}

/** `… 45 67, not 67 but 68`: the last of what is not meant. */
function groupReplaced(
  instead: NonNullable<SecondThought['instead']>,
  after: string,
  { language }: SlotPlace,
): string | undefined {
  const [said, denied, meant] = [instead.in, instead.of, after].map(
    (part) => digitsIn(heard(part, language)).digits,
  );
  if (!said || !denied || !meant) return undefined;
  const at = said.lastIndexOf(denied);
  return at < 0 ? undefined : `${said.slice(0, at)}${meant}${said.slice(at + denied.length)}`;
}

/** Whoever says a long number takes back the last of it: `… 67 88, ой, 89`. */
function lastGroupReplaced(before: string, after: string, { language }: SlotPlace): string | undefined {
  const said = digitsIn(heard(before, language)).digits;
  const instead = digitsIn(heard(after, language)).digits;
  if (instead === '' || instead.length >= said.length) return undefined;
  return `${said.slice(0, -instead.length)}${instead}`;
}

function readWhole(spec: SlotSpec, text: string, place: SlotPlace): SlotReading {
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
