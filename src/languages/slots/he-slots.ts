/** How Hebrew callers answer. */
import { wordSet } from '../word-tables.ts';
import { numbersOf, tableOf } from './slot-words.ts';
import type { SlotWords } from './slot-words.ts';

const ORDINALS = [
  'ראשון ראשונה',
  'שני שנייה שניה',
  'שלישי שלישית',
  'רביעי רביעית',
  'חמישי חמישית',
  'שישי שישית',
  'שביעי שביעית',
  'שמיני שמינית',
  'תשיעי תשיעית',
  'עשירי עשירית',
].map((forms) => wordSet(forms));
const MONTHS = 'ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר'.split(' ');
const WEEKDAYS = 'ראשון שני שלישי רביעי חמישי שישי שבת'.split(' ');

export const hebrewSlots: SlotWords = {
  yes: wordSet(
    'כן בטח בסדר נכון ודאי בוודאי מאה אוקיי אוקי סבבה מסכים מסכימה בהחלט מתאים אפשר ברור מאשר מאשרת רוצה',
    [
      ...[
        'בשמחה',
        'בכיף',
        'נראה לי שכן',
        'ברור שכן',
        'בטח שכן',
        'זה נכון',
        'הכל נכון',
        'כן בבקשה',
        'כן בטח',
        'אחלה',
        'אני חושב שכן',
        'אני חושבת שכן',
        'יאללה',
      ],
    ],
  ),
  no: wordSet('לא שלילי טעות', [
    ...[
      'לא תודה',
      'לא נכון',
      'לא רוצה',
      'לא צריך',
      'ממש לא',
      'לא מתאים',
      'בכלל לא',
      'לא לא',
      'לא מסכים',
      'לא מסכימה',
    ],
    ...['אני חושב שלא', 'אני חושבת שלא', 'נראה לי שלא', 'לא נראה לי', 'בטח שלא', 'ברור שלא', 'מה פתאום'],
  ]),
  agreed: wordSet('', [
    'אין בעיה',
    'אין לי בעיה',
    'למה לא',
    'לא אכפת לי',
    'לא לא אכפת לי',
    'אין התנגדות',
    'אין לי התנגדות',
  ]),
  undecided: wordSet('', [
    ...['לא יודע', 'לא יודעת', 'לא בטוח', 'לא בטוחה', 'לא הבנתי', 'לא זוכר', 'לא זוכרת', 'לא שמעתי'],
  ]),
  not: wordSet('לא'),
  fillers: wordSet(
    'אז אם אולי אה אמ אמם נו זה הוא היא אני את ב ל ה ו של שלי המספר מספר טלפון הטלפון שעה בשעה יום ביום תאריך מידה במידה בבקשה תודה כן לא רוצה צריך ' +
      'צריכה אפשר יהיה טוב בערך משהו האפשרות הזה הזאת כתובת המייל מייל אימייל קוד ספרות אקח לי נראה עדיף בסדר שנים בן בת לחודש',
  ),
  nameLeads: [
    'קוראים לי',
    'השם הוא',
    'השם שלי הוא',
    'השם שלי',
    'שמי',
    'מדבר',
    'מדברת',
    'שם המשפחה שלי',
    'אני',
  ],
  noName: wordSet(
    'כן לא רוצה אפשר כמה מתי איפה איך מה מי למה יש משלוח מחיר עולה רגע תודה שלום סליחה צריך צריכה שאלה לכם אתם',
  ),
  prefixes: 'ובלהמ',
  ordinal: (word) => {
    const plain = word.replace(/^[ובל]?ה(?=.{3})/, '');
    const at = ORDINALS.findIndex((forms) => forms.has(plain));
    return at >= 0 ? at + 1 : undefined;
  },
  ordinalMarks: wordSet(''),
  none: wordSet('', ['אף 1']),
  sets: numbersOf('12:תריסר'),
  wholes: wordSet(''),
  parts: numbersOf(''),
  last: wordSet('אחרון האחרון אחרונה האחרונה'),
  minus: wordSet('מינוס'),
  plus: wordSet('פלוס'),
  amounts: numbersOf('2:זוג שנינו|3:שלושתנו|4:ארבעתנו|0.5:חצי'),
  andHalf: wordSet('וחצי'),
  days: numbersOf('0:היום|1:מחר|2:מחרתיים|-1:אתמול'),
  dayPhrases: new Map(),
  weekdays: WEEKDAYS.map((name) => new RegExp(`^[בה]?${name}$`)),
  dayMarks: wordSet('יום ביום ליום מיום'),
  months: MONTHS.map((name) => new RegExp(`^${name}$`)),
  weekStart: 0,
  nextWeek: wordSet('הבא הבאה', ['בשבוע הבא', 'שבוע הבא', 'בשבוע הבא ביום', 'שבוע הבא ביום']),
  weekLater: wordSet('', ['בעוד שבוע', 'עוד שבוע']),
  within: wordSet('בעוד עוד'),
  after: wordSet(''),
  dayUnits: numbersOf('1:יום ימים|2:יומיים|7:שבוע שבועות|14:שבועיים'),
  monthUnits: wordSet('חודש חודשים'),
  years: wordSet(''),
  morning: wordSet('בבוקר בוקר'),
  afternoon: wordSet('בערב ערב בצהריים צהריים הצהריים אחהצ', ['אחר הצהריים']),
  night: wordSet('בלילה לילה'),
  noon: wordSet('', ['שתים עשרה בצהריים']),
  noonish: wordSet('בצהריים צהריים'),
  midnight: wordSet('חצות בחצות'),
  hourLeads: wordSet('ב בשעה'),
  hours: wordSet('שעה בשעה'),
  minutes: wordSet('דקות דקה'),
  at: wordSet('שטרודל כרוכית'),
  dot: wordSet('נקודה'),
  dash: wordSet('מקף'),
  underscore: wordSet('', ['קו תחתון']),
  addressLeads: wordSet('המייל מייל אימייל שלי הוא זה כתובת הכתובת אה אז כן'),
  latin: tableOf(
    'a:איי|b:בי|c:סי|d:די|e:אי|f:אף|g:ג׳י גי|h:אייץ|j:גיי|k:קיי|l:אל|m:אם|n:אן|o:או|p:פי|q:קיו|r:אר|s:אס|t:טי|u:יו|v:וי|x:אקס|y:וואי|z:זד|' +
      'gmail:גימייל ג׳ימייל גמייל|mail:מייל|yahoo:יאהו|hotmail:הוטמייל|walla:וואלה|outlook:אאוטלוק|com:קום|co:קו|il:איל|net:נט|org:אורג',
  ),
  // Written without vowels, a name has no one form in Latin letters.
  transliterate: undefined,
  letters: tableOf(
    'א:א אלף|ב:ב בית|ג:ג גימל|ד:ד דלת|ה:ה הא|ו:ו וו|ז:ז זין|ח:ח חית|ט:ט טית|י:י יוד|כ:כ כף|ל:ל למד|מ:מ מם|נ:נ נון|ס:ס סמך|ע:ע עין|פ:פ פא|צ:צ צדי|ק:ק קוף|ר:ר ריש|ש:ש שין|ת:ת תו',
  ),
  spoken: {
    yes: 'כן',
    no: 'לא',
    at: 'שטרודל',
    dot: 'נקודה',
    date: (day, month, year) => `${day} ב${MONTHS[month - 1] ?? ''}${year === undefined ? '' : ` ${year}`}`,
  },
};
