/**
 * Where in what was heard a known recording is, and how much of it came through. Survives G.711, another level, and a network that holds
 * a packet up and so moves the rest.
 */
import { durationMs, slice, toSamples, type Pcm } from '../../audio/pcm.ts';
import type { Track } from './phone.ts';

export interface FoundClip {
  /** Where its first sample was heard, on the phone's clock (`performance.now()`). */
  readonly startedAtMs: number;
  /** The share of its sound that was heard, each part in its place: 1 is all. Another recording has under 0.2. */
  readonly share: number;
}

export interface SearchWindow {
  /** The clip begins between these two, on the phone's clock. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Enough speech to be unmistakable; what a hold-up spoils is one such part. */
const PART_MS = 200;
/** How far one part may have moved against the one before. */
const HOLD_UP_MS = 120;
/** Correlation of the samples that makes it the same sound: above 0.95 on a clean line, rarely above 0.6 for others. */
const LEAST_LIKENESS = 0.85;

/** The place in the window where the clip begins; undefined where its beginning was not heard. Both must have the same rate. */
export function findClip(
  { startedAtMs, pcm }: Track,
  clip: Pcm,
  window: SearchWindow,
): FoundClip | undefined {
  const perMs = pcm.sampleRateHz / 1000;
  const heard = toSamples(pcm);
  const [opening, ...parts] = partsOf(clip);
  if (!opening) return undefined;
  const toSample = (atMs: number) => Math.round((atMs - startedAtMs) * perMs);
  const beginning = bestPlace(heard, opening, toSample(window.fromMs), toSample(window.toMs));
  if (beginning.likeness < LEAST_LIKENESS) return undefined;

  const reach = HOLD_UP_MS * perMs;
  let [at, heardEnergy, energy] = [beginning.at, energyOf(opening), energyOf(opening)];
  let length = opening.length;
  for (const part of parts) {
    const place = bestPlace(heard, part, at + length - reach, at + length + reach);
    const isHeard = place.likeness >= LEAST_LIKENESS;
    energy += energyOf(part);
    if (isHeard) heardEnergy += energyOf(part);
    at = isHeard ? place.at : at + length;
    length = part.length;
  }
  return { startedAtMs: startedAtMs + beginning.at / perMs, share: heardEnergy / energy };
}

function partsOf(clip: Pcm): readonly Int16Array[] {
  const count = Math.ceil(durationMs(clip) / PART_MS);
  return Array.from({ length: count }, (_, index) =>
    toSamples(slice(clip, index * PART_MS, (index + 1) * PART_MS)),
  );
}

function bestPlace(heard: Int16Array, part: Int16Array, from: number, to: number) {
  let best = { at: from, likeness: 0 };
  const last = Math.min(to, heard.length - part.length);
  for (let at = Math.max(0, from); at <= last; at++) {
    const likeness = correlation(heard, at, part);
    if (likeness > best.likeness) best = { at, likeness };
  }
  return best;
}

/** Of the part with as much of what was heard. Speech has no offset worth removing. */
function correlation(heard: Int16Array, from: number, part: Int16Array): number {
  let [product, heardEnergy, partEnergy] = [0, 0, 0];
  for (let at = 0; at < part.length; at++) {
    const x = heard[from + at] ?? 0;
    const y = part[at] ?? 0;
    product += x * y;
    heardEnergy += x * x;
    partEnergy += y * y;
  }
  return heardEnergy > 0 && partEnergy > 0 ? product / Math.sqrt(heardEnergy * partEnergy) : 0;
}

function energyOf(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}
