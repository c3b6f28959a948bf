/** Hebrew: all that Parley knows of its words. */
import {
  addends,
  backchannels,
  digitNouns,
  multipliers,
  soundSet,
  TENS,
  UP_TO_19,
  wordSet,
} from './word-tables.ts';
import { hebrewFinality } from './he-finality.ts';
import { hebrewHandover } from './he-handover.ts';
import { hebrewPartings } from './he-partings.ts';
import { hebrewPrivacy } from './he-privacy.ts';
import { hebrewSearch } from './he-search.ts';
import { hebrewTelling } from './he-telling.ts';
import type { Language } from './language.ts';

export const hebrew: Language = {
  tags: ['he', 'iw'],
  script: /\p{Script=Hebrew}/u,
  words: {
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
    recorded: 'השיחה הזאת מוקלטת.',
    mayRecord: 'האם אפשר להקליט את השיחה? אמרו כן או לא, או הקישו אחת או שתיים.',
  },
  backchannels: backchannels('כן אה אהה אהא אהם מממ הממ אוקיי אוקי בסדר נכון הבנתי ברור'),
  numbers: new Map([
    ...addends(
      UP_TO_19.slice(0, 10),
      'אפס אחת|אחד שתיים|שניים|שתי|שני|שתים שלוש|שלושה ארבע|ארבעה חמש|חמישה שש|שישה שבע|שבעה שמונה תשע|תשעה'.split(
        ' ',
      ),
    ),
    ...addends(TENS, 'עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים'.split(' ')),
    ...addends([100, 200, 2000], ['מאה', 'מאתיים', 'אלפיים']),
    ...addends(UP_TO_19.slice(3, 10), 'שלושת ארבעת חמשת ששת שבעת שמונת תשעת'.split(' ')),
    ['עשר', { kind: 'teen' }],
    ['עשרה', { kind: 'teen' }],
    ['מאות', { kind: 'multiplier', value: 100 }],
    ['אלף', { kind: 'multiplier', value: 1000 }],
    ['אלפים', { kind: 'multiplier', value: 1000 }],
    ...multipliers(1_000_000, 'מיליון מיליונים'),
    ['פעמיים', { kind: 'repeat', times: 2 }],
  ]),
  digitNouns: digitNouns(['אפסים']),
  /** "And" is part of its word. */
  numberPrefix: 'ו',
  endings: {
    hesitations: soundSet('אה אהה אמ אממ אמם מממ הממ כאילו יעני', ['זאת אומרת', 'איך אומרים']),
    moments: wordSet('רגע שנייה שניה בעצם', ['רק רגע', 'רק שנייה']),
    announcements: wordSet('', [
      ...['אני רוצה', 'אני צריך', 'אני צריכה', 'הייתי רוצה', 'קוראים לי', 'השם שלי', 'המספר שלי'],
      ...['הטלפון שלי'],
    ]),
    ellipses: wordSet('', ['או בלי', 'או אחרי', 'או לפני']),
    links: wordSet('ו או אבל כי אם כש בגלל למרות הכי לכן כאשר מאחר מכיוון כיוון משום אלא שאם'),
    prepositions: wordSet(
      'של את עם על אל בין בלי עד לפני אחרי ליד כדי מול סביב תחת מעל מתחת בתוך מתוך לתוך כלפי אודות באמצעות בעקבות לאורך במקום עבור מאז במשך תוך לפי',
    ),
    questionWords: wordSet('מי מה איפה לאן מתי איך למה כמה איזה איזו מאיפה'),
    dictated: wordSet('מספר המספר טלפון הטלפון קוד הקוד כרטיס הכרטיס'),
    isPhoneNumber: (digits) => /^(?:0[57]\d{8}|0[23489]\d{7}|972\d{8,9})$/.test(digits),
  },
  finality: hebrewFinality,
  handover: hebrewHandover,
  partings: hebrewPartings,
  privacy: hebrewPrivacy,
  search: hebrewSearch,
  telling: hebrewTelling,
};
