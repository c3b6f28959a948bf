/** What is said when a caller is handed over to a colleague, and how a colleague says whether to put the caller through. */
import { wordsOf } from './words.ts';
import type { HandoverWords } from './handover-table.ts';
import { machinePhraseIn } from './machine-words.ts';
import { knownLanguage, LANGUAGES } from './registry.ts';
import { readSlot } from './slots/read-slot.ts';

/** A language without words of its own speaks English. */
export function handoverWords(language: string): HandoverWords {
  return LANGUAGES[knownLanguage(language) ?? 'en'].handover;
}

export interface PutThrough {
  /** `machine`: nobody is there who could be put through. */
  readonly will: 'yes' | 'no' | 'machine';
  /** It says what is wanted, whenever it is said. A mere yes answers a question: without one it is how people pick up. */
  readonly isPlain: boolean;
}

/** Whether the colleague wants to be put through; undefined if that was not said, or both were. */
export function readPutThrough(text: string, language: string): PutThrough | undefined {
  if (machinePhraseIn(text) !== undefined) return { will: 'machine', isPlain: true };
  const words = wordsOf(text);
  const said = ` ${words.join(' ')} `;
  const { yes, no } = handoverWords(language);
  // A refusal may hold the very word of a consent: "do not connect".
  if (no.some((phrase) => said.includes(` ${phrase} `))) return { will: 'no', isPlain: true };
  const place = { language, today: '' };
  const reading = readSlot({ type: 'yesNo' }, text, place);
  if ('unclear' in reading && reading.unclear === 'several') return undefined;
  if ('value' in reading && reading.value === 'no') return { will: 'no', isPlain: false };
  if (yes.some((phrase) => said.includes(` ${phrase} `))) return { will: 'yes', isPlain: true };
  if (!('value' in reading)) return undefined;
  // Among other words it is a consent where it comes first: "right" and "please" stand in whatever machines say.
  const first = readSlot({ type: 'yesNo' }, words[0] ?? '', place);
  const isFirst = 'value' in first && first.value === 'yes' && words[0] !== 'please';
  return reading.isCertain || isFirst ? { will: 'yes', isPlain: false } : undefined;
}
