/** How English callers answer. */
import { wordSet } from '../word-tables.ts';
import { numbersOf, tableOf } from './slot-words.ts';
import type { SlotWords } from './slot-words.ts';

const ORDINALS =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  );
const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const LETTERS =
  'a:a ay|b:b bee|c:c cee see|d:d dee|e:e|f:f ef|g:g gee|h:h aitch|i:i eye|j:j jay|k:k kay|l:l el|m:m em|n:n en|o:o oh|p:p pee|q:q cue|r:r ar are|s:s ess|t:t tee|u:u you|v:v vee|w:w|x:x ex|y:y why|z:z zee zed';

export const englishSlots: SlotWords = {
  yes: wordSet(
    "yes yeah yep yup sure ok okay right correct exactly certainly absolutely definitely indeed fine agreed please yea aye that's perfect",
    [
      ...['of course', 'that is right', "that's right", "that's correct", 'that is correct', 'go ahead'],
      ...[
        'i guess',
        'i suppose',
        'that would be great',
        'that would be nice',
        'go for it',
        'please do',
        'totally',
      ],
      ...['sounds good', 'yes please', 'all right', "i'd love to"],
      ...[
        'i guess so',
        'i think so',
        'i believe so',
        'i suppose so',
        'uh huh',
        'mm hmm',
        'mhm',
        'you bet',
        'by all means',
      ],
    ],
  ),
  no: wordSet('no nope nah wrong incorrect never not', [
    ...[
      'no thanks',
      'no thank you',
      "i don't",
      'i do not',
      "i don't think so",
      'not yet',
      'not really',
      "that's wrong",
      'not right',
      'not correct',
    ],
    ...['i guess not', 'i suppose not', 'i think not', 'not exactly', 'not necessarily', 'uh uh', 'nuh uh'],
    ...["please don't", 'please do not', "i can't", 'i cannot', "i won't", "that's not correct", 'not quite'],
    ...[
      "i'd rather not",
      'not at all',
      'of course not',
      'certainly not',
      "that's not right",
      'absolutely not',
      "don't",
    ],
  ]),
  agreed: wordSet('', [
    ...['why not', "i don't mind", 'no problem', 'no problem at all', 'not a problem', 'no worries'],
    ...['no objection', 'no objections', "i wouldn't mind", "wouldn't mind", 'i would not mind'],
  ]),
  undecided: wordSet('', [
    ...['not sure', "i'm not sure", 'i am not sure', "don't know", "i don't know", 'i do not know'],
    ...["don't understand", "i don't understand", "i don't remember", "i can't say", 'not certain'],
  ]),
  not: wordSet('not'),
  fillers: wordSet(
    "the a an is it it's that this my your i i'd i'm like want need take have will would be to for at on in of please thanks thank you one " +
      'ones um uh er so well just about around by after before single coming number phone telephone date time day size email mail address code digits then ' +
      "let's say if possible maybe perhaps probably go with choose me make option yes no ok okay sure right and by year years old people litres pieces o'clock am pm that's",
  ),
  nameLeads: [
    'my name is',
    "my name's",
    'this is',
    'name is',
    'call me',
    'speaking with',
    'i am',
    "i'm",
    "it's",
    'it is',
  ],
  noName: wordSet(
    'yes no not want would like need how what when where who why which do does can could have is are delivery price cost book order wait ' +
      'sorry thanks thank hello hi please repeat tell ok okay sure fine here calling looking question',
  ),
  prefixes: '',
  ordinal: (word) => {
    const at = ORDINALS.indexOf(word);
    return at >= 0 ? at + 1 : word === 'thirtieth' ? 30 : undefined;
  },
  ordinalMarks: wordSet('st nd rd th'),
  none: wordSet('none'),
  sets: numbersOf('12:dozen dozens'),
  wholes: wordSet(''),
  parts: numbersOf(''),
  last: wordSet('last'),
  minus: wordSet('minus negative'),
  plus: wordSet('plus'),
  amounts: numbersOf('2:couple pair|0.5:half'),
  andHalf: wordSet('', ['and a half']),
  days: numbersOf('0:today tonight|1:tomorrow|-1:yesterday'),
  dayPhrases: new Map([
    ['day after tomorrow', 2],
    ['day before yesterday', -2],
    ...['week today', 'a week today', 'a week from today'].map((phrase): [string, number] => [phrase, 7]),
    ...['tomorrow week', 'a week tomorrow', 'a week from tomorrow'].map((phrase): [string, number] => [
      phrase,
      8,
    ]),
  ]),
  weekdays: WEEKDAYS.map((name) => new RegExp(`^${name}s?$`)),
  dayMarks: wordSet(''),
  months: MONTHS.map((name) => new RegExp(`^(?:${name}|${name.slice(0, 3)}|${name.slice(0, 4)})$`)),
  weekStart: 1,
  nextWeek: wordSet('next', ['next week', 'next week on']),
  weekLater: wordSet('', ['week', 'a week from', 'a week on', 'week from', 'in a week']),
  within: wordSet('in'),
  after: wordSet('', ['from now', 'from today']),
  dayUnits: numbersOf('1:day days|7:week weeks|14:fortnight'),
  monthUnits: wordSet('month months'),
  years: wordSet(''),
  morning: wordSet('morning am'),
  afternoon: wordSet('afternoon evening pm tonight'),
  night: wordSet('night'),
  noon: wordSet('noon midday'),
  noonish: wordSet(''),
  midnight: wordSet('midnight'),
  hourLeads: wordSet('at'),
  hours: wordSet("o'clock hours hour"),
  minutes: wordSet('minutes minute'),
  at: wordSet('at'),
  dot: wordSet('dot point period'),
  dash: wordSet('dash hyphen minus'),
  underscore: wordSet('underscore'),
  addressLeads: wordSet(
    "my email e mail address is it it's it’s the so um uh well yes sure ok okay please write to that's all lowercase",
  ),
  latin: tableOf(`${LETTERS}|gmail:gmail|com:com`),
  transliterate: undefined,
  letters: tableOf(LETTERS),
  spoken: {
    yes: 'yes',
    no: 'no',
    at: 'at',
    dot: 'dot',
    date: (day, month, year) => {
      const name = MONTHS[month - 1] ?? '';
      return `${name.slice(0, 1).toUpperCase()}${name.slice(1)} ${day}${year === undefined ? '' : `, ${year}`}`;
    },
  },
};
