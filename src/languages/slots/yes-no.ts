import type { Heard } from './heard.ts';
import { phraseAt } from './heard.ts';
import type { SlotReading } from './slot.ts';

/** What an answer is made of; the first of those that are equally long counts. */
const PARTS = ['undecided', 'agreed', 'yes', 'no'] as const;

interface Part {
  readonly kind: (typeof PARTS)[number];
  readonly phrase: string;
}

/** Polite forms and doubled words included; yes and no in one breath is neither. */
export function readYesNo({ words, table, spoken }: Heard): SlotReading {
  if (WHOLE_YES.has(words.join(' '))) return { value: 'yes', spokenBack: spoken.yes, isCertain: true };
  const parts: Part[] = [];
  let strays = 0;
  for (let at = 0; at < words.length;) {
    const lengths = PARTS.map((kind) => phraseAt(words, at, table[kind]));
    const length = Math.max(...lengths);
    const kind = length > 0 ? PARTS[lengths.indexOf(length)] : undefined;
    if (kind) parts.push({ kind, phrase: words.slice(at, at + length).join(' ') });
    if (kind === 'undecided' || (kind === undefined && !table.fillers.has(words[at] ?? ''))) strays++;
    at += Math.max(length, 1);
  }
  const value = decided(parts);
  if (value === 'none' || value === 'several') return { unclear: value };
  return { value, spokenBack: spoken[value], isCertain: strays === 0 };
}

/** "No, that is right", "yes, no": whoever says both has not decided, unless it is "no, thanks, fine", or "no, I don't mind". */
function decided(parts: readonly Part[]): 'yes' | 'no' | 'none' | 'several' {
  const has = (kind: Part['kind']) => parts.some((part) => part.kind === kind);
  if (has('agreed')) return 'yes';
  if (!has('no')) return has('yes') ? 'yes' : 'none';
  if (!has('yes')) return 'no';
  const isSoft =
    parts[0]?.kind === 'no' && parts.every(({ kind, phrase }) => kind !== 'yes' || SOFT.has(phrase));
  return isSoft ? 'no' : 'several';
}

const SOFT = new Set(['пожалуйста', 'хорошо', 'давайте', 'please', 'fine', 'ok', 'okay', 'בסדר']);

/** Yes, if it is all that was said: "I am". In a sentence they mean nothing of the kind. */
const WHOLE_YES = new Set([
  ...['это я', 'я', 'я самый', 'слушаю', 'легко', 'могу', 'смогу', 'был', 'была', 'есть', 'приду'],
  ...[
    'i am',
    'it is',
    'i do',
    'i can',
    'i will',
    'i have',
    'we do',
    'speaking',
    "it's me",
    'this is he',
    'this is she',
  ],
  ...['זה אני', 'אני', 'יש', 'אוכל', 'מדבר', 'מדברת'],
]);
