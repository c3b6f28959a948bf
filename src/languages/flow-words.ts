/** What a flow says of itself, besides what the profile has it ask. */
import { languageOf } from './language-of.ts';
import type { KnownLanguage } from './language-of.ts';
import type { UnclearReason } from './slots/slot.ts';

export interface FlowWords {
  /** Lead back to the open question. Statements: the question comes behind them. */
  readonly returnPhrases: readonly string[];
  readonly isItRight: (value: string) => string;
  /** The caller has said that it is not right. */
  readonly corrected: string;
  readonly unclear: Readonly<Record<UnclearReason, string>>;
}

const FLOW_WORDS: Readonly<Record<KnownLanguage, FlowWords>> = {
  ru: {
    returnPhrases: [
      'Вернёмся к нашему вопросу.',
      'Хорошо, продолжим.',
      'Давайте вернёмся к тому, на чём остановились.',
    ],
    isItRight: (value) => `Верно: ${value}?`,
    corrected: 'Хорошо, тогда ещё раз.',
    unclear: {
      none: 'Извините, ответ не получилось разобрать.',
      several: 'Извините, нужен один ответ.',
      incomplete: 'Извините, слышно не полностью.',
      outOfRange: 'Извините, так не получится.',
    },
  },
  en: {
    returnPhrases: [
      "Let's get back to where we were.",
      'All right, back to my question.',
      'Good, then we can go on.',
    ],
    isItRight: (value) => `Is that right: ${value}?`,
    corrected: 'All right, once more then.',
    unclear: {
      none: "Sorry, I didn't catch your answer.",
      several: 'Sorry, I need one answer.',
      incomplete: "Sorry, I didn't hear all of it.",
      outOfRange: "Sorry, that won't do.",
    },
  },
  he: {
    returnPhrases: ['נחזור למקום שבו עצרנו.', 'טוב, נמשיך.', 'בואו נחזור לשאלה שלנו.'],
    isItRight: (value) => `נכון: ${value}?`,
    corrected: 'בסדר, אז עוד פעם.',
    unclear: {
      none: 'סליחה, לא הצלחתי להבין את התשובה.',
      several: 'סליחה, צריך תשובה אחת.',
      incomplete: 'סליחה, לא שמעתי הכל.',
      outOfRange: 'סליחה, זה לא אפשרי.',
    },
  },
};

/** `language` is a BCP-47 tag; one without words of its own has English ones. */
export function flowWords(language: string): FlowWords {
  return FLOW_WORDS[languageOf(language, '')];
}
