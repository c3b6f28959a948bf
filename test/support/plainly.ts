/** A text as it was spoken: a streaming recognizer writes sentences out, with a capital and a full stop; a short one does not. */
export function plainly(text: string): string {
  return text.toLowerCase().replaceAll(/[.,!?…]/g, '');
}
