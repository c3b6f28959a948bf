/** What a phone heard, as texts: the stand-in speech service says each text as a tone of its own. */
import { tonesSoFar } from './tones-so-far.ts';
import type { Heard } from './tones-so-far.ts';
import type { SpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';

export interface HeardText {
  /** What the bot said, by the tone that stands for it. */
  readonly text: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** How long it sounded; less than from start to end if it was paused on the way. */
  readonly soundMs: number;
}

/** A text that stops for less has not stopped, ms: packets come late where the machine is busy. Far less than any pause of a bot. */
const SAME_PIECE_MS = 150;

/** How much longer than it is a text may seem, ms: its edges are found to 20 ms each. */
const EDGES_MS = 60;

/** Tones that stand for a text, in the pieces in which they were heard; speech and noise stand for none. */
export function heardPieces(call: Heard, speech: Pick<SpeechKitSimulator, 'textOf'>): HeardText[] {
  const named = tonesSoFar(call).flatMap(({ hz, startedAtMs, endedAtMs }) => {
    const text = speech.textOf(hz);
    return text === undefined ? [] : [{ text, startedAtMs, endedAtMs, soundMs: endedAtMs - startedAtMs }];
  });
  return joined(named, (last, piece) => piece.startedAtMs - last.endedAtMs < SAME_PIECE_MS);
}

/**
 * What was said, whether or not it was paused on the way: pieces that together are no longer than the text, which takes `wholeMs`, are one
 * saying of it.
 */
export function heardTexts(pieces: readonly HeardText[], wholeMs: (text: string) => number): HeardText[] {
  return joined(pieces, (last, piece) => last.soundMs + piece.soundMs < wholeMs(piece.text) + EDGES_MS);
}

function joined(
  pieces: readonly HeardText[],
  belongs: (last: HeardText, piece: HeardText) => boolean,
): HeardText[] {
  const texts: HeardText[] = [];
  for (const piece of pieces) {
    const last = texts.at(-1);
    if (last?.text === piece.text && belongs(last, piece)) {
      const soundMs = last.soundMs + piece.soundMs;
      texts[texts.length - 1] = { ...last, endedAtMs: piece.endedAtMs, soundMs };
    } else texts.push(piece);
  }
  return texts;
}
