/**
 * By which words of a question it is told that something is going to be dictated, and of how many digits it is. Each is looked for in words
 * apart by single spaces, with one before and behind.
 */
import { NO_FORM } from './finality-table.ts';
import type { KnownLanguage } from './registry.ts';

export interface FewestAndMost {
  readonly min: number;
  readonly max: number;
}
type Lengths = readonly (readonly [RegExp, FewestAndMost])[];

export interface DictatedTable {
  readonly email: RegExp;
  readonly phone: RegExp;
  /** Numbers of a length that never differs. */
  readonly fixed: Lengths;
  /** Those of a length that most have. */
  readonly usual: Lengths;
  /** Any other number that is read out. */
  readonly digits: RegExp;
  /** Called a number as well, and said as one: of a house, of a table. */
  readonly amounts: RegExp;
  /** "Digits", by itself. */
  readonly digitWord: RegExp;
  /** One word with the number of digits in it, its first group. */
  readonly compound: RegExp;
  readonly compoundNumbers: ReadonlyMap<string, number>;
}

const exactly = (length: number): FewestAndMost => ({ min: length, max: length });
/** What is sent to a telephone to be read back. */
const SENT_CODE: FewestAndMost = { min: 4, max: 6 };
const CARD = exactly(16);

export const DICTATED_TABLES: Readonly<Record<KnownLanguage, DictatedTable>> = {
  ru: {
    email: / (?:(?:электронн\p{L}+ )?почт(?:а|у|ы|е|ой)|[еэ]мейл|[еэ] ?мэйл|имейл|e ?mail|email) /u,
    phone:
      / (?:номер\p{L}? (?:\p{L}+ )?телефон\p{L}?|телефонн\p{L}+ номер|(?:ваш|контактный|мобильный) телефон|телефон для связи|номер (?:для связи|мобильного)|мобильный номер|(?:на|по) как(?:ой|ому) номеру?|(?:назовите|продиктуйте|укажите|оставьте|скажите) (?:\p{L}+ )?телефон) /u,
    fixed: [
      [/ снилс\p{L}? /u, exactly(11)],
      [/ инн /u, { min: 10, max: 12 }],
      [/ серия и номер паспорта | серию и номер паспорта /u, exactly(10)],
      [/ индекс /u, exactly(6)],
      [/ номер (?:\p{L}+ )?карты /u, CARD],
    ],
    usual: [
      [/ код (?:\p{L}+ )?(?:из|подтверждени\p{L}|в|который) /u, SENT_CODE],
      [/ (?:номер|данные) (?:\p{L}+ )?паспорта /u, { min: 6, max: 10 }],
      [/ номер (?:\p{L}+ )?полиса /u, CARD],
    ],
    digits: / (?:номер|код|цифры|артикул|пин|трек) /u,
    amounts:
      / (?:дома|квартиры|комнаты|номера|места|столика|стола|кабинета|подъезда|корпуса|класса|вагона) /u,
    digitWord: /^цифр/u,
    compound: /^(\p{L}+?)(?:значн|циферн)/u,
    compoundNumbers: new Map(
      ['двух', 'трех', 'четырех', 'пяти', 'шести', 'семи', 'восьми', 'девяти', 'десяти'].map((word, at) => [
        word,
        at + 2,
      ]),
    ),
  },
  en: {
    email: / (?:e ?mail|email)(?: address)? /u,
    phone:
      / (?:(?:phone|telephone|mobile|cell|callback|contact|cellphone)(?: \p{L}+)? number|(?:your|a) (?:phone|mobile|cell)|number (?:can|should|do|could) (?:i|we|you)|number to (?:call|reach)|best number) /u,
    fixed: [
      [/ (?:social(?: security)?|ssn) /u, exactly(9)],
      [/ zip /u, exactly(5)],
      [/ sort code /u, exactly(6)],
      [
        / (?:credit |debit |bank )?card number | number (?:on|of) (?:your|the) (?:\p{L}+ )?card /u,
        { min: 15, max: 16 },
      ],
    ],
    usual: [
      [/ code (?:that )?(?:you|we|i|from|in|sent) | (?:verification|one time|sms|text) code /u, SENT_CODE],
      [/ pin /u, exactly(4)],
    ],
    digits: / (?:number|code|digits|id) /u,
    amounts:
      / (?:number of|(?:house|flat|apartment|room|table|seat|gate|platform|unit) number|dress code|area) /u,
    digitWord: /^digits?$/u,
    compound: NO_FORM,
    compoundNumbers: new Map(),
  },
  he: {
    email: / (?:ה?אי?מייל|ה?מייל|ה?דואר(?: ה?אלקטרוני)?|ה?אימייל) /u,
    phone: / (?:ה?(?:מספר|מס) (?:ה?(?:טלפון|נייד|סלולרי))|ה?טלפון(?: \p{L}+)?|ה?נייד|[לב]?איזה מספר) /u,
    fixed: [
      [/ (?:תעודת ה?זהות|ה?ת ז) /u, exactly(9)],
      [/ ה?מיקוד /u, exactly(7)],
      [/ מספר ה?כרטיס(?: ה?אשראי)? /u, CARD],
    ],
    usual: [[/ ה?קוד (?:ש\p{L}+|ה?אימות|ב\p{L}+|מה\p{L}+|חד) /u, SENT_CODE]],
    digits: / (?:ה?מספר|ה?קוד|ה?ספרות) /u,
    amounts: / (?:בית|ה?בית|ה?דירה|ה?חדר|ה?שולחן|ה?מושב|ה?קומה) /u,
    digitWord: /^ה?ספרות$/u,
    compound: NO_FORM,
    compoundNumbers: new Map(),
  },
};
