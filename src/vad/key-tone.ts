/** The sound of a telephone's key: one tone of each of two groups and nothing else (DTMF, ITU-T Q.23). */
import type { Pcm } from '../audio/pcm.ts';
import { dominantTone } from '../audio/tone.ts';

const LOW_GROUP_HZ = [697, 770, 852, 941];
const HIGH_GROUP_HZ = [1209, 1336, 1477, 1633];

/** Of all energy. Speech has two such tones and nothing else at no moment; a key on a poor line has 0.9. */
const LEAST_PURITY = 0.8;

/** 20 ms are enough. Too dear for every frame: for moments of decision. */
export function isKeyTone(pcm: Pcm): boolean {
  const low = dominantTone(pcm, LOW_GROUP_HZ);
  return low.purity > 0 && low.purity + dominantTone(pcm, HIGH_GROUP_HZ).purity > LEAST_PURITY;
}
