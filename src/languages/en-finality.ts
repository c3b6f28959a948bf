import { NO_FORM, type FinalityTable } from './finality-table.ts';
import { wordSet } from './word-tables.ts';

const AUXILIARIES =
  'is are was were am do does did have has had can could would will should must may might be been being ' +
  "it's that's there's here's what's who's where's how's you're we're they're he's she's you've we've they've you'd they'd he'd she'd you'll we'll " +
  "they'll it'll don't doesn't didn't can't couldn't won't wouldn't isn't aren't wasn't weren't hasn't haven't hadn't shouldn't";
const ASKED_OF_YOU = [
  'are',
  'do',
  'can',
  'could',
  'would',
  'will',
  'have',
  'did',
  'if',
  'what',
  'when',
  'that',
];

const SUBJECTS = wordSet(
  "i we you he she it they that this there it's that's i'm we're sounds looks works not",
);

export const englishFinality: FinalityTable = {
  wholes: wordSet(
    'yes yeah yep no nope sure okay ok right correct exactly absolutely definitely thanks bye goodbye hello hi fine great perfect good nothing ' +
      'both either neither anytime whatever nevermind alright',
    [
      'thank you',
      'of course',
      'not really',
      'not yet',
      'no idea',
      'never mind',
      'all right',
      'not now',
      'not right now',
      'i see',
      'got it',
      ...[
        "that's all",
        "that's it",
        'that is all',
        'that is it',
        'go ahead',
        'no problem',
        "i don't know",
        'no worries',
      ],
    ],
  ),
  closing: wordSet(
    'please thanks bye today tomorrow tonight yesterday now pm am later soon again back right okay sure exactly correct morning afternoon evening ' +
      'night monday tuesday wednesday thursday friday saturday sunday week weeks month months year years days hours minutes minute dollars people ' +
      'yet anymore instead either better works possible help together else anything everything something nothing here that cost money not',
    [
      'thank you',
      'right now',
      'at all',
      'or not',
      'or so',
      'for me',
      'with you',
      'call you back',
      'to you',
      'still there',
      'it is',
      'they are',
      'i am',
      'we are',
      'in there',
      ...['think', 'guess', 'hope', 'suppose', 'believe', 'probably', 'maybe'].flatMap((word) => [
        `${word} so`,
        `${word} not`,
      ]),
      ...[
        'where are you',
        'who are you',
        'how are you',
        'where is it',
        'what is it',
        'who is it',
        'much is it',
      ],
    ],
  ),
  closingForms: NO_FORM,
  infinitives: NO_FORM,
  wanting: wordSet(
    `${AUXILIARIES} i we they he she really quite just only even also any some every each these those several new another such more most ` +
      'need want have get know tell told said say says think guess hope wonder wondering calling looking trying going supposed used make ' +
      'take give see find book until since during through over under than like as my your its whose first last next second so well maybe perhaps ' +
      'around about almost nearly between who ask',
    [
      ...ASKED_OF_YOU.map((word) => `${word} you`),
      'will it',
      'does it',
      'did it',
      'is it',
      'can it',
      'is there',
      'last name',
      'my name',
      'but it',
      'and it',
      'and they',
      'that it',
      ...['think', 'thought', 'know', 'said', 'say', 'hope', 'believe', 'heard', 'sure', 'so'].map(
        (word) => `${word} that`,
      ),
    ],
  ),
  wantingForms: NO_FORM,
  joints: wordSet('but and if because that when so since where who which until while although'),
  answers: wordSet('yes yeah yep no nope sure'),
  hedges: wordSet('probably maybe oh certainly'),
  subjects: SUBJECTS,
  negations: SUBJECTS,
  predicates: wordSet('fine good great perfect okay works done enough correct'),
  echoes: wordSet(
    "do does did don't doesn't didn't have has haven't hasn't am is isn't are aren't was wasn't were weren't can can't could couldn't will won't " +
      "would wouldn't should know maybe new",
  ),
  contrasts: /^(?:no|nope) .*(?<!n't)$|^(?:yes|yeah|yep|sure) .*n't$/u,
  asking: wordSet(''),
};
