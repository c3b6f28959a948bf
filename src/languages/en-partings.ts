/** English words of parting. */
import type { PartingTable } from './language.ts';
import { wordSet } from './word-tables.ts';

const GOOD = ['good', 'nice', 'great', 'lovely', 'wonderful', 'pleasant', 'fantastic', 'beautiful'];
const TIMES = [
  'day',
  'one',
  'evening',
  'night',
  'afternoon',
  'weekend',
  'week',
  'time',
  'trip',
  'rest of your day',
];
const WHEN = [
  'later',
  'soon',
  'tomorrow',
  'then',
  'next time',
  'around',
  'next week',
  'tonight',
  'there',
  'on monday',
  'on tuesday',
];
const WHEN_TOO = ['on wednesday', 'on thursday', 'on friday', 'on saturday', 'on sunday'];

export const englishPartings: PartingTable = {
  farewells: wordSet('bye goodbye goodnight byebye farewell ciao cheerio ttyl', [
    ...[
      'good bye',
      'bye bye',
      'bye now',
      'bye for now',
      'goodbye for now',
      'good night',
      'take care',
      'take care of yourself',
    ],
    ...['see you', 'see ya', 'talk later', 'catch you later', 'all the best', 'until next time', 'have fun'],
    ...[...WHEN, ...WHEN_TOO].flatMap((when) => [`see you ${when}`, `see ya ${when}`]),
    ...['later', 'soon', 'tomorrow', 'then'].flatMap((when) => [
      ...[`talk to you ${when}`, `speak to you ${when}`, `talk ${when}`, `speak ${when}`],
    ]),
    ...TIMES.flatMap((time) =>
      GOOD.flatMap((good) => [`have a ${good} ${time}`, `enjoy your ${time}`, `${good} day`]),
    ),
    ...TIMES.flatMap((time) =>
      ['very good', 'really good', 'very nice'].map((good) => `have a ${good} ${time}`),
    ),
  ]),
  lastFarewells: new Set(),
  untils: new Set(),
  thanks: wordSet('thanks cheers', [
    ...[
      'thank you',
      'thank you very much',
      'thank you so much',
      'thanks a lot',
      'thanks so much',
      'thanks very much',
      'many thanks',
    ],
    ...[
      'thanks again',
      'thank you again',
      'thanks a million',
      'thank you for calling',
      'thanks for calling',
      'much appreciated',
    ],
    ...[
      'for your help',
      'for the help',
      'for your time',
      'for the information',
      'for all your help',
      'for the info',
      'for your call',
    ],
    ...[
      'for your patience',
      'for your order',
      'for helping',
      'for helping me',
      'i appreciate it',
      'appreciate it',
      'for everything',
    ],
    ...[
      'i appreciate that',
      'i appreciate your help',
      'thank you for calling us',
      'for choosing us',
      'for contacting us',
    ],
  ]),
  companions: wordSet(
    'ok okay alright right great perfect good fine cool lovely awesome excellent wonderful super nice yes yeah yep no nope well so then and oh just you ' +
      "sir ma'am madam mate everyone guys folks dear sorry now understood cheers welcome",
    [
      ...[
        "that's all",
        'that is all',
        "that's it",
        "that's everything",
        "that'll be all",
        'that will be all',
        'all right',
        'all good',
      ],
      ...[
        "that's all i needed",
        'that is all i needed',
        "that's all i need",
        "that's fine",
        "that's great",
        "that's perfect",
      ],
      ...[
        'nothing else',
        'nothing more',
        "i'm done",
        "we're done",
        "i'm good",
        'you too',
        'same to you',
        'and you',
        'no thanks',
      ],
      ...[
        'no thank you',
        'got it',
        'i see',
        'will do',
        'i have to go',
        'i have to go now',
        'i need to go',
        'gotta go',
        "i've got to go",
      ],
      ...[
        "i'll call back",
        "i'll call back later",
        'i will call back later',
        "i'll call you back",
        "i'll think about it",
        'for now',
      ],
      ...[
        'nice talking to you',
        'good talking to you',
        'it was nice talking to you',
        'it was good talking to you',
      ],
      ...[
        "you've been very helpful",
        "you've been great",
        'you have been very helpful',
        "you're welcome",
        'you are welcome',
      ],
      ...[
        'my pleasure',
        'it was a pleasure',
        'glad to help',
        'glad i could help',
        'happy to help',
        'we look forward to seeing you',
      ],
    ],
  ),
  conditions: wordSet('if when unless'),
};
