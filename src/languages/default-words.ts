/**
 * What a bot says when its profile does not say it otherwise, by language. A language without words of its own speaks English.
 * They are the words of the recordings in sounds/, which stand in when no synthesizer answers.
 */
export interface DefaultWords {
  readonly voice: string;
  readonly greeting: string;
  /** While the answer is not there yet, by what the caller just said. */
  readonly fillers: {
    readonly question: readonly string[];
    readonly statement: readonly string[];
    readonly thanks: readonly string[];
    readonly hesitation: readonly string[];
  };
  /** When an answer takes longer than a filler covers. */
  readonly hold: readonly string[];
  /** When the caller spoke and nothing was understood. */
  readonly repeat: readonly string[];
  /** When the caller says nothing. */
  readonly silence: readonly string[];
  readonly goodbye: string;
  readonly apology: string;
  /** When the conversation goes on after Parley itself was gone. */
  readonly reconnected: string;
}

const russian: DefaultWords = {
  voice: 'alena',
  greeting: 'Здравствуйте! Чем могу помочь?',
  fillers: {
    question: ['Секунду.', 'Минутку.', 'Сейчас скажу.'],
    statement: ['Понятно.', 'Хорошо.', 'Да, конечно.'],
    thanks: ['Пожалуйста.', 'Не за что.', 'Рады помочь.'],
    hesitation: ['Да-да.', 'Слушаю вас.', 'Не торопитесь.'],
  },
  hold: ['Одну минуту, пожалуйста.', 'Ещё немного, я ищу ответ.', 'Оставайтесь, пожалуйста, на линии.'],
  repeat: [
    'Вас плохо слышно. Повторите, пожалуйста.',
    'Извините, не получилось разобрать. Ещё раз, пожалуйста.',
  ],
  silence: ['Вы меня слышите?', 'Алло, вы ещё на линии?'],
  goodbye: 'Спасибо за звонок. До свидания!',
  apology: 'Извините, у нас технические неполадки.',
  reconnected: 'Извините, связь прервалась. Продолжайте, пожалуйста.',
};

const english: DefaultWords = {
  voice: 'john',
  greeting: 'Hello! How can I help you?',
  fillers: {
    question: ['Let me see.', 'One moment.', 'Good question.'],
    statement: ['I see.', 'All right.', 'Understood.'],
    thanks: ["You're welcome.", 'My pleasure.', 'Not at all.'],
    hesitation: ['Mm-hm.', 'Go on.', 'Take your time.'],
  },
  hold: ['One moment, please.', 'Just a little longer, I am looking it up.', 'Please stay on the line.'],
  repeat: [
    "I can't hear you well. Could you repeat that, please?",
    "Sorry, I didn't catch that. Once more, please.",
  ],
  silence: ['Can you hear me?', 'Hello, are you still there?'],
  goodbye: 'Thank you for calling. Goodbye!',
  apology: 'Sorry, we are having technical difficulties.',
  reconnected: 'Sorry, we were cut off. Please go on.',
};

const hebrew: DefaultWords = {
  voice: 'naomi',
  greeting: 'שלום! איך אפשר לעזור?',
  fillers: {
    question: ['רק רגע.', 'אני בודקת.', 'שאלה טובה.'],
    statement: ['בסדר.', 'הבנתי.', 'כן, בטח.'],
    thanks: ['בבקשה.', 'אין בעד מה.', 'בשמחה.'],
    hesitation: ['אהה.', 'אני שומעת.', 'בלי לחץ.'],
  },
  hold: ['רק רגע, בבקשה.', 'עוד קצת, אני מחפשת תשובה.', 'נא להישאר על הקו.'],
  repeat: ['לא שומעים אתכם טוב. אפשר לחזור על זה?', 'סליחה, לא הבנתי. עוד פעם, בבקשה.'],
  silence: ['שומעים אותי?', 'הלו, אתם עדיין על הקו?'],
  goodbye: 'תודה שהתקשרתם. להתראות!',
  apology: 'סליחה, יש לנו תקלה טכנית.',
  reconnected: 'סליחה, השיחה נקטעה. אפשר להמשיך, בבקשה.',
};

/** By the language's first part: `ru-RU` → Russian. */
export function defaultWords(language: string): DefaultWords {
  const words = { ru: russian, en: english, he: hebrew };
  const [part = ''] = language.toLowerCase().split('-');
  return part in words ? words[part as keyof typeof words] : english;
}
