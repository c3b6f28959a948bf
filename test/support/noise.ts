import { fromSamples } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { seededRandom } from '../../src/base/seeded.ts';

const RATE_HZ = 8000;
const AMPLITUDE = 12_000;

/** White noise of that length, 8 kHz: a cough if short, a door or a lorry if not. */
export function noiseBurst(forMs: number, amplitude = AMPLITUDE): Pcm {
  const random = seededRandom(forMs);
  const samples = Int16Array.from({ length: (forMs * RATE_HZ) / 1000 }, () => (random() * 2 - 1) * amplitude);
  return fromSamples(samples, RATE_HZ);
}
