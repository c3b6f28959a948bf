/** How finished a short answer sounds to what the bot has just asked: "в субботу" is all of a day, "картой" all of a choice. Pure. */
import { askedKind, type AskedKind } from '../languages/asked-kind.ts';
import { answerState } from '../languages/slots/answer-state.ts';
import { wordsOf } from '../languages/words.ts';
import type { Finality } from './finality.ts';

/** More are no short answer: whoever says more may tell a story. */
const LONGEST_ANSWER_WORDS = 4;
/** Of what was neither a number nor a day so many are all, seldom more. */
const LONGEST_THING_WORDS = 3;

export interface ShortAnswer {
  readonly text: string;
  /** BCP-47, or `auto`. */
  readonly language: string;
  /** All that the bot said last. */
  readonly lastSaid: string;
  /** How the words sound by themselves. */
  readonly sounds: Finality;
  /** The last word wants another by what it is, and not by its form alone: "мне", not "большую". */
  readonly isHeld: boolean;
}

export function shortAnswer({ text, language, lastSaid, sounds, isHeld }: ShortAnswer): Finality {
  const kind = askedKind(lastSaid, language);
  const count = wordsOf(text).length;
  if (kind === undefined || kind === 'open' || sounds === 'finished' || count > LONGEST_ANSWER_WORDS)
    return sounds;
  if (answers(kind, text, language)) return 'finished';
  if (isHeld || count > LONGEST_THING_WORDS) return sounds;
  switch (kind) {
    case 'name':
      // A family name may follow.
      return count === 1 ? 'unknown' : 'possible';
    case 'choice':
    case 'thing':
      return 'possible';
    // Neither a day nor a number, and nothing that was asked: it only begins.
    default:
      return sounds;
  }
}

/** It can be read as what was asked. */
function answers(kind: AskedKind, text: string, language: string): boolean {
  switch (kind) {
    case 'date':
    case 'time':
      // "On Friday" answers a question for a time, and "at ten" one for a day.
      return (['date', 'time'] as const).some((type) => isRead(type, text, language));
    case 'number':
    case 'yesNo':
      return isRead(kind, text, language);
    default:
      return false;
  }
}

function isRead(type: 'date' | 'time' | 'number' | 'yesNo', text: string, language: string): boolean {
  const state = answerState({ type }, text, language);
  return state === 'whole' || state === 'enough';
}
