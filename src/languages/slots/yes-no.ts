import type { Heard } from './heard.ts';
import { phraseAt } from './heard.ts';
import type { SlotReading } from './slot.ts';

/** Polite forms and doubled words included; yes and no in one breath is neither. */
export function readYesNo({ words, table, spoken }: Heard): SlotReading {
  if (WHOLE_YES.has(words.join(' '))) return { value: 'yes', spokenBack: spoken.yes, isCertain: true };
  const said = new Set<'yes' | 'no'>();
  let strays = 0;
  let openedWith: 'yes' | 'no' | undefined;
  for (let at = 0; at < words.length;) {
    const yes = phraseAt(words, at, table.yes);
    const no = phraseAt(words, at, table.no);
    const found = yes === 0 && no === 0 ? undefined : yes >= no ? 'yes' : 'no';
    if (found) {
      said.add(found);
      if (at === 0) openedWith = found;
    } else if (!table.fillers.has(words[at] ?? '')) strays++;
    at += Math.max(yes, no, 1);
  }
  // "No, that is right", "yes, no, I do not know": whoever says both has not decided, unless it is "no, thanks, fine".
  if (said.size === 0) return { unclear: 'none' };
  if (said.size === 2 && !isSoft(words, table.yes, openedWith)) return { unclear: 'several' };
  const value = said.size === 2 ? 'no' : said.has('yes') ? 'yes' : 'no';
  return { value, spokenBack: spoken[value], isCertain: strays === 0 };
}

/** "Нет, спасибо, хорошо": a no that is only followed by what also thanks or closes. */
function isSoft(
  words: readonly string[],
  yes: ReadonlySet<string>,
  openedWith: 'yes' | 'no' | undefined,
): boolean {
  return openedWith === 'no' && words.filter((word) => yes.has(word)).every((word) => SOFT.has(word));
}

const SOFT = new Set(['пожалуйста', 'хорошо', 'давайте', 'please', 'fine', 'ok', 'okay', 'בסדר']);

/** Yes, if it is all that was said: "I am". In a sentence they mean nothing of the kind. */
const WHOLE_YES = new Set([
  ...['это я', 'я', 'я самый', 'слушаю', 'могу', 'смогу', 'был', 'была', 'есть', 'приду'],
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
