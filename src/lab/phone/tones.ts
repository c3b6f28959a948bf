/**
 * Which pure tones were heard, one after another. A synthesizer that speaks each text as a tone of its own makes the order, the beginning
 * and the end of everything that was played readable from the audio alone. Survives G.711.
 */
import { powerSpectrum } from '../../audio/spectrum.ts';
import { slice, toSamples, type Pcm } from '../../audio/pcm.ts';
import { findSounds, soundOf, type Sound } from './hear.ts';
import type { Track } from './phone.ts';

export interface Tone {
  readonly hz: number;
  /** The share of all energy that is in this tone: about 1 for a pure one, under 0.5 for speech and noise. */
  readonly purity: number;
}

export interface HeardTone extends Sound {
  readonly hz: number;
}

/** Long pieces are judged by their middle: a quarter of a second tells any tone to a fraction of a hertz. */
const LONGEST_WINDOW_MS = 250;
/** Zeros around the piece make the peak round enough for a parabola. */
const PADDING = 4;
/** A tone in a Hann window is a hump that reaches two cycles per window to each side. */
const HUMP_CYCLES = 2;

const WINDOW_MS = 20;
const HOP_MS = 5;
/** One tone, as seen through windows of 20 ms, wavers less than this; two tones have to differ by more. */
const SAME_TONE_HZ = 12;
const PURE = 0.85;
/** What is shorter is the crossing from one tone to the next. */
const SHORTEST_TONE_MS = 30;
/** A tone that stops for less has not stopped: a lost packet, a jump of phase. */
const HICCUP_MS = 25;

/** The strongest tone in a piece of sound; undefined in silence or in less than 5 ms. */
export function toneHz(pcm: Pcm): Tone | undefined {
  const all = toSamples(pcm);
  const length = Math.min(all.length, (LONGEST_WINDOW_MS * pcm.sampleRateHz) / 1000);
  const start = Math.floor((all.length - length) / 2);
  if ((length / pcm.sampleRateHz) * 1000 < 5) return undefined;
  return toneOfWindow(all.subarray(start, start + length), pcm.sampleRateHz);
}

/** The tone of a short window of a track, and where in the track that begins. Whoever listens along keeps what it has found. */
export type ToneOfWindow = (window: Int16Array, sampleRateHz: number, fromSample: number) => Tone | undefined;

/** The tones of a track in the order in which they were heard, also where one follows the other without a gap. Edges are true to 20 ms. */
export function tonesHeard(track: Track, toneOf: ToneOfWindow = toneOfWindow): HeardTone[] {
  return findSounds(track, { mergeGapsMs: HICCUP_MS }).flatMap((sound) => tonesOf(track, sound, toneOf));
}

interface Run {
  hz: number;
  frames: number;
  /** Middle of the first and of the last window. */
  firstMs: number;
  lastMs: number;
}

function tonesOf(track: Track, sound: Sound, toneOf: ToneOfWindow): HeardTone[] {
  const runs = joined(
    runsOf(track, sound, toneOf).filter(({ frames }) => frames * HOP_MS >= SHORTEST_TONE_MS - WINDOW_MS / 2),
  );
  return runs.map((run, i) => {
    const before = runs[i - 1];
    const next = runs[i + 1];
    const startMs = before ? (before.lastMs + run.firstMs) / 2 : sound.startMs;
    const endMs = next ? (run.lastMs + next.firstMs) / 2 : sound.endMs;
    const hz = toneHz(slice(track.pcm, run.firstMs, run.lastMs))?.hz ?? run.hz;
    return { hz, ...soundOf(track, startMs, endMs) };
  });
}

function runsOf({ pcm }: Track, sound: Sound, toneOf: ToneOfWindow): Run[] {
  const samples = toSamples(pcm);
  const perMs = pcm.sampleRateHz / 1000;
  const runs: Run[] = [];
  let run: Run | undefined;
  for (let startMs = sound.startMs; startMs + WINDOW_MS <= sound.endMs; startMs += HOP_MS) {
    const from = startMs * perMs;
    const found = toneOf(samples.subarray(from, from + WINDOW_MS * perMs), pcm.sampleRateHz, from);
    const middleMs = startMs + WINDOW_MS / 2;
    if (!found || found.purity < PURE) {
      run = undefined;
    } else if (run && Math.abs(found.hz - run.hz) <= SAME_TONE_HZ) {
      run.hz += (found.hz - run.hz) / ++run.frames;
      run.lastMs = middleMs;
    } else {
      run = { hz: found.hz, frames: 1, firstMs: middleMs, lastMs: middleMs };
      runs.push(run);
    }
  }
  return runs;
}

/** Runs of the same tone with only a hiccup between them are one. */
function joined(runs: readonly Run[]): Run[] {
  const whole: Run[] = [];
  for (const run of runs) {
    const last = whole.at(-1);
    const isSame = last && Math.abs(last.hz - run.hz) <= SAME_TONE_HZ;
    if (isSame && run.firstMs - last.lastMs <= HICCUP_MS + WINDOW_MS) last.lastMs = run.lastMs;
    else whole.push({ ...run });
  }
  return whole;
}

export function toneOfWindow(samples: Int16Array, sampleRateHz: number): Tone | undefined {
  const size = 2 ** Math.ceil(Math.log2(samples.length * PADDING));
  const power = powerSpectrum(samples, size);
  let peak = 1;
  let total = 0;
  for (let k = 1; k < power.length - 1; k++) {
    total += power[k] ?? 0;
    if ((power[k] ?? 0) > (power[peak] ?? 0)) peak = k;
  }
  if (total === 0) return undefined;
  const reach = Math.ceil((HUMP_CYCLES * size) / samples.length);
  const hump = power
    .subarray(Math.max(1, peak - reach), peak + reach + 1)
    .reduce((sum, value) => sum + value, 0);
  return { hz: ((peak + topOf(power, peak)) * sampleRateHz) / size, purity: Math.min(1, hump / total) };
}

/** Where between its neighbours a peak really is: the top of the parabola through their logarithms. */
function topOf(power: Float64Array, peak: number): number {
  const [left = 0, top = 0, right = 0] = [-1, 0, 1].map((step) => Math.log((power[peak + step] ?? 0) + 1e-9));
  const curve = left - 2 * top + right;
  return curve === 0 ? 0 : (0.5 * (left - right)) / curve;
}
