import type { EndOfTurn, TurnSoFar } from './end-of-turn.ts';
import { soundOfWords, type SoundOfWords } from './sound-of-words.ts';

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
  /** After as many as a sentence has, of which the last wants no other, and after few that may answer what was asked. Default 0.6. */
  readonly likelyShare: number;
  /** After any sentence, where little of the language is known. Default 0.7. */
  readonly possibleShare: number;
  /** After a word or two, as people begin with. Default 1.5. */
  readonly begunShare: number;
  /** After a word that wants another. Default 2: 1200 ms cut a third of what 600 do. */
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
  /**
   * After as many digits as such a number mostly has, where nobody knows its length, in milliseconds. Default 1000: groups of one number are
   * seldom further apart, and whoever has read out all of theirs hears nothing meanwhile.
   */
  readonly numberMs: number;
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
  begunShare: 1.5,
  wantingShare: 2,
  commaShare: 1.5,
  openShare: 2.5,
  digitMs: 1500,
  dictationMs: 2500,
  numberMs: 1000,
});

/** What is waited after words that sound like this is a share of the silence. */
export const SHARED_SOUNDS = [
  'complete',
  'finished',
  'likely',
  'possible',
  'begun',
  'wanting',
  'comma',
  'open',
] as const satisfies readonly SoundOfWords[];
export type SharedSound = (typeof SHARED_SOUNDS)[number];
/** Of the silence, by what the words sound like; those that are not given are as for everybody. */
export type SilenceShares = Readonly<Partial<Record<SharedSound, number | undefined>>>;

/** With a bot's own shares. */
export function adaptiveSettings(shares: SilenceShares = {}): AdaptiveSettings {
  const own = SHARED_SOUNDS.flatMap((sound) => {
    const share = shares[sound];
    return share === undefined ? [] : [[`${sound}Share`, share] as const];
  });
  return { ...ADAPTIVE_DEFAULTS, ...Object.fromEntries(own) };
}

/**
 * Waits `silenceMs` after words that tell nothing, less after a complete sentence, more after one that cannot be over. While nothing
 * has been understood it is the same as a fixed silence. Where it is known what was asked, less after all of a number or a yes, more
 * while one is dictated or spelled.
 */
export function adaptive(silenceMs: number, settings: AdaptiveSettings = ADAPTIVE_DEFAULTS): EndOfTurn {
  const newWaitMs: EndOfTurn['waitMs'] = (soFar) =>
    silenceAfter({ sounds: soundOfWords(soFar), endOfUtterance: soFar.endOfUtterance }, silenceMs, settings);
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

export interface PausedWords {
  readonly sounds: SoundOfWords;
  /** The recognizer believes that the speaker has finished. */
  readonly endOfUtterance: boolean;
}

/** How long the silence after such words lasts before the turn is over, ms. */
export function silenceAfter(words: PausedWords, silenceMs: number, settings: AdaptiveSettings): number {
  return Math.min(Math.max(unboundedSilence(words, silenceMs, settings), settings.minMs), settings.maxMs);
}

function unboundedSilence(
  { sounds, endOfUtterance }: PausedWords,
  silenceMs: number,
  settings: AdaptiveSettings,
): number {
  const { completeShare, commaShare, openShare, wantingShare, digitMs, dictationMs, numberMs } = settings;
  switch (sounds) {
    case 'complete':
      return silenceMs * completeShare;
    case 'comma':
      return silenceMs * (endOfUtterance ? 1 : commaShare);
    // What the recognizer takes for an end is only a pause: the words say that it is not the end.
    case 'open':
      return silenceMs * openShare;
    case 'digit':
      return Math.max(digitMs, silenceMs);
    case 'dictation':
      return Math.max(dictationMs, silenceMs);
    case 'number':
      return Math.max(numberMs, silenceMs);
    // It knows the pause as well; but the last word is one that nobody ends with.
    case 'wanting':
      return silenceMs * (endOfUtterance ? 1 : wantingShare);
    default: {
      const share = sounds === 'unknown' ? 1 : settings[`${sounds}Share`];
      return silenceMs * (endOfUtterance ? Math.min(completeShare, share) : share);
    }
  }
}
