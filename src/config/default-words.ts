/**
 * What a bot says when its profile does not say it otherwise, by language. A language without words of its own speaks English.
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
}

const russian: DefaultWords = {
  voice: 'alena',
  greeting: 'Здравствуйте! Чем могу помочь?',
  fillers: {
    question: ['Сейчас посмотрю.', 'Хороший вопрос.', 'Секунду.'],
    statement: ['Поняла вас.', 'Так.', 'Хорошо.'],
    thanks: ['Пожалуйста.', 'Всегда рада помочь.'],
    hesitation: ['Угу.', 'Так, слушаю вас.'],
  },
  hold: ['Одну минуту, пожалуйста.', 'Ещё немного, я уточняю.'],
  repeat: ['Простите, я не расслышала. Повторите, пожалуйста.', 'Извините, плохо слышно. Скажите ещё раз.'],
  silence: ['Вы меня слышите?', 'Алло, вы ещё на линии?'],
  goodbye: 'Кажется, вас не слышно. Перезвоните нам, пожалуйста. До свидания!',
  apology: 'Простите, у меня что-то сломалось. Повторите, пожалуйста, чуть позже.',
};

const english: DefaultWords = {
  voice: 'john',
  greeting: 'Hello! How can I help you?',
  fillers: {
    question: ['Let me see.', 'Good question.', 'One second.'],
    statement: ['I see.', 'Right.', 'Okay.'],
    thanks: ["You're welcome.", 'My pleasure.'],
    hesitation: ['Mhm.', "Go on, I'm listening."],
  },
  hold: ['One moment, please.', "Just a little longer, I'm checking."],
  repeat: [
    "Sorry, I didn't catch that. Could you say it again?",
    "Sorry, I can't hear you well. Once more, please.",
  ],
  silence: ['Can you hear me?', 'Hello, are you still there?'],
  goodbye: "I can't hear you. Please call us again. Goodbye!",
  apology: "Sorry, something isn't working here. Please try again a little later.",
};

const hebrew: DefaultWords = {
  voice: 'naomi',
  greeting: 'שלום! איך אפשר לעזור?',
  fillers: {
    question: ['רגע, אני בודקת.', 'שאלה טובה.', 'שנייה.'],
    statement: ['הבנתי.', 'אוקיי.', 'בסדר.'],
    thanks: ['בבקשה.', 'בשמחה.'],
    hesitation: ['אהה.', 'כן, אני מקשיבה.'],
  },
  hold: ['רגע אחד, בבקשה.', 'עוד רגע, אני בודקת.'],
  repeat: ['סליחה, לא שמעתי. אפשר לחזור על זה?', 'סליחה, לא שומעים טוב. עוד פעם, בבקשה.'],
  silence: ['שומעים אותי?', 'הלו, אתם עדיין על הקו?'],
  goodbye: 'לא שומעים אתכם. אפשר להתקשר אלינו שוב. להתראות!',
  apology: 'סליחה, משהו אצלי לא עובד. אפשר לנסות שוב עוד מעט.',
};

/** By the language's first part: `ru-RU` → Russian. */
export function defaultWords(language: string): DefaultWords {
  const words = { ru: russian, en: english, he: hebrew };
  const [part = ''] = language.toLowerCase().split('-');
  return part in words ? words[part as keyof typeof words] : english;
}
