import { fromSamples, type Pcm } from './pcm.ts';

const FULL_SCALE = 0x7fff;

/** A pure tone. `amplitude` is its peak as a share of full scale, 0 to 1. */
export function tone(hz: number, forMs: number, sampleRateHz: number, amplitude = 0.5): Pcm {
  const samples = new Int16Array(Math.floor((forMs * sampleRateHz) / 1000));
  const step = (2 * Math.PI * hz) / sampleRateHz;
  for (let i = 0; i < samples.length; i++) samples[i] = amplitude * FULL_SCALE * Math.sin(step * i);
  return fromSamples(samples, sampleRateHz);
}
