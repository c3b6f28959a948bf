/** A text, or a word of one, and where in the audio it sounds. */
export interface HeardText {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}
