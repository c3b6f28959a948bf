/** The dialplan's fallback, which plays a recording that can be told from everything else. */
import { readFile } from 'node:fs/promises';
import { decodeWav } from '../../src/audio/wav.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { ClipHearing } from '../../src/lab/simulator/speechkit/clip-hearing.ts';
import { FALLBACK_SOUND } from './telephony.ts';

const hearing = new ClipHearing();
hearing.register(decodeWav(await readFile(`${FALLBACK_SOUND}.wav`)), 'fallback');

/** True if this caller was handed on, and heard what is played then. */
export function wentToFallback(call: PhoneCall): boolean {
  return hearing.hear(call.heard().pcm).length > 0;
}
