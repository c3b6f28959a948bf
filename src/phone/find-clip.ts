/** Where in what was heard a known recording is, and how much of it came through. Survives G.711 and another level. */
import { slice, toSamples, type Pcm } from '../audio/pcm.ts';
import type { Track } from './phone.ts';

export interface FoundClip {
  /** Where its first sample was heard, on the phone's clock (`performance.now()`). */
  readonly startedAtMs: number;
  /** Correlation of the samples, up to 1: above 0.95 for the whole clip on a clean line, far below 0.5 for any other sound. */
  readonly likeness: number;
}

export interface SearchWindow {
  /** The clip begins between these two, on the phone's clock. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** The clip is looked for by its beginning: enough speech to be unmistakable, and short enough to be tried at every sample. */
const OPENING_MS = 250;

/** The place in the window where the clip fits best; undefined where nothing was heard at all. Both must have the same rate. */
export function findClip(
  { startedAtMs, pcm }: Track,
  clip: Pcm,
  window: SearchWindow,
): FoundClip | undefined {
  const perMs = pcm.sampleRateHz / 1000;
  const heard = toSamples(pcm);
  const opening = toSamples(slice(clip, 0, OPENING_MS));
  const first = Math.max(0, Math.round((window.fromMs - startedAtMs) * perMs));
  const last = Math.min(heard.length - opening.length, Math.round((window.toMs - startedAtMs) * perMs));
  let best = { at: first, likeness: 0 };
  for (let at = first; at <= last; at++) {
    const likeness = correlation(heard.subarray(at, at + opening.length), opening);
    if (likeness > best.likeness) best = { at, likeness };
  }
  if (best.likeness === 0) return undefined;
  const likeness = correlation(heard.subarray(best.at), toSamples(clip));
  return { startedAtMs: startedAtMs + best.at / perMs, likeness };
}

/** Of `clip` with as many samples of `heard`, silence where there are fewer. Speech has no offset worth removing. */
function correlation(heard: Int16Array, clip: Int16Array): number {
  let product = 0;
  let heardEnergy = 0;
  let clipEnergy = 0;
  for (let at = 0; at < clip.length; at++) {
    const x = heard[at] ?? 0;
    const y = clip[at] ?? 0;
    product += x * y;
    heardEnergy += x * x;
    clipEnergy += y * y;
  }
  return heardEnergy > 0 ? product / Math.sqrt(heardEnergy * clipEnergy) : 0;
}
