/** By which words of a question it is told what kind of answer it wants. Each is looked for in words apart by single spaces, with one before and behind. */
import type { KnownLanguage } from './registry.ts';

export interface AskingTable {
  readonly open: RegExp;
  /** Whether there is something besides. */
  readonly more: RegExp;
  readonly time: RegExp;
  /** For the year alone. */
  readonly year: RegExp;
  readonly birth: RegExp;
  readonly date: RegExp;
  /** For first and last name together, asked as one. */
  readonly fullName: RegExp;
  readonly surname: RegExp;
  readonly name: RegExp;
  /** What is counted: an amount, a mark out of five, a house or a floor by its number. */
  readonly number: RegExp;
  readonly address: RegExp;
  readonly place: RegExp;
  /** For more than one day: the first of them is half of the answer. */
  readonly days: RegExp;
  /** Joins two questions. */
  readonly and: RegExp;
  /** Stands between what is to be chosen from. */
  readonly or: RegExp;
  /** Asks for one thing, in forms that the language's `questionWords` do not have. */
  readonly thing: RegExp;
}

export const ASKING_TABLES: Readonly<Record<KnownLanguage, AskingTable>> = {
  ru: {
    open: / (?:чем (?:я )?(?:могу|можем)|чем помочь|что (?:(?:у |с )?вас |вам |с вами )?(?:случилось|произошло|интересует|беспокоит)|(?:рас|под)?скажите (?:подробнее|пожалуйста подробнее)|расскажите|опишите|слушаю вас|вопрос|проблема|почему|зачем|как это (?:было|случилось)) /u,
    more: / (?:что (?:нибудь|то) (?:еще|другое)|еще что (?:нибудь|то)|остал(?:ись|ся) (?:ли )?(?:у вас )?(?:еще )?вопрос(?:ы)?) /u,
    time: / (?:во сколько|в котором часу|который час|(?:какое|удобное) время|к какому часу|в какое время|на какое время|до скольки|со скольки) /u,
    year: / (?:год\p{L}? (?:(?:вашего|его|ее) )?рождения|(?:в |с )?как(?:ом|ой|ого) год\p{L}?) /u,
    birth: / (?:дат\p{L} (?:(?:вашего|его|ее) )?рождения|родил(?:ись|ся|ась)) /u,
    date: / (?:(?:какой|какую|какое|какого|какому|каким|какие) (?:день|дни|дня|дню|дату|дата|даты|число|числа)|когда|дат[ау]) /u,
    fullName:
      / (?:(?:фамили(?:я|ю|и) имя|имя фамили(?:я|ю))(?: и)?(?: отчество)?|(?:фамили(?:я|ю)|имя) и (?:имя|фамили(?:я|ю)|отчество)|полное имя|фио) /u,
    surname: / фамили(?:я|ю|и) /u,
    name: / (?:зовут|ваше имя|ваши имя|имя|к вам обращаться|вас называть|представьтесь|кто говорит) /u,
    number:
      / (?:(?:на |за )?(?:сколько|скольких|какое количество)|как(?:ую|ая) сумм[ау]|как(?:ой|ая|ую|ом) (?:у вас )?(?:номер )?(?:дома?|квартир[аыу]|этаж[еа]?|подъезда?|корпуса?)|номер (?:вашего |вашей )?(?:дома|квартиры|подъезда|корпуса)|оцените|оценк[ау]|от (?:одного|нуля|1|0) до) /u,
    address: / (?:адрес\p{L}*|как(?:ая|ую|ой) улиц[аеу]|где вы (?:живете|проживаете)) /u,
    place: / (?:откуда|куда|где) /u,
    days: / (?:даты|дни|числа|период|срок) /u,
    and: / (?:и|а также) /u,
    or: / (?:или|либо) /u,
    thing:
      / (?:как(?:ой|ая|ое|ие|ую|ого|ому|им|их|ом)|котор(?:ый|ая|ое|ую|ого)|чем|чей|кому|кого|насколько) /u,
  },
  en: {
    open: / (?:help(?: you)?|what(?:'s| is| has)? (?:happened|wrong|the (?:matter|problem|issue)|going on)|(?:tell|describe)(?: me| us)?(?: more)?|question|problem|why|explain|calling about) /u,
    more: / (?:anything|something|what) else /u,
    time: / (?:what time|which time|what hour|when exactly) /u,
    year: / (?:(?:what|which) year|year (?:of|were|was)(?: your)?) /u,
    birth: / (?:(?:date of |birth ?)(?:birth|date)|birthday|dob|born) /u,
    date: / (?:(?:what|which) (?:day|days|date|dates)|when) /u,
    fullName: / (?:full name|first and last name|name and surname) /u,
    surname: / (?:(?:last|maiden|family) name|surname) /u,
    name: / (?:(?:your|full|first|what|which) name|name on|who(?:'s| is| am i)? (?:calling|speaking)|(?:call|address) you|the name) /u,
    number:
      / (?:how (?:many|much|old|long)|(?:what|which) amount|(?:house|flat|apartment|building) number|(?:what|which) (?:floor|flat|apartment)|(?:would you|please) rate|on a scale|from (?:one|zero|1|0) to) /u,
    address:
      / (?:(?:(?:home|street|delivery|billing|the|your|what|which) )?address|(?:what|which) street|where do you live) /u,
    place: / (?:where|which (?:place|station|stop)) /u,
    days: / (?:dates|days|period|check in) /u,
    and: / and /u,
    or: / or /u,
    thing: / (?:what's|where's|who's|which) /u,
  },
  he: {
    open: / (?:(?:אפשר |אוכל |נוכל )?לעזור|מה קרה|מה הבעיה|מה השאלה|שאלה|בעיה|ספר(?:י|ו)? לי|תספר(?:י|ו)?|תאר(?:י|ו)?|למה|במה) /u,
    more: / (?:עוד (?:משהו|דבר)|משהו (?:נוסף|אחר|עוד)) /u,
    time: / ו?(?:באיזו שעה|באיזה שעה|לאיזו שעה|מה השעה|איזו שעה) /u,
    year: / ו?(?:[במל]?איזו שנה|שנת ה?לידה) /u,
    birth: / ו?(?:תאריך ה?לידה|נולד(?:ת|תם|ה)?) /u,
    date: / ו?(?:(?:ל|ב|מ)?(?:איזה|אילו) (?:יום|תאריך|תאריכים|ימים)|מתי) /u,
    fullName: / ו?(?:ה?שם ה?מלא|שם פרטי ו?שם משפחה|שם ו?שם משפחה) /u,
    surname: / ו?שם ה?משפחה(?: שלך)? /u,
    name: / ו?(?:קוראים|השם|שמך|שם (?:מלא|פרטי)|איזה שם|מי (?:מדבר|מדברת)) /u,
    number: / ו?(?:[לב]?כמה|מספר ה?(?:בית|דירה)|[לב]?איז(?:ו|ה) (?:דירה|קומה|בית)|ה?ציון|מ(?:אחת|אפס) עד) /u,
    address: / ו?(?:[לבמ]?ה?כתובת|[בל]?איזה רחוב|איפה (?:את|אתה|אתם) (?:גר|גרה|גרים)) /u,
    place: / ו?(?:מאיפה|לאן|איפה) /u,
    days: / (?:תאריכים|ימים|תקופה) /u,
    and: / (?:ו\p{L}+|וגם) /u,
    or: / או /u,
    thing: / ו?(?:[לבמש]?איז(?:ה|ו)|[לבמ]מה|מאיפה|לאן|את מי) /u,
  },
};
