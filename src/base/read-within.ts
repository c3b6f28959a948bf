/**
 * The one bound for what a provider sends back. Whoever asks knows how much an answer can be; what goes beyond it in bytes, in pieces or in
 * time is no answer, and would be held in memory, in the event loop or in a caller's ear for as long as a broken server likes.
 */
import { childWithin, untilAborted } from './abort.ts';
import type { Clock } from './clock.ts';

export interface AnswerBound {
  /** Of all pieces together. */
  readonly mostBytes: number;
  /** Each costs work, however small it is. */
  readonly mostPieces: number;
  /** From now to the end, ms. */
  readonly withinMs: number;
}

/** What a piece counts for, in bytes. */
type Measure<Piece> = (piece: Piece) => number;

export interface BoundOptions<Piece> {
  readonly bound: AnswerBound;
  readonly clock: Clock;
  readonly bytesOf: Measure<Piece>;
  /** The error that ends an answer beyond its bound; `what` completes "The answer …". */
  readonly beyond: (what: string) => Error;
}

/** Pieces of a body that is read whole: servers and the network cut as they like, but not into single bytes. */
const MOST_BODY_PIECES = 10_000;

/**
 * The same pieces, as long as they are within the bound; then throws what `beyond` makes. The rest is not read: a source that is left
 * early, such as the body of an HTTP answer, ends its connection. Throws what the source throws.
 */
export async function* within<Piece>(
  source: AsyncIterable<Piece>,
  { bound, clock, bytesOf, beyond }: BoundOptions<Piece>,
): AsyncGenerator<Piece> {
  const late = () => beyond(`goes on for more than ${Math.round(bound.withinMs)} ms`);
  const reading = childWithin(bound.withinMs, clock, late);
  let bytes = 0;
  let pieces = 0;
  try {
    for await (const piece of untilAborted(source, reading.signal)) {
      bytes += bytesOf(piece);
      pieces++;
      if (bytes > bound.mostBytes) throw beyond(`holds more than ${bound.mostBytes} bytes`);
      if (pieces > bound.mostPieces) throw beyond(`comes in more than ${bound.mostPieces} pieces`);
      yield piece;
    }
  } finally {
    reading.release();
  }
}

/** All that comes, as long as it is at most `mostBytes`; undefined if it is more, and then the rest is not read. Throws what the source throws. */
export async function readWithin(
  source: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<Uint8Array | undefined> {
  const { bytes, isAll } = await read(source, mostBytes);
  return isAll ? bytes : undefined;
}

/** The first `mostBytes` of what comes, for an explanation that is only quoted; the rest is not read. Throws what the source throws. */
export async function readStart(source: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Uint8Array> {
  const { bytes } = await read(source, mostBytes);
  return bytes.subarray(0, mostBytes);
}

async function read(
  source: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly isAll: boolean }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    pieces.push(piece);
    length += piece.byteLength;
    if (length > mostBytes || pieces.length > MOST_BODY_PIECES)
      return { bytes: joined(pieces), isAll: false };
  }
  return { bytes: joined(pieces), isAll: true };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
