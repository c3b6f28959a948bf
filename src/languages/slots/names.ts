/** Names, spelled or whole, and free text. */
import type { Heard } from './heard.ts';
import type { SlotReading } from './slot.ts';
import { wordsOf } from '../words.ts';
import { lettersAtEnd, spelledWord } from './spelled.ts';

/** Nobody's name is longer, in words; what is longer is a sentence. */
const LONGEST_NAME = 4;
const NAME_WORD = /[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/gu;

/** In the letters in which it was said, each word with a capital. */
export function readName(heard: Heard): SlotReading {
  const { rest, isNamed } = named(heard);
  const spelled = spelledWord(rest, heard);
  if (spelled !== undefined) return reading([spelled], true);
  const corrected = saidAndSpelled(rest, heard);
  if (corrected !== undefined) return reading(corrected, true);
  const words = (rest.match(NAME_WORD) ?? []).filter(
    (word, at) => at > 0 || !OPENERS.has(word.toLowerCase()),
  );
  const polite = words.filter((word) => !POLITE.has(word.toLowerCase()));
  if (polite.length === 0) return { unclear: 'none' };
  if (polite.length > LONGEST_NAME || polite.some((word) => heard.table.noName.has(plain(word))))
    return { unclear: 'none' };
  if (/\d/.test(rest)) return { unclear: 'none' };
  return reading(polite, isNamed);
}

/** What is said besides "my name is", which may come behind the name; `isNamed`: it was said, and not only "it is". */
function named({ text, table }: Heard): { readonly rest: string; readonly isNamed: boolean } {
  const lead = leadIn(text, table.nameLeads);
  if (!lead) return { rest: text, isNamed: false };
  const isNamed = !WEAK_LEADS.has(lead.words);
  const behind = text.slice(lead.end);
  if (/\p{L}/u.test(behind)) return { rest: behind, isNamed };
  return { rest: text.slice(0, lead.start), isNamed };
}

/** `Smith, S-M-I-T-H`: letters are surer than what was heard of the name. */
function saidAndSpelled(text: string, heard: Heard): readonly string[] | undefined {
  const words = wordsOf(text);
  const letters = lettersAtEnd(words, heard);
  const spelled = spelledWord(words.slice(words.length - letters).join(' '), heard);
  const said = words.slice(0, words.length - letters);
  if (spelled === undefined || said.length === 0 || said.length >= LONGEST_NAME) return undefined;
  if (said.some((word) => heard.table.noName.has(word) || /\d/.test(word))) return undefined;
  const isSame = (said.at(-1) ?? '').startsWith(spelled.slice(0, 1));
  return isSame ? [...said.slice(0, -1), spelled] : [...said, spelled];
}

function reading(words: readonly string[], isCertain: boolean): SlotReading {
  const value = words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join(' ');
  return { value, spokenBack: value, isCertain };
}

const plain = (word: string) => word.toLowerCase().replaceAll('ё', 'е').replaceAll('’', "'");

/** Said before any answer. */
const OPENERS = new Set(['ну', 'да', 'э', 'эм', 'так', 'um', 'uh', 'well', 'so', 'yes', 'אז', 'אה', 'כן']);
const POLITE = new Set([
  'можно',
  'просто',
  'меня',
  'я',
  'speaking',
  'here',
  'just',
  'пожалуйста',
  'спасибо',
  'please',
  'thanks',
  'בבקשה',
  'תודה',
  'зовут',
  'записывайте',
  'запишите',
  'пишите',
]);
/** "I am", "it is": what follows may be anything. */
const WEAK_LEADS = new Set(['я', 'это', 'i am', "i'm", "it's", 'it is', 'אני', 'this is', 'имя', 'фамилия']);

/** Where "my name is" stands, if that was said. */
function leadIn(text: string, leads: readonly string[]) {
  const plainText = text.replaceAll('ё', 'е').replaceAll('’', "'");
  for (const lead of leads) {
    const pattern = new RegExp(
      `(?<![\\p{L}'])${lead.replaceAll(' ', '[\\s,]+')}(?![\\p{L}'])[\\s,:—-]*`,
      'iu',
    );
    const found = pattern.exec(plainText);
    const end = found ? found.index + found[0].length : 0;
    if (found && (found.index === 0 || lead.includes(' ')))
      return { start: found.index, end, words: found[0].trim().toLowerCase() };
  }
  return undefined;
}

/** Anything that was said; never certain: only the model can tell an answer from talk. */
export function readText({ text, words }: Heard): SlotReading {
  const value = text.trim().replaceAll(/\s+/g, ' ');
  if (words.length === 0) return { unclear: 'none' };
  return { value, spokenBack: value, isCertain: false };
}
