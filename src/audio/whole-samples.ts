import { BYTES_PER_SAMPLE, concatBytes } from './pcm.ts';

/** The same audio in pieces of whole samples: a network may cut between the two bytes of one. A last half sample is left out. */
export async function* wholeSamples(audio: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let half: Uint8Array = new Uint8Array(0);
  for await (const piece of audio) {
    // Nearly all of them are whole, and go on as they are.
    if (half.byteLength === 0 && piece.byteLength % BYTES_PER_SAMPLE === 0) {
      if (piece.byteLength > 0) yield piece;
      continue;
    }
    const joined = half.byteLength > 0 ? concatBytes([half, piece]) : piece;
    const whole = joined.byteLength - (joined.byteLength % BYTES_PER_SAMPLE);
    half = joined.subarray(whole);
    if (whole > 0) yield joined.subarray(0, whole);
  }
}
