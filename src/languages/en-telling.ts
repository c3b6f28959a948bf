/** By what English is told from other languages, and how one is asked for in it. */
import type { TellingTable } from './language.ts';
import { wordSet } from './word-tables.ts';

export const englishTelling: TellingTable = {
  answerIn: 'The caller speaks English now. Answer in English only, whatever was spoken before.',
  sentenceWords: wordSet(
    "i i'm i'd i'll i've me my mine you your you're we we're our us he she they them his their it it's that's there's this that these those there " +
      "is isn't are aren't am was wasn't were be been do don't does doesn't did didn't can can't could couldn't will won't would should may might must have haven't has had " +
      "what what's when where where's who how how's how'd why which whose need want like know think see tell say said speak talk call calling called ask help give get got " +
      'take make find send buy pay order ordered book cancel change check deliver delivery price cost costs much many open close closed work working available possible ' +
      'tomorrow today yesterday now later soon again also but because if then so than not any some something anything nothing here just only really very more less ' +
      'understand repeat wait looking please number appointment question problem address time name again about let lets going come leave before after',
  ),
  weakWords: wordSet('a an the of and or to for in on at with from by'),
  asks: [
    ...[
      'can we',
      'can you',
      'can i',
      'could we',
      'could you',
      'could i',
      'may we',
      'may i',
      'do you',
      'do you guys',
      'would you',
      "let's",
      'lets',
      'let us',
    ],
    ...[
      'please',
      'i want to',
      "i'd like to",
      'i would like to',
      "i'd prefer to",
      'i would prefer to',
      "i'd rather",
      "i'd prefer",
      'i prefer',
      'switch',
      'change',
    ],
    ...[
      'is it possible to',
      'does anyone',
      'does anybody',
      'anyone who can',
      'is there anyone who',
      'is there someone who',
      'are you able to',
    ],
  ],
  between:
    'speak speaks talk continue switch change to in go on over us with me please a little any some it just answer reply can possibly maybe the my language here there you we also be able there',
  names: { ru: ['russian'], en: ['english'], he: ['hebrew'] },
  after:
    'please language with me instead here now then or at all not by any chance thanks thank you for me sir',
  not: ['not', "don't", 'how', 'why', 'never', "didn't", "doesn't"],
};
