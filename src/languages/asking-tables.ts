/** By which words of a question it is told what kind of answer it wants. Each is looked for in words apart by single spaces, with one before and behind. */
import type { KnownLanguage } from './registry.ts';

export interface AskingTable {
  readonly open: RegExp;
  readonly time: RegExp;
  readonly date: RegExp;
  readonly name: RegExp;
  readonly number: RegExp;
  /** Stands between what is to be chosen from. */
  readonly or: RegExp;
  /** Asks for one thing, in forms that the language's `questionWords` do not have. */
  readonly thing: RegExp;
}

export const ASKING_TABLES: Readonly<Record<KnownLanguage, AskingTable>> = {
  ru: {
    open: / (?:чем (?:я )?(?:могу|можем)|чем помочь|что (?:вас |вам )?(?:случилось|произошло|интересует|беспокоит)|(?:рас|под)?скажите (?:подробнее|пожалуйста подробнее)|расскажите|опишите|слушаю вас|вопрос|проблема|почему|зачем|что (?:нибудь|то) еще|как это (?:было|случилось)) /u,
    time: / (?:во сколько|в котором часу|который час|(?:какое|удобное) время|к какому часу|в какое время|на какое время|до скольки|со скольки) /u,
    date: / (?:(?:какой|какую|какое|какого|какому|каким) (?:день|дня|дню|дату|дата|число|числа)|когда|в какие дни) /u,
    name: / (?:зовут|ваше имя|ваша фамилия|ваши имя|фамилию|имя|к вам обращаться|вас называть|представьтесь|кто говорит) /u,
    number: / (?:на |за )?(?:сколько|скольких|какое количество) /u,
    or: / (?:или|либо) /u,
    thing:
      / (?:как(?:ой|ая|ое|ие|ую|ого|ому|им|их|ом)|котор(?:ый|ая|ое|ую|ого)|чем|чей|кому|кого|насколько) /u,
  },
  en: {
    open: / (?:help(?: you)?|what(?:'s| is| has)? (?:happened|wrong|the (?:matter|problem|issue)|going on)|(?:tell|describe)(?: me| us)?(?: more)?|question|problem|why|anything else|something else|what else|explain|calling about) /u,
    time: / (?:what time|which time|what hour|when exactly) /u,
    date: / (?:(?:what|which) (?:day|days|date)|when) /u,
    name: / (?:your (?:full |first |last )?name|who(?:'s| is| am i)? (?:calling|speaking)|(?:call|address) you|the name) /u,
    number: / (?:how (?:many|much|old|long)) /u,
    or: / or /u,
    thing: / (?:what's|where's|who's|which) /u,
  },
  he: {
    open: / (?:(?:אפשר |אוכל |נוכל )?לעזור|מה קרה|מה הבעיה|מה השאלה|שאלה|בעיה|ספר(?:י|ו)? לי|תספר(?:י|ו)?|תאר(?:י|ו)?|עוד משהו|משהו נוסף|משהו אחר|למה|במה) /u,
    time: / (?:באיזו שעה|באיזה שעה|לאיזו שעה|מה השעה|איזו שעה) /u,
    date: / (?:(?:ל|ב|מ)?איזה (?:יום|תאריך|ימים)|מתי) /u,
    name: / (?:קוראים|השם|שמך|שם (?:מלא|פרטי|משפחה)|מי (?:מדבר|מדברת)) /u,
    number: / (?:ל|ב)?כמה /u,
    or: / או /u,
    thing: / (?:[לבמש]?איז(?:ה|ו)|[לבמ]מה|מאיפה|לאן|את מי) /u,
  },
};
