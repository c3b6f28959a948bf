/**
 * All that comes, as long as it is at most `mostBytes`; undefined if it is more. The rest is not read: a source that is left early, such
 * as the body of an HTTP answer, ends its connection. Throws what the source throws.
 */
export async function readWithin(
  source: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    length += piece.byteLength;
    if (length > mostBytes) return undefined;
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}
