/** Where sounds begin and end on a phone's track, to the sample. Times are on the phone's clock, in milliseconds. */
import { toSamples } from '../../audio/pcm.ts';
import { findSounds } from './hear.ts';
import type { SoundOptions } from './hear.ts';
import type { Track } from './phone.ts';

export interface ExactSound {
  /** Its first and its last loud sample. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** A sample from here on is sound: above G.711's own noise, below a hundredth of the tones' peak. */
const LOUD = 64;
/** The search for the very sample begins this much outside the sound, ms: findSounds is true to 5 ms. */
const MARGIN_MS = 10;

export function exactSounds(track: Track, options: SoundOptions = {}): ExactSound[] {
  const samples = toSamples(track.pcm);
  const perMs = track.pcm.sampleRateHz / 1000;
  return findSounds(track, options).map(({ startMs, endMs }) => {
    const from = Math.max(0, Math.floor((startMs - MARGIN_MS) * perMs));
    const to = Math.min(samples.length, Math.ceil((endMs + MARGIN_MS) * perMs));
    const isLoud = (sample: number) => Math.abs(sample) >= LOUD;
    const piece = samples.subarray(from, to);
    return {
      startedAtMs: track.startedAtMs + (from + piece.findIndex(isLoud)) / perMs,
      endedAtMs: track.startedAtMs + (from + piece.findLastIndex(isLoud) + 1) / perMs,
    };
  });
}
