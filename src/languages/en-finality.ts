import { NO_FORM, type FinalityTable } from './finality-table.ts';
import { phrases, wordSet } from './word-tables.ts';

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

/** With a pronoun behind them a sentence is over more often than not. */
const PREPOSITIONS = ['to', 'for', 'with', 'about', 'on', 'of', 'from', 'at', 'in', 'by', 'without'];

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
      ...phrases("that's all|that's it|that is all|that is it|go ahead|no problem|i don't know|no worries"),
      ...phrases('you too|same to you|all of it|everything|all of them|the whole thing'),
      ...phrases('just me|just one|just the one|please do|no need|no thanks|never|once|twice|barely'),
      ...phrases("a bit|a little|a little bit|a lot|sometimes|not sure|i'm not sure|up to you|whichever"),
      ...phrases(
        "it doesn't matter|doesn't matter|i don't mind|i don't care|no preference|any is fine|same here",
      ),
      ...phrases(
        "that's right|that's fine|that's everything|that'd be great|sounds good|we're good|i'm good",
      ),
      ...phrases("i'm fine|all good|loud and clear|no one|nobody|none|no more|nothing else|that works"),
    ],
  ),
  closing: wordSet(
    'please thanks bye today tomorrow tonight yesterday now pm am later soon again back right okay sure exactly correct morning afternoon evening ' +
      'night monday tuesday wednesday thursday friday saturday sunday week weeks month months year years days hours minutes minute dollars people ' +
      'sometime somewhere outside downstairs upstairs never always once twice home downtown nearby online alone myself yourself ago yet anymore instead either better works possible help together else anything everything something nothing here that cost money not',
    [
      'thank you',
      'right now',
      'at all',
      'or not',
      'or so',
      'for me',
      'with you',
      'call you back',
      ...phrases('if possible|when possible|you are calling|start over|last time'),
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
      ...PREPOSITIONS.flatMap((word) =>
        ['it', 'me', 'him', 'them', 'us', 'everyone', 'someone'].map((of) => `${word} ${of}`),
      ),
      ...phrases(
        'same as before|the same|same one|same address|same as always|as before|as usual|like before|the day before',
      ),
      ...['speaking to', 'talking to', 'speaking with'],
      ...phrases('where are you|who are you|how are you|where is it|what is it|who is it|much is it'),
    ],
  ),
  closingForms: NO_FORM,
  infinitives: NO_FORM,
  wanting: wordSet(
    `${AUXILIARIES} i we they he she really quite just only even also any some every each these those several new another such more most ` +
      'need want have get know tell told said say says think guess hope wonder wondering calling looking trying going supposed used make ' +
      'take give see find book until since during through over under than like as my your its whose first last next second so well maybe perhaps ' +
      'around about almost nearly between who ask extra only except including plus mr mrs ms mister miss except depends spelled called named keeps keep saw inside behind beside opposite across roughly approximately past hoping planning able unable gonna wanna gotta regarding concerning per via onto upon within throughout several certain towards along against',
    [
      ...[
        'do',
        'does',
        'did',
        'is',
        'are',
        'was',
        'were',
        'can',
        'could',
        'will',
        'would',
        'have',
        'has',
        'am',
      ].map((word) => `${word} not`),
      ...ASKED_OF_YOU.map((word) => `${word} you`),
      'will it',
      'does it',
      'did it',
      'is it',
      'can it',
      'is there',
      ...['tell', 'told', 'tells'].flatMap((word) =>
        ['me', 'him', 'her', 'us', 'them', 'you'].map((whom) => `${word} ${whom} that`),
      ),
      'last name',
      'my name',
      'just outside',
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
  predicateForms:
    /^ (?:(?:and|so|but) )?(?:how|what|where|when|who|why|which)(?: \p{L}+)* (?:is|are|was|were) (?:it|that|they|this|those|these)$/u,
  labels: wordSet('highway route interstate terminal flat apartment apt suite gate unit extension'),
  unlabelled: wordSet('the my a an this that our your their'),
  prefixes: '',
  greetings: wordSet('hi hello hey sorry um uh', [
    'yeah hi',
    'hi there',
    'good morning',
    'good afternoon',
    'good evening',
    'excuse me',
  ]),
  attentions: wordSet('hey sorry um uh me'),
  denying: wordSet("not no don't didn't haven't hasn't doesn't can't never without"),
  denials: /^(?!i |we |and |but |so )(?:[\p{L}']+ ){1,3}\p{L}+n't \p{L}{3,}$/u,
  clauseOpeners:
    /\p{L} (?:(?:and|but|so) (?:when|if|once|after|while|because)(?! (?:is|are|was|were|will|do|does|did|can|could|would|should) )(?: [\p{L}']+){1,5}|(?:but|so) [\p{L}']+|and please)$/u,
  beginnings:
    /^(?:and |so )?(?:(?:can|could|would|will) (?:you|i|we)|(?:please )?(?:tell|give|send|show|get|bring|put|add|make|read|find|check|book|order|change)(?: (?:me|us|it))?|may i|i'd like|i need|i want|let me|(?:is|are|was|were|do|does|did|will|would) (?:it|that|this|there|they|you|he|she))$/u,
  introductions:
    /^(?:(?:um|well|so|yeah|yes|sure) )?(?:it is|it's|this is|that's|that is|that would be|i'm|i am|the name is|name is|call me|it starts with|the number is)$/u,
  courtesies: wordSet('please'),
  affirmations: wordSet('yes yeah yep sure ok okay right alright well yup'),
  askingBack: wordSet('is are do does did can could will would has have was were may should'),
  sentenceWords: 5,
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
  ranges: { from: /^ (?:from|between|starting) /u, until: / (?:to|till|until|through|and|on) /u },
};
