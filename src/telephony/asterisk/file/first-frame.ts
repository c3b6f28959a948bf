/**
 * Asterisk (22.10.1 at least) opens a file anew when a playback goes on after a pause, and sends its first frame before it seeks to where
 * it was: the caller would hear the beginning of the clip for 20 ms. So that frame, which has long been heard, becomes silence first.
 */
import { open } from 'node:fs/promises';
import { msToBytes } from '../../../audio/pcm.ts';
import { WAV_HEADER_BYTES } from '../../../audio/wav.ts';

/** What Asterisk sends at a time. */
const FRAME_MS = 20;

/** Of a file that encodeWav made of `clipMs` at `sampleRateHz`. */
export async function muteFirstFrame(path: string, clipMs: number, sampleRateHz: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const bytes = msToBytes(Math.min(FRAME_MS, clipMs), sampleRateHz);
    await file.write(new Uint8Array(bytes), 0, bytes, WAV_HEADER_BYTES);
  } finally {
    await file.close();
  }
}
