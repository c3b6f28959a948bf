/** How private things are said in Hebrew. */
import type { PrivacyTable } from './language.ts';
import { wordSet } from './word-tables.ts';

const NUMBER = [
  'אפס|אחת|אחד|שתיים|שתים|שניים|שתי|שני|שלוש|שלושה|שלושת|ארבע|ארבעה|ארבעת|חמש|חמישה|חמשת|שש|שישה|ששת|שבע|שבעה|שבעת|שמונה|שמונת|תשע|תשעה',
  'עשר|עשרה|עשרת|עשרים|שלושים|ארבעים|חמישים|שישים|שבעים|שמונים|תשעים|מאה|מאתיים|מאות|אלף|אלפיים|אלפים|מיליון',
  'ראשון|שלישי|רביעי|חמישי|שישי|שביעי|שמיני|תשיעי|עשירי',
].join('|');

const NAMES = String.raw`([\p{L}'’]+(?:[\s-]+[\p{L}'’]+){0,2})`;

export const hebrewPrivacy: PrivacyTable = {
  // "And", "in", "to", "the", "from", "that", "as" are letters before a word.
  number: new RegExp(`^ו?[בלהמשכ]?(?:${NUMBER})$`, 'u'),
  numberLinks: wordSet('ו אה אמ מקף פלוס נקודה'),
  noNumbers: wordSet(''),
  introductions: [
    new RegExp(
      String.raw`(?:קוראים לי|קוראים לו|קוראים לה|שמי|השם שלי(?: הוא)?|השם הוא|שם המשפחה(?: שלי)?(?: הוא)?|על שם|מדבר|מדברת)\s+(?=${NAMES})`,
      'giu',
    ),
  ],
  at: wordSet('שטרודל כרוכית'),
  dot: wordSet('נקודה'),
  streets: wordSet('רחוב ברחוב שדרות בשדרות סמטת כיכר'),
  streetName: 'after',
  plain: wordSet(
    'אני את אתה הוא היא זה זאת של לי לך אל על עם מן כי לא כן רוצה צריך צריכה שלום תודה בבקשה המייל מייל שלי הדואר כתובת גר גרה בית דירה מספר שמי השם',
  ),
};
