/** How questions, requests and goodbyes of a conversation's course begin, by language; all are phrases of `wordsOf`. */
import type { KnownLanguage } from './registry.ts';
import { wordSet } from './word-tables.ts';

export interface QuestionWords {
  /** Begin a question where a sentence, or what stands behind a conjunction, begins; besides the language's `questionWords`. */
  readonly openers: ReadonlySet<string>;
  /** Stand behind the first word of a question. */
  readonly particles: ReadonlySet<string>;
  /** Asked for with a question mark they are no question about anything: `a large one, is that fine?` */
  readonly tags: ReadonlySet<string>;
  /** Begin a question that may be the answer: `could I have a large one?` */
  readonly wishes: ReadonlySet<string>;
  /** A question may begin behind these. */
  readonly joints: ReadonlySet<string>;
  /** Ask for something without a question mark, wherever they stand. */
  readonly requests: ReadonlySet<string>;
  /** Say that something is settled, or that something else comes now. */
  readonly movingOn: ReadonlySet<string>;
}

const each = (phrases: string) => wordSet('', phrases.split('|'));

export const QUESTION_WORDS: Readonly<Record<KnownLanguage, QuestionWords>> = {
  ru: {
    openers: each(
      'у вас есть|есть у вас|есть ли|можно ли|можно узнать|можно спросить|можно вопрос|а можно|вы можете|можете|могу я|могу ли|а вы|вы не|расскажите|подскажите|' +
        'объясните|повторите|хочу спросить|хотел спросить|хотела спросить|хотел узнать|хотела узнать|вопрос|чем|кому|кого|каким|какого|каков|какую|сколько|насколько|' +
        'скажите|стоп|подождите|погодите|правда ли|разве|неужели|до скольки|во сколько|на сколько|с какого|в какое|до какого|по какому|за сколько|из чего|для чего|от чего|если я|если мы|если не|если у|если вдруг|если что',
    ),
    particles: wordSet('ли'),
    tags: each(
      'да|хорошо|ладно|можно|записали|записала|записал|понятно|слышно|ок|окей|верно|правильно|договорились|так|если можно|можно так',
    ),
    wishes: each(
      'можно|а можно|можно ли|а можно ли|нельзя ли|а нельзя ли|может|может быть|а может|а может быть|а если|а давайте|давайте',
    ),
    joints: wordSet('а и но ну вот только слушайте простите извините еще тогда так'),
    requests: each(
      'скажите|назовите|подскажите|уточните|продиктуйте|напомните|выберите|укажите|сообщите|ответьте|назовитесь|представьтесь|хотела узнать|хотел узнать|' +
        'хотелось бы узнать|нужно узнать|мне нужен ваш|мне нужно ваше|нужен ваш|нужно ваше|нужна ваша|можете назвать|могли бы вы|будьте добры назвать|повторите|' +
        'подтвердите|оцените|поставьте оценку|произнесите|опишите|расскажите|жду ваш|жду вашего|осталось узнать',
    ),
    movingOn: each(
      'перейдем|переходим|перейдемте|следующий вопрос|следующий шаг|идем дальше|пойдем дальше|двигаемся дальше|оформила|оформил|оформлен|оформлена|оформлено|записала вас|записал вас|' +
        'вы записаны|заказ принят|заявка принята|все готово|соединяю|перевожу вас|перевожу|до свидания|всего доброго|всего хорошего|мы закончили|на этом все|сделано|' +
        'заказ сделан|бронь сделана|забронировала|забронировал',
    ),
  },
  en: {
    openers: each(
      'do you|do i|do we|does it|does the|did you|can i|can you|can we|could you|could i|is it|is there|is that|is this|is the|are you|are there|are they|will you|will it|' +
        'will i|would you|would it|should i|should we|have you|has it|may i|what about|how about|tell me|question|i have a question|i wanted to ask|i want to ask|explain|repeat|' +
        "wait|hold on|what's|where's|who's|how's|when's|are the|does that|did i|must i|what if|if i|if we",
    ),
    particles: wordSet(''),
    tags: each(
      "right|ok|okay|alright|all right|got it|yes|yeah|correct|please|is that ok|is that okay|is that fine|is that right|if possible|if that's ok",
    ),
    wishes: each(
      'can i have|could i have|can i get|could i get|may i have|can i come|could i come|can we do|could we do|how about|what about|is it possible|' +
        'would it be possible|maybe|perhaps|can i take|could i take|can we say|shall we say',
    ),
    joints: wordSet('and but so or sorry well excuse also then by first'),
    requests: each(
      'please tell|tell me|give me|please give|please say|say your|please spell|spell your|please choose|choose a|please provide|provide your|please confirm|confirm your|specify|' +
        "let me know|i need your|i'll need your|i will need your|i'd like to know|may i have|could i have|can i have|share your|please repeat|please rate|name your|i just need your|pick a|read me|read out|spell",
    ),
    movingOn: each(
      "let's move on|moving on|let us move on|let's continue with|next question|next step|is booked|are booked|you're booked|i've booked|i booked|order is placed|order has been placed|" +
        "i've placed|i have placed|all done|we're done|we are done|that's everything|transferring|i'll transfer|connecting you|goodbye|good bye|have a nice day|bye|all set|is confirmed",
    ),
  },
  he: {
    openers: each(
      'יש לכם|יש לך|האם|אפשר לדעת|אפשר לשאול|אפשר שאלה|רציתי לשאול|אני רוצה לשאול|שאלה|תגידי|תגיד|תסבירי|תסביר|אתם|אתם פתוחים|עד מתי|ממתי|בכמה|רגע|תחזרי|תחזור|' +
        'האם יש|אפשר לקבל|כמה|מתי|איזה|איזו|באיזה|באיזו|לאן|מאיפה|למה|איך|איפה|מה|מי|אילו|ואם|אם אני|אם לא',
    ),
    particles: wordSet(''),
    tags: each('בסדר|טוב|כן|נכון|אוקיי|אפשר|אם אפשר|הבנת|רשמת|רשמתם'),
    wishes: each('אפשר|אפשר את|אולי|האם אפשר|מה עם|אפשר לקבל|אפשר לבוא'),
    joints: wordSet('ו אבל אז סליחה רק גם רגע'),
    requests: each(
      'תגיד|תגידי|תגידו|אמרו|תני לי|תן לי|תנו לי|מסרו|ציינו|בחרו|תבחרו|תבחרי|תבחר|נא לומר|נא למסור|נא לבחור|אנא|אני צריכה את|צריכה לדעת|צריך לדעת|הייתי רוצה לדעת|תאשרו|תאשר|תאשרי|תחזרו|תקריא|תקריאי|תקריאו|דרג|דרגי|דרגו',
    ),
    movingOn: each(
      'נעבור|עוברים|נמשיך הלאה|השאלה הבאה|השלב הבא|ההזמנה בוצעה|הוזמן|קבעתי|נקבע|נקבע לך תור|הכל מוכן|סיימנו|מעבירה אותך|מעביר אותך|להתראות|שלום ותודה|ההזמנה התקבלה',
    ),
  },
};
