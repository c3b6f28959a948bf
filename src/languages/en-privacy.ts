/** How private things are said in English. */
import type { PrivacyTable } from './language.ts';
import { wordSet } from './word-tables.ts';

const NUMBER = [
  'zero|nought|nil|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve',
  'first|second|third|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf)th',
  '(?:thir|four|fif|six|seven|eigh|nine)teen(?:th)?',
  '(?:twen|thir|for|four|fif|six|seven|eigh|nine)t(?:y|ies|ieth)',
  '(?:hundred|thousand|million)(?:s|th)?|double|triple',
].join('|');

const NAMES = String.raw`([\p{L}'’]+(?:[\s-]+[\p{L}'’]+){0,2})`;

export const englishPrivacy: PrivacyTable = {
  number: new RegExp(`^(?:${NUMBER})$`, 'u'),
  numberLinks: wordSet('and oh o dash slash plus point then um uh'),
  noNumbers: wordSet('', ['one second', 'the first one', 'first one', 'second one', 'one third']),
  introductions: [
    new RegExp(
      String.raw`(?:my name is|my name's|name is|name's|surname is|surname|called|speaking with|this is mr|this is mrs|this is ms|under the name of|under the name)\.?\s+(?=${NAMES})`,
      'giu',
    ),
    /(?<!\p{L})(?:[Ii]'m|[Ii] am|[Tt]his is|[Ii]t's|[Mm]r\.?|[Mm]rs\.?|[Mm]s\.?)\s+(\p{Lu}\p{Ll}+(?:[\s-]\p{Lu}\p{Ll}+){0,2})/gu,
    /(\p{Lu}\p{Ll}+(?:[\s-]\p{Lu}\p{Ll}+){0,2})\s+(?:speaking|here)(?!\p{L})/gu,
  ],
  at: wordSet('at'),
  dot: wordSet('dot point'),
  streets: wordSet('street road avenue lane drive square boulevard st rd ave'),
  streetName: 'before',
  plain: wordSet(
    "and but i i'm we you he she it it's is am are was a an the this that my your his her our from to for at in on of with by or not no yes " +
      'please thanks thank hello hi would like want need calling speaking here live lives mail email e address write send me the can could name surname mr mrs ms',
  ),
};
