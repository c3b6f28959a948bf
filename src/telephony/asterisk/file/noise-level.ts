/** How loud the line is while nobody speaks, and from which loudness on a frame is speech therefore. Pure. */
import { durationMs, slice, toSamples } from '../../../audio/pcm.ts';
import type { Pcm } from '../../../audio/pcm.ts';

/** Mean amplitude from which Asterisk takes a frame for speech; its own default, above line noise and below a quiet voice. */
export const QUIET_LINE_LEVEL = 256;

/** Of a frame below this, as loud as a raised voice, nothing could be told from noise by its loudness alone. */
const HIGHEST_LEVEL = 2048;

/** Speech is so much louder than the noise behind it: 6 dB, more than noise ever varies from frame to frame. */
const ABOVE_NOISE = 2;

/** Longer than the stop within a consonant, and not longer than the silence that ends a piece of speech. */
const STRETCH_MS = 160;
const STEP_MS = 20;

/** The loudest frame of a hiss is louder than its stillest by less than this: 1.3 was measured; of 200 ms of speech nearly always more. */
const STEADY_RATIO = 1.6;

/** A steady sound that is louder, as a mean amplitude (−28 dBFS as a hiss), is a held vowel or a signal: nobody could speak over it. */
const LOUDEST_NOISE = 1024;

/** The mean amplitude of the stillest stretch: of the noise, if anybody paused. Undefined if it is too short to tell. */
export function noiseIn(pcm: Pcm): number | undefined {
  let stillest: number | undefined;
  for (let fromMs = 0; fromMs + STRETCH_MS <= durationMs(pcm); fromMs += STEP_MS) {
    const level = meanAmplitude(slice(pcm, fromMs, fromMs + STRETCH_MS));
    stillest = Math.min(stillest ?? level, level);
  }
  return stillest;
}

/**
 * The mean amplitude of what has lasted without a pause, if it is noise: a hiss is as loud in one frame as in the next, and speech is
 * not. Undefined if it may be speech.
 */
export function noiseWithoutPause(pcm: Pcm): number | undefined {
  const levels: number[] = [];
  for (let fromMs = 0; fromMs + STEP_MS <= durationMs(pcm); fromMs += STEP_MS)
    levels.push(meanAmplitude(slice(pcm, fromMs, fromMs + STEP_MS)));
  if (levels.length * STEP_MS < STRETCH_MS) return undefined;
  const isSteady = Math.max(...levels) <= Math.min(...levels) * STEADY_RATIO;
  const mean = meanAmplitude(pcm);
  return isSteady && mean <= LOUDEST_NOISE ? mean : undefined;
}

/** What TALK_DETECT is to take for speech on a line with this noise: a mean amplitude. */
export function speechLevelOver(noise: number): number {
  return Math.round(Math.min(HIGHEST_LEVEL, Math.max(QUIET_LINE_LEVEL, noise * ABOVE_NOISE)));
}

function meanAmplitude(pcm: Pcm): number {
  const samples = toSamples(pcm);
  return samples.reduce((sum, sample) => sum + Math.abs(sample), 0) / samples.length;
}
