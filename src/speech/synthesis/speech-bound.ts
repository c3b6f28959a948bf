/** How much speech a text can be, so that no provider's answer is believed beyond it. */
import { msToBytes } from '../../audio/pcm.ts';
import type { AnswerBound } from '../../base/read-within.ts';
import type { SpeechRequest } from './synthesizer.ts';

/** A minute for the longest text, 250 characters: the slowest voices read 10 characters a second, figures take up to 5 times as long. */
const MOST_MS_PER_CHARACTER = 200;
/** A few characters may be many words: "1 000 000 007". */
const MOST_MS_OF_ANY_TEXT = 10_000;
/** Providers send pieces of 40 ms and more; a network cuts them once or twice. */
const SHORTEST_PIECE_MS = 5;
/** What an answer may take beyond its own sound: connecting, thinking, a slow network. Healthy providers are several times quicker than speech. */
const MOST_DELAY_MS = 10_000;
/** A word of a timing is a word of the text, with its times. */
const WORD_TIMING_BYTES = 32;

/** Bounds on the speech of a text: by its length, its pace and its rate. */
export function speechBound({ text, voice, sampleRateHz }: SpeechRequest): AnswerBound {
  const mostMs = (MOST_MS_OF_ANY_TEXT + MOST_MS_PER_CHARACTER * text.length) / Math.min(1, voice.speed);
  return {
    mostBytes: msToBytes(mostMs, sampleRateHz) + text.length * WORD_TIMING_BYTES * 2,
    mostPieces: Math.ceil(mostMs / SHORTEST_PIECE_MS),
    withinMs: MOST_DELAY_MS + mostMs,
  };
}

/** What a piece counts for: its audio, and its words with their times. */
export function speechBytes({
  pcm,
  words,
}: {
  readonly pcm: Uint8Array;
  readonly words: readonly { readonly word: string }[];
}): number {
  return words.reduce((sum, { word }) => sum + WORD_TIMING_BYTES + word.length * 2, pcm.byteLength);
}
