/** What is said when a caller is handed over to a colleague, and how a colleague says whether to put the caller through. */
import { wordsOf } from './words.ts';
import type { HandoverWords } from './handover-table.ts';
import { knownLanguage, LANGUAGES } from './registry.ts';
import { readSlot } from './slots/read-slot.ts';

/** A language without words of its own speaks English. */
export function handoverWords(language: string): HandoverWords {
  return LANGUAGES[knownLanguage(language) ?? 'en'].handover;
}

/** Whether the colleague wants to be put through; undefined if that was not said, or both were. */
export function readPutThrough(text: string, language: string): 'yes' | 'no' | undefined {
  const said = ` ${wordsOf(text).join(' ')} `;
  const { yes, no } = handoverWords(language);
  // A refusal may hold the very word of a consent: "do not connect".
  if (no.some((phrase) => said.includes(` ${phrase} `))) return 'no';
  const reading = readSlot({ type: 'yesNo' }, text, { language, today: '' });
  if ('value' in reading) return reading.value === 'yes' ? 'yes' : 'no';
  if (reading.unclear === 'several') return undefined;
  return yes.some((phrase) => said.includes(` ${phrase} `)) ? 'yes' : undefined;
}
