/** English: all that Parley knows of its words. */
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
import { englishFinality } from './en-finality.ts';
import { englishHandover } from './en-handover.ts';
import { englishPartings } from './en-partings.ts';
import { englishPrivacy } from './en-privacy.ts';
import { englishSearch } from './en-search.ts';
import { englishTelling } from './en-telling.ts';
import type { Language } from './language.ts';

export const english: Language = {
  tags: ['en'],
  script: undefined,
  words: {
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
    recorded: 'This call is being recorded.',
    mayRecord: 'May we record this call? Please say yes or no, or press one or two.',
  },
  backchannels: backchannels('yeah yea yep yup yes right sure fine alright', [
    'i see',
    'got it',
    'all right',
    'go on',
  ]),
  numbers: new Map([
    ...addends(
      UP_TO_19,
      (
        'zero|nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
        'eighteen nineteen'
      ).split(' '),
    ),
    ...addends(TENS, 'twenty thirty forty|fourty fifty sixty seventy eighty ninety'.split(' ')),
    ...multipliers(100, 'hundred hundreds'),
    ...multipliers(1000, 'thousand thousands'),
    ...multipliers(1_000_000, 'million millions'),
    ['double', { kind: 'repeat', times: 2 }],
    ['triple', { kind: 'repeat', times: 3 }],
    ['oh', { kind: 'oh' }],
    ['o', { kind: 'oh' }],
  ]),
  digitNouns: digitNouns(
    'zeros|zeroes|noughts ones twos threes fours fives sixes sevens eights nines'.split(' '),
  ),
  numberJoint: 'and',
  endings: {
    hesitations: soundSet('um uh er erm ah hm hmm mm', [
      ...['you know', 'i mean', 'let me see', 'let me think', 'let me check', 'sort of', 'kind of'],
    ]),
    moments: wordSet('well wait actually', [
      ...['hold on', 'one second', 'one moment', 'just a second', 'just a moment', 'just a minute'],
    ]),
    announcements: wordSet('', [
      ...['i need', 'i want', 'would like', "i'd like", 'want to', 'need to', 'name is', 'number is'],
      ...['address is'],
    ]),
    ellipses: wordSet('', [
      ...[
        'or without',
        'or after',
        'or before',
        'as before',
        'like before',
        'day before',
        'week before',
        'year before',
      ],
      ...[
        'come in',
        'log in',
        'sign in',
        'check in',
        'move in',
        'turn on',
        'calling from',
        'go on',
        'come by',
        'stop by',
      ],
    ]),
    links: wordSet(
      'and or but because although though unless until while the a an my your our their i we they he she very than plus minus point dash ' +
        "double triple i'm i'd i'll we'd i've",
      [...['so that', 'and so', 'as well as']],
    ),
    prepositions: wordSet(
      'to from for with about at in on of by into between without before after near if when which who',
    ),
    questionWords: wordSet('what where who which whose whom how when why'),
    dictated: wordSet('phone telephone number numbers code card account digits zip'),
    isPhoneNumber: (digits) => /^(?:[2-9]\d{9}|[01]\d{10})$/.test(digits),
  },
  finality: englishFinality,
  handover: englishHandover,
  partings: englishPartings,
  privacy: englishPrivacy,
  search: englishSearch,
  telling: englishTelling,
};
