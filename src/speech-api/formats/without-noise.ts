/** Recordings without the hum below speech and the hiss behind it, by ffmpeg. */
import { concatBytes } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { throughFfmpeg } from './ffmpeg.ts';

/** Nothing of a voice lies below 80 Hz; the noise floor is followed while it changes. https://ffmpeg.org/ffmpeg-filters.html#afftdn */
const FILTER = 'highpass=f=80,afftdn=tn=1';

/** Equally long, at the same rate. Throws AUDIO_INVALID where ffmpeg fails, or the signal's reason. */
export async function withoutNoise({ data, sampleRateHz }: Pcm, signal: AbortSignal): Promise<Pcm> {
  const as = ['-f', 's16le', '-ar', String(sampleRateHz), '-ac', '1'];
  const pieces: Uint8Array[] = [];
  for await (const piece of throughFfmpeg([data], { before: as, after: ['-af', FILTER, ...as], signal }))
    pieces.push(piece);
  // As long as it was: the times of words are told by it.
  const quiet = new Uint8Array(data.byteLength);
  quiet.set(concatBytes(pieces).subarray(0, data.byteLength));
  return { sampleRateHz, data: quiet };
}
