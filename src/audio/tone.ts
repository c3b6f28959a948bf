/**
 * Pure tones: what the stand-in synthesizer speaks so that the order of what was heard can be read back from the audio.
 */
import { fromSamples, msToBytes, toSamples, BYTES_PER_SAMPLE, type Pcm } from './pcm.ts';

/** Loud and far from clipping, G.711 included. */
export const TONE_AMPLITUDE = 8000;

/** A sine of `hz` that begins at zero. `amplitude` is the peak sample, up to 32767. */
export function tone(hz: number, forMs: number, sampleRateHz: number, amplitude = TONE_AMPLITUDE): Pcm {
  const samples = new Int16Array(msToBytes(forMs, sampleRateHz) / BYTES_PER_SAMPLE);
  const step = (2 * Math.PI * hz) / sampleRateHz;
  for (let at = 0; at < samples.length; at++) samples[at] = Math.round(amplitude * Math.sin(step * at));
  return fromSamples(samples, sampleRateHz);
}

export interface DominantTone {
  /** 0 if there is no sound. */
  readonly hz: number;
  /** The tone's share of all energy: above 0.9 for a pure tone, even after G.711; near 0 for noise; around 0.5 for two tones. */
  readonly purity: number;
}

/**
 * The loudest of the tones that there can be, much cheaper than a search among all. Tones 40 Hz apart are told from 40 ms on. A long clip
 * with several tones behind one another has no one answer: cut it into windows first.
 */
export function dominantTone(pcm: Pcm, amongHz: readonly number[]): DominantTone {
  const samples = windowed(toSamples(pcm));
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  if (energy === 0) return { hz: 0, purity: 0 };
  let loudest = { hz: 0, power: 0 };
  for (const hz of amongHz) {
    const power = goertzel(samples, hz, pcm.sampleRateHz);
    if (power > loudest.power) loudest = { hz, power };
  }
  return { hz: loudest.hz, purity: Math.min(1, loudest.power / (energy * samples.length * HANN_TONE_SHARE)) };
}

/** |X(f)|² of a sine under a Hann window, as a share of energy times length: (N/4)² · A² over (3/16) · A² · N · N. */
const HANN_TONE_SHARE = 1 / 3;

function windowed(samples: Int16Array): Float64Array {
  const fade = hannOf(samples.length);
  const faded = new Float64Array(samples.length);
  for (let at = 0; at < faded.length; at++) faded[at] = (samples[at] as number) * (fade[at] as number);
  return faded;
}

/** The last one: what is searched for tones is cut into windows of the same length. */
let hann = new Float64Array(0);

function hannOf(length: number): Float64Array {
  if (hann.length === length) return hann;
  const last = Math.max(1, length - 1);
  return (hann = Float64Array.from({ length }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / last)));
}

/** |X(f)|² at one frequency, without a whole Fourier transform. */
function goertzel(samples: Float64Array, hz: number, sampleRateHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRateHz);
  let one = 0;
  let two = 0;
  for (const sample of samples) {
    const now = sample + coefficient * one - two;
    two = one;
    one = now;
  }
  return one * one + two * two - coefficient * one * two;
}
