/** What the words of a turn that has paused sound like: by that alone it is decided how long is waited. Pure. */
import { askedKind } from '../languages/asked-kind.ts';
import { answerState } from '../languages/slots/answer-state.ts';
import { endingOf, type Ending } from './ending.ts';
import type { TurnSoFar } from './end-of-turn.ts';
import { finalityOf, wantsByWord, type Finality } from './finality.ts';
import { shortAnswer } from './short-answer.ts';

/** Names are stable: they stand in recorded calls. */
export const SOUNDS_OF_WORDS = [
  'complete',
  'finished',
  'likely',
  'possible',
  'unknown',
  'begun',
  'wanting',
  'comma',
  'open',
  'digit',
  'dictation',
] as const;
/** As an ending sounds by its marks or numbers; without those, how finished the words are. */
export type SoundOfWords = (typeof SOUNDS_OF_WORDS)[number];

/** What was asked says more than how the words end: four digits of a code of four are all of it, three are not, point or no point. */
export function soundOfWords(soFar: TurnSoFar): SoundOfWords {
  const how = ending(soFar);
  if (how !== 'plain') return how;
  return soFar.expecting ? 'unknown' : finality(soFar);
}

function ending({ text, language, expecting, lastSaid }: TurnSoFar): Ending {
  const words = endingOf(text, language);
  if (text.trim() === '') return words;
  if (!expecting) return words === 'digit' && isAmount(language, lastSaid) ? 'plain' : words;
  switch (answerState(expecting, text, language)) {
    case 'whole':
      return words === 'open' ? words : 'complete';
    case 'begun':
      return 'dictation';
    case 'enough':
      return words === 'digit' || words === 'dictation' ? 'plain' : words;
    case 'unknown':
      return words;
  }
}

/** One digit that answers "how many?" is no beginning of a telephone number. */
function isAmount(language: string, lastSaid: string | undefined): boolean {
  const kind = lastSaid === undefined ? undefined : askedKind(lastSaid, language);
  return kind === 'number' || kind === 'time' || kind === 'date';
}

function finality({ text, language, lastSaid }: TurnSoFar): Finality {
  const sounds = finalityOf(text, language);
  if (lastSaid === undefined) return sounds;
  return shortAnswer({
    text,
    language,
    lastSaid,
    sounds,
    isHeld: sounds === 'wanting' && wantsByWord(text, language),
  });
}
