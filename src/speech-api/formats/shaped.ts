/** Speech higher or lower, louder or softer, whoever has spoken it. */
import { fromSamples, toSamples } from '../../audio/pcm.ts';
import type { PcmStream } from './pcm-stream.ts';

export interface Shape {
  /** 1 as it is, 2 an octave higher. The speech becomes shorter by as much: it is to be spoken slower by as much. */
  readonly pitch: number;
  /** 1 as it is, 0 silent, 2 twice as loud; what is too loud for 16 bits is clipped. */
  readonly volume: number;
}

/** As it is where nothing is asked for. */
export function shaped(
  { sampleRateHz, pieces }: PcmStream,
  { pitch, volume }: Shape,
): AsyncIterable<Uint8Array> {
  const pitched = pitch === 1 ? pieces : readFaster(pieces, sampleRateHz, pitch);
  return volume === 1 ? pitched : louder(pitched, sampleRateHz, volume);
}

async function* louder(
  pieces: AsyncIterable<Uint8Array>,
  sampleRateHz: number,
  volume: number,
): AsyncGenerator<Uint8Array> {
  for await (const data of pieces) {
    const samples = toSamples({ sampleRateHz, data });
    yield fromSamples(
      samples.map((sample) => clipped(sample * volume)),
      sampleRateHz,
    ).data;
  }
}

/** Every sample of the result lies `pitch` samples after the one before, between two of the source's. */
async function* readFaster(
  pieces: AsyncIterable<Uint8Array>,
  sampleRateHz: number,
  pitch: number,
): AsyncGenerator<Uint8Array> {
  let last: number | undefined;
  /** Of the next sample, from the last one of the piece before. */
  let at = 0;
  for await (const data of pieces) {
    const piece = toSamples({ sampleRateHz, data });
    if (piece.length === 0) continue;
    const source = last === undefined ? piece : behind(last, piece);
    const end = source.length - 1;
    const read: number[] = [];
    for (; at < end; at += pitch) {
      const before = Math.floor(at);
      const [one = 0, other = 0] = [source[before], source[before + 1]];
      read.push(clipped(one + (other - one) * (at - before)));
    }
    at -= end;
    last = source[end];
    if (read.length > 0) yield fromSamples(Int16Array.from(read), sampleRateHz).data;
  }
}

/** Not by arguments of a function, of which there are only so many: a vendor may send minutes in one piece. */
function behind(last: number, piece: Int16Array): Int16Array {
  const source = new Int16Array(piece.length + 1);
  source[0] = last;
  source.set(piece, 1);
  return source;
}

const clipped = (sample: number) => Math.max(-32_768, Math.min(32_767, Math.round(sample)));
