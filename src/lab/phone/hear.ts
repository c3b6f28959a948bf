/** What was heard: where there is sound and where silence, and for how long. Pure; all times in milliseconds. */
import { toSamples } from '../../audio/pcm.ts';
import type { Track } from './phone.ts';

export interface Sound {
  /** From the start of the track. */
  readonly startMs: number;
  readonly endMs: number;
  /** The same on the phone's clock (`performance.now()`). */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface SoundOptions {
  /** Level of a frame that counts as sound, dBFS; −45 if not given: above line noise and G.711's own, below quiet speech. */
  readonly aboveDbfs?: number;
  /** Shorter silences are part of the sound; 60 ms if not given, about the closure of a plosive. */
  readonly mergeGapsMs?: number;
  /** Shorter sounds are clicks and left out; 15 ms if not given. */
  readonly minSoundMs?: number;
}

/** How finely edges are found. */
const FRAME_MS = 5;
const ABOVE_DBFS = -45;

/** The pieces of the track that are not silent, in order. Edges are true to 5 ms. */
export function findSounds(track: Track, options: SoundOptions = {}): Sound[] {
  const { aboveDbfs = ABOVE_DBFS, mergeGapsMs = 60, minSoundMs = 15 } = options;
  const sounds: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of loudFrames(track, aboveDbfs)) {
    const last = sounds.at(-1);
    if (last && startMs - last.endMs < mergeGapsMs) last.endMs = endMs;
    else sounds.push({ startMs, endMs });
  }
  return sounds
    .filter(({ startMs, endMs }) => endMs - startMs >= minSoundMs)
    .map(({ startMs, endMs }) => soundOf(track, startMs, endMs));
}

export interface SilenceOptions extends SoundOptions {
  /** Where to look, on the phone's clock; the whole track if not given. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** The longest time without sound between `fromMs` and `toMs`. */
export function longestSilenceMs(track: Track, options: SilenceOptions = {}): number {
  const trackEndMs = track.startedAtMs + (toSamples(track.pcm).length * 1000) / track.pcm.sampleRateHz;
  const { fromMs = track.startedAtMs, toMs = trackEndMs } = options;
  let silentSinceMs = fromMs;
  let longestMs = 0;
  for (const { startedAtMs, endedAtMs } of findSounds(track, options)) {
    longestMs = Math.max(longestMs, Math.min(startedAtMs, toMs) - silentSinceMs);
    silentSinceMs = Math.max(silentSinceMs, endedAtMs);
  }
  return Math.max(longestMs, toMs - silentSinceMs);
}

/** True if these few samples, a packet's, are sound: the question of `findSounds`, asked while the call goes on. */
export function isSound(samples: Int16Array): boolean {
  return energyOf(samples, 0, samples.length) >= leastEnergy(samples.length, ABOVE_DBFS);
}

/** A piece of the track with its times on both axes. */
export function soundOf({ startedAtMs }: Track, startMs: number, endMs: number): Sound {
  return { startMs, endMs, startedAtMs: startedAtMs + startMs, endedAtMs: startedAtMs + endMs };
}

function* loudFrames({ pcm }: Track, aboveDbfs: number): Generator<{ startMs: number; endMs: number }> {
  const samples = toSamples(pcm);
  const frame = (FRAME_MS * pcm.sampleRateHz) / 1000;
  const least = leastEnergy(frame, aboveDbfs);
  for (let start = 0, index = 0; start + frame <= samples.length; start += frame, index++) {
    if (energyOf(samples, start, start + frame) >= least)
      yield { startMs: index * FRAME_MS, endMs: (index + 1) * FRAME_MS };
  }
}

function energyOf(samples: Int16Array, from: number, to: number): number {
  let energy = 0;
  for (let i = from; i < to; i++) energy += (samples[i] ?? 0) ** 2;
  return energy;
}

function leastEnergy(length: number, aboveDbfs: number): number {
  return length * (0x8000 * 10 ** (aboveDbfs / 20)) ** 2;
}
