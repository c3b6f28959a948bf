/** What it means when the caller says something while it is the bot's turn. Pure. */
import { isBackchannel } from '../../languages/backchannel.ts';
import { isOwnEcho } from '../../languages/own-echo.ts';
import type { BotProfile } from '../../config/bot-profile.ts';

/** What the bot is saying, as far as it matters for judging the caller's words. */
export interface BotWords {
  /** The chunk that is being heard and the one before it. */
  readonly lately: string;
  /** The chunk that is being heard, or was heard last. */
  readonly last: string;
}

export type Interjection =
  /** The caller has something to say. */
  | 'words'
  /** "Go on": nobody stops for that. */
  | 'backchannel'
  /** The bot's own voice, back over the caller's loudspeaker. */
  | 'ownEcho'
  /** Nothing was understood. */
  | 'nothing';

export function judgeInterjection(
  text: string,
  bot: BotWords,
  language: string,
  { ignoreBackchannels, ignoreOwnEcho }: BotProfile['bargeIn'],
): Interjection {
  if (!isUnderstood(text)) return 'nothing';
  if (ignoreOwnEcho && isOwnEcho(text, bot.lately, language)) return 'ownEcho';
  // After a question "yes" is the answer to it.
  if (ignoreBackchannels && isBackchannel(text, language) && !isQuestion(bot.last)) return 'backchannel';
  return 'words';
}

/** Recognizers write noise as nothing, or as a remark in brackets. */
export function isUnderstood(text: string): boolean {
  // Twice: a remark may hold another one.
  return /[\p{L}\p{N}]/u.test(text.replace(REMARK, '').replace(REMARK, ''));
}

/** Without a bracket in it: a text of nothing but "(" would else be read to its end from each of them. */
const REMARK = /\([^()]*\)|\[[^[\]]*\]/gu;

function isQuestion(text: string): boolean {
  return /[?？][»”"')\]]*\s*$/u.test(text);
}
