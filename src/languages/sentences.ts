/** Which language it is makes no difference to where a sentence ends. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The sentences of a text, trimmed, none empty; `3.5` is no end of one. */
export function sentencesOf(text: string): readonly string[] {
  return [...segmenter.segment(text)]
    .map(({ segment }) => segment.trim())
    .filter((sentence) => sentence !== '');
}
