/** What is to be spoken, in pieces, whether it came as text or as SSML. */
import { readSsml } from './ssml.ts';
import type { Script, ScriptPart } from './ssml.ts';
import { textPieces } from './text-pieces.ts';

export function scriptOf({ text, ssml }: { readonly text: string; readonly ssml?: boolean }): Script {
  return ssml ? readSsml(text) : { parts: [{ text, beforeMs: 0 }], warnings: [] };
}

/** Of at most `most` characters. A pause stands before the first of its part. */
export function piecesOf({ parts }: Script, most: number): readonly ScriptPart[] {
  return parts.flatMap(({ text, beforeMs }) =>
    textPieces(text, most).map((piece, index) => ({ text: piece, beforeMs: index === 0 ? beforeMs : 0 })),
  );
}
