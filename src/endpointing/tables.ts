/** What the end of an unfinished sentence sounds like, language by language. Words as `wordsOf` gives them, held sounds shortened. */
import type { KnownLanguage } from '../languages/language-of.ts';
import { unstretched } from '../languages/words.ts';

export interface EndingTable {
  /** The speaker is looking for words, or asks for a moment. */
  readonly hesitations: ReadonlySet<string>;
  /** Nobody ends a sentence with these. */
  readonly links: ReadonlySet<string>;
  /** Nobody ends a sentence with these, but a question may: `where are you from`. */
  readonly prepositions: ReadonlySet<string>;
  readonly questionWords: ReadonlySet<string>;
  /** Something is going to be dictated. */
  readonly dictated: ReadonlySet<string>;
  /** Whether these digits are a whole telephone number of the country. */
  readonly isPhoneNumber: (digits: string) => boolean;
}

/** One word an entry, then entries of several words. */
function set(words: string, phrases: readonly string[] = []): ReadonlySet<string> {
  return new Set([...words.split(' '), ...phrases]);
}

function sounds(words: string, phrases: readonly string[]): ReadonlySet<string> {
  return new Set([...set(words, phrases)].map(unstretched));
}

const RUSSIAN: EndingTable = {
  hesitations: sounds(
    'э а эм м гм хм ну типа короче значит скажем сейчас секунду секундочку минуту минутку минуточку подождите погодите',
    ['как бы', 'это самое', 'как его', 'в общем', 'то есть', 'как сказать', 'дайте подумать'],
  ),
  links: set(
    'и а но или либо что чтобы если потому поскольку который которая которое которые которого которую хотя зато также например мой ' +
      'моя мое мои ваш ваша ваше самый самая плюс минус запятая точка целых не ни',
    [
      ...[
        'меня зовут',
        'мне нужно',
        'мне надо',
        'я хочу',
        'хотел бы',
        'хотела бы',
        'хотелось бы',
        'меня интересует',
      ],
      ...['и еще', 'а еще', 'так как', 'дело в том', 'по поводу'],
    ],
  ),
  prepositions: set(
    'в во на с со к ко о об от до для из за по у без при про через между под над перед около после вместо кроме насчет',
  ),
  questionWords: set(
    'кто что чего где куда откуда когда как какой какая какое какие сколько почему зачем чей',
  ),
  dictated: set('номер номера телефон телефона код карта карты счет счета инн снилс паспорт серия индекс'),
  isPhoneNumber: (digits) => /^(?:[78]\d{10}|[349]\d{9})$/.test(digits),
};

const ENGLISH: EndingTable = {
  hesitations: sounds('um uh er erm ah hm hmm mm well wait actually', [
    ...['you know', 'i mean', 'let me see', 'let me think', 'let me check', 'hold on', 'sort of', 'kind of'],
    ...['one second', 'one moment', 'just a second', 'just a moment', 'just a minute'],
  ]),
  links: set(
    'and or but because although though unless until while the a an my your our their i we they he she very than plus minus point dash ' +
      "double triple i'm i'd i'll we'd i've",
    [
      ...[
        'i need',
        'i want',
        'would like',
        "i'd like",
        'want to',
        'need to',
        'name is',
        'number is',
        'address is',
      ],
      ...['so that', 'and so', 'as well as'],
    ],
  ),
  prepositions: set(
    'to from for with about at in on of by into between without before after near if when which who',
  ),
  questionWords: set('what where who which whose whom how when why'),
  dictated: set('phone telephone number numbers code card account digits zip'),
  isPhoneNumber: (digits) => /^(?:[2-9]\d{9}|[01]\d{10})$/.test(digits),
};

const HEBREW: EndingTable = {
  hesitations: sounds('אה אהה אמ אממ אמם מממ הממ רגע שנייה שניה כאילו בעצם יעני', [
    'זאת אומרת',
    'איך אומרים',
  ]),
  links: set('ו או אבל כי אם כש בגלל למרות הכי לכן', [
    ...['אני רוצה', 'אני צריך', 'אני צריכה', 'הייתי רוצה', 'קוראים לי', 'השם שלי', 'המספר שלי', 'הטלפון שלי'],
  ]),
  prepositions: set('של את עם על אל בין בלי עד לפני אחרי ליד כדי'),
  questionWords: set('מי מה איפה לאן מתי איך למה כמה איזה איזו מאיפה'),
  dictated: set('מספר המספר טלפון הטלפון קוד הקוד כרטיס הכרטיס'),
  isPhoneNumber: (digits) => /^(?:0[57]\d{8}|0[23489]\d{7}|972\d{8,9})$/.test(digits),
};

export const ENDING_TABLES: Readonly<Record<KnownLanguage, EndingTable>> = {
  ru: RUSSIAN,
  en: ENGLISH,
  he: HEBREW,
};

/** The longest entry of the tables, in words. */
export const LONGEST_ENTRY_WORDS = 3;
