import { endingOf, type Ending } from './ending.ts';
import type { EndOfTurn, TurnSoFar } from './end-of-turn.ts';
import { finalityOf, wantsByWord, type Finality } from './finality.ts';
import { shortAnswer } from './short-answer.ts';
import { askedKind } from '../languages/asked-kind.ts';
import { answerState } from '../languages/slots/answer-state.ts';

export interface AdaptiveSettings {
  /**
   * Never less, in milliseconds. Default 250: stops and breaths inside a sentence last up to 200, and the text of the last word is
   * about as late as that.
   */
  readonly minMs: number;
  /** Never more, in milliseconds. Default 3000: after that a line seems dead, and it is better to have asked. */
  readonly maxMs: number;
  /** After a whole sentence, or when the recognizer believes that the speaker has finished: this share of the silence. Default 0.5. */
  readonly completeShare: number;
  /** After words without punctuation that sound finished. Default 0.5. */
  readonly finishedShare: number;
  /** After as many as a sentence has, of which the last wants no other. Default 0.6. */
  readonly likelyShare: number;
  /** After any sentence, where little of the language is known. Default 0.7. */
  readonly possibleShare: number;
  /** After a word or two, as people begin with. Default 1.2. */
  readonly begunShare: number;
  /** After a word that wants another. Default 1.7: 1000 ms cut half of what 600 do. */
  readonly wantingShare: number;
  /** After a comma. Default 1.5. */
  readonly commaShare: number;
  /** After a conjunction, a preposition or a hesitation. Default 2.5. */
  readonly openShare: number;
  /**
   * After a single digit, in milliseconds, whatever the silence. Default 1500: people dictate with pauses of a second; whoever only
   * answered "two" waits a second longer than for other answers.
   */
  readonly digitMs: number;
  /** In the middle of a number that is being dictated, in milliseconds. Default 2500: time to look at a paper. */
  readonly dictationMs: number;
}

/**
 * Whoever has paused until the wait has only so long to go seldom goes on, ms. 200: with 300 an answer is begun as often for a pause within
 * the turn as was saved, with 100 callers wait for it. See docs/decisions/early-answers.md.
 */
const LAST_OF_THE_WAIT_MS = 200;

export const ADAPTIVE_DEFAULTS: AdaptiveSettings = Object.freeze({
  minMs: 250,
  maxMs: 3000,
  completeShare: 0.5,
  finishedShare: 0.5,
  likelyShare: 0.6,
  possibleShare: 0.7,
  begunShare: 1.2,
  wantingShare: 1.7,
  commaShare: 1.5,
  openShare: 2.5,
  digitMs: 1500,
  dictationMs: 2500,
});

/**
 * Waits `silenceMs` after words that tell nothing, less after a complete sentence, more after one that cannot be over. While nothing
 * has been understood it is the same as a fixed silence. Where it is known what was asked, less after all of a number or a yes, more
 * while one is dictated or spelled.
 */
export function adaptive(silenceMs: number, settings: AdaptiveSettings = ADAPTIVE_DEFAULTS): EndOfTurn {
  const { minMs, maxMs } = settings;
  const newWaitMs: EndOfTurn['waitMs'] = (soFar) => {
    const { endOfUtterance, expecting } = soFar;
    const how = ending(soFar);
    const plainShare = how === 'plain' && !expecting ? shareOf(finality(soFar), settings) : 1;
    const afterMs = waitAfter(how, { endOfUtterance, silenceMs, plainShare }, settings);
    return Math.min(Math.max(afterMs, minMs), maxMs);
  };
  // The same is asked for the end of the turn and for the answer that may be begun before it.
  let last: { readonly soFar: TurnSoFar; readonly waitMs: number } | undefined;
  const waitMs: EndOfTurn['waitMs'] = (soFar) => {
    if (!last || !isSame(last.soFar, soFar)) last = { soFar, waitMs: newWaitMs(soFar) };
    return last.waitMs;
  };
  return { waitMs, likelyAllMs: (soFar) => Math.max(0, waitMs(soFar) - LAST_OF_THE_WAIT_MS) };
}

function isSame(one: TurnSoFar, other: TurnSoFar): boolean {
  return (
    one.text === other.text &&
    one.language === other.language &&
    one.endOfUtterance === other.endOfUtterance &&
    one.expecting === other.expecting &&
    one.lastSaid === other.lastSaid
  );
}

/** What was asked says more than how the words end: four digits of a code of four are all of it, three are not, point or no point. */
function ending({ text, language, expecting, lastSaid }: TurnSoFar): Ending {
  const words = endingOf(text, language);
  if (text.trim() === '') return words;
  if (!expecting) return words === 'digit' && isAmount(language, lastSaid) ? 'plain' : words;
  switch (answerState(expecting, text, language)) {
    case 'whole':
      return words === 'open' ? words : 'complete';
    case 'begun':
      return 'dictation';
    case 'enough':
      return words === 'digit' || words === 'dictation' ? 'plain' : words;
    case 'unknown':
      return words;
  }
}

/** One digit that answers "how many?" is no beginning of a telephone number. */
function isAmount(language: string, lastSaid: string | undefined): boolean {
  const kind = lastSaid === undefined ? undefined : askedKind(lastSaid, language);
  return kind === 'number' || kind === 'time' || kind === 'date';
}

function finality({ text, language, lastSaid }: TurnSoFar): Finality {
  const sounds = finalityOf(text, language);
  if (lastSaid === undefined) return sounds;
  return shortAnswer({
    text,
    language,
    lastSaid,
    sounds,
    isHeld: sounds === 'wanting' && wantsByWord(text, language),
  });
}

function shareOf(finality: Finality, settings: AdaptiveSettings): number {
  switch (finality) {
    case 'finished':
      return settings.finishedShare;
    case 'likely':
      return settings.likelyShare;
    case 'possible':
      return settings.possibleShare;
    case 'unknown':
      return 1;
    case 'begun':
      return settings.begunShare;
    case 'wanting':
      return settings.wantingShare;
  }
}

interface Pause {
  readonly endOfUtterance: boolean;
  readonly silenceMs: number;
  /** Of the silence, after words whose marks tell nothing. */
  readonly plainShare: number;
}

function waitAfter(
  ending: Ending,
  { endOfUtterance, silenceMs, plainShare }: Pause,
  { completeShare, commaShare, openShare, digitMs, dictationMs }: AdaptiveSettings,
): number {
  switch (ending) {
    case 'complete':
      return silenceMs * completeShare;
    case 'plain':
      return silenceMs * (endOfUtterance ? Math.min(completeShare, plainShare) : plainShare);
    case 'comma':
      return silenceMs * (endOfUtterance ? 1 : commaShare);
    // What the recognizer takes for an end is only a pause: the words say that it is not the end.
    case 'open':
      return silenceMs * openShare;
    case 'digit':
      return Math.max(digitMs, silenceMs);
    case 'dictation':
      return Math.max(dictationMs, silenceMs);
  }
}
