import type { WordTiming } from './synthesizer.ts';

/** What can be heard of a text; punctuation alone cannot. */
const SOUNDING = /[\p{L}\p{N}]/u;

/**
 * What of a text was not heard whole after `spokenMs` of its speech, by the times of its words: from the first word that was cut off or not
 * begun, to the end; the whole text where no times were told. Empty if everything was heard.
 */
export function unspoken(text: string, words: readonly WordTiming[], spokenMs: number): string {
  const lower = text.toLowerCase();
  let from = 0;
  for (const { word, startMs, lengthMs } of words) {
    if (startMs + lengthMs > spokenMs) break;
    // What is told as it is said, a number in words, stands otherwise in the text: the next word will be found behind it.
    const at = lower.indexOf(word.toLowerCase(), from);
    if (word !== '' && at !== -1) from = at + word.length;
  }
  if (from === 0) return text;
  const rest = text.slice(from);
  const sounding = rest.search(SOUNDING);
  return sounding === -1 ? '' : rest.slice(sounding);
}
