/**
 * A bot that speaks noise: no two pieces of it are alike, so that a piece of what was heard has one place in what was said. A tone tells
 * how long it was heard; noise tells which samples.
 */
import { fromSamples, toSamples } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import type { Track } from '../../src/lab/phone/phone.ts';
import { seededRandom } from '../../src/base/seeded.ts';
import type { ExactSound } from '../../src/lab/phone/exact-sounds.ts';

const PEAK = 8000;
const SEED = 7;

/** The same noise each time. */
export function noise(forMs: number, sampleRateHz: number): Pcm {
  const random = seededRandom(SEED);
  const samples = Int16Array.from({ length: (forMs * sampleRateHz) / 1000 }, () =>
    Math.round((2 * random() - 1) * PEAK),
  );
  return fromSamples(samples, sampleRateHz);
}

/** A piece this long is unmistakable; its edge is left out, ms: where a sound begins is known to a sample or two only. */
const PIECE_MS = 15;
const EDGE_MS = 2;

/**
 * What is missing of `whole` between two sounds of a track that are pieces of it, in milliseconds; negative if the second begins with
 * what was heard already.
 */
export function missingMs(track: Track, whole: Pcm, before: ExactSound, after: ExactSound): number {
  const perMs = whole.sampleRateHz / 1000;
  const at = (timeMs: number) => Math.round((timeMs - track.startedAtMs) * perMs);
  const heard = toSamples(track.pcm);
  const said = toSamples(whole);
  const shift = (from: number) => placeOf(heard.subarray(from, from + PIECE_MS * perMs), said) - from;
  const shiftBefore = shift(at(before.endedAtMs - EDGE_MS - PIECE_MS));
  const shiftAfter = shift(at(after.startedAtMs + EDGE_MS));
  return (at(after.startedAtMs) + shiftAfter - at(before.endedAtMs) - shiftBefore) / perMs;
}

/** Where in `said` the piece fits best. */
function placeOf(piece: Int16Array, said: Int16Array): number {
  let best = { place: 0, likeness: -Infinity };
  for (let place = 0; place + piece.length <= said.length; place++) {
    let likeness = 0;
    for (let i = 0; i < piece.length; i++) likeness += (piece[i] ?? 0) * (said[place + i] ?? 0);
    if (likeness > best.likeness) best = { place, likeness };
  }
  return best.place;
}
