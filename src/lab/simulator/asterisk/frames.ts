/**
 * The simulator's audio: 8 kHz frames of 20 ms, as on a G.711 call. A frame is never changed once made, so everybody may keep it.
 */
import { fromSamples, type Pcm } from '../../../audio/pcm.ts';

export const SAMPLE_RATE_HZ = 8000;
export const FRAME_MS = 20;
export const FRAME_SAMPLES = (SAMPLE_RATE_HZ * FRAME_MS) / 1000;

export type Frame = Int16Array;

/** The one silent frame: whoever meets it need not look at its samples. */
export const SILENCE: Frame = new Int16Array(FRAME_SAMPLES);

/** No packet came: what is heard is silence, and who waits for packets gets none. */
export const NOTHING: Frame = new Int16Array(FRAME_SAMPLES);

/** All frames behind one another. */
export function joinFrames(frames: readonly Frame[]): Pcm {
  const samples = new Int16Array(frames.length * FRAME_SAMPLES);
  frames.forEach((frame, index) => {
    if (frame !== SILENCE) samples.set(frame, index * FRAME_SAMPLES);
  });
  return fromSamples(samples, SAMPLE_RATE_HZ);
}

/** The frame number `index` of `samples`, filled up with silence at the end. */
export function frameOf(samples: Int16Array, index: number): Frame {
  const piece = samples.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES);
  return piece.length === FRAME_SAMPLES ? piece : padded(piece);
}

function padded(piece: Int16Array): Frame {
  const frame = new Int16Array(FRAME_SAMPLES);
  frame.set(piece);
  return frame;
}
