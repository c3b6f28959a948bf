/** The dialplan's fallback, which plays a recording that can be told from everything else. */
import { readFile } from 'node:fs/promises';
import { durationMs, slice } from '../../src/audio/pcm.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { findClip } from '../../src/lab/phone/find-clip.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { FALLBACK_SOUND } from './telephony.ts';

/**
 * So much of the recording in one piece is beyond doubt, ms: no other sound is as like it for half as long. All of it is not to be had on a busy
 * machine, where packets are late and a caller hears it in pieces, and the last of them when the call is over.
 */
const PIECE_MS = 400;

const sound = decodeWav(await readFile(`${FALLBACK_SOUND}.wav`));
const pieces = Array.from({ length: Math.floor(durationMs(sound) / PIECE_MS) }, (_, at) =>
  slice(sound, at * PIECE_MS, (at + 1) * PIECE_MS),
);

/** True if this caller was handed on, and heard what is played then. */
export function wentToFallback(call: PhoneCall): boolean {
  const track = call.heard();
  const window = { fromMs: track.startedAtMs, toMs: Infinity };
  return pieces.some((piece) => findClip(track, piece, window)?.share === 1);
}
