/** Recordings as a telephone brings them: in noise, through G.711, with packets that are lost; and where in them somebody speaks. */
import { decodeG711, encodeG711 } from '../../../src/audio/g711.ts';
import { fromSamples, toSamples, type Pcm } from '../../../src/audio/pcm.ts';
import { seededRandom } from '../../../src/base/seeded.ts';
import type { Span } from '../vad/vad-set.ts';
import { add, atDbfs, inRow, RATE_HZ, samplesIn, whiteNoise } from '../vad/waveforms.ts';

export interface PhoneLine {
  readonly name: string;
  /** How far the speech is above the noise, dB; undefined for a quiet line. */
  readonly snrDb?: number;
  /** What stands in for each fiftieth packet, which is lost: nothing, or the packet before. */
  readonly lost?: 'silence' | 'repeat';
}

export const PHONE_LINES: readonly PhoneLine[] = [
  { name: 'clean' },
  { name: 'noise at 20 dB', snrDb: 20 },
  { name: 'noise at 10 dB', snrDb: 10 },
  { name: '2 % lost, silence', lost: 'silence' },
  { name: '2 % lost, repeated', lost: 'repeat' },
];

export interface OnThePhone {
  readonly pcm: Pcm;
  /** From the first to the last moment in which somebody speaks. */
  readonly speech: Span;
  /** Where it is quiet between those, for at least as long as a detector may take for an end. */
  readonly pauses: readonly Span[];
}

/** What even a silent line carries. */
const IDLE_LINE_DBFS = -66;
/** The noise is there before anybody speaks, and not always as long: frames are to begin anywhere in a word. */
const BEFORE_MS = { least: 600, spread: 100 };
/** The end of speech is told by then. */
const AFTER_MS = 500;
/** Every so many packets one is lost. */
const LOST_OF = 50;
const PACKET_MS = 20;

const LABEL_WINDOW_MS = 10;
/** Speech begins and ends within this of the loudest moment, dB. */
const SPEECH_RANGE_DB = 30;
/** Fainter than this below it, dB, is no sound of a voice: the hisses of faint consonants have 30 to 38. */
const QUIET_BELOW_DB = 42;
/** A pause, ms: what is shorter is the closure of a plosive. */
const LEAST_PAUSE_MS = 160;

/** Undefined if nobody speaks. The same for the same `seed`. */
export function onThePhone(clip: Pcm, line: PhoneLine, seed: number): OnThePhone | undefined {
  const random = seededRandom(seed);
  const spoken = Float64Array.from(toSamples(clip), (sample) => sample / 32_768);
  const levels = levelsOf(spoken);
  const loudest = Math.max(...levels);
  const first = levels.findIndex((level) => level > loudest - SPEECH_RANGE_DB);
  const last = levels.findLastIndex((level) => level > loudest - SPEECH_RANGE_DB);
  if (first < 0 || !Number.isFinite(loudest)) return undefined;
  const before = new Float64Array(samplesIn(BEFORE_MS.least + BEFORE_MS.spread * random()));
  const startsAtMs = (before.length / RATE_HZ) * 1000;
  const at = (window: number) => startsAtMs + window * LABEL_WINDOW_MS;
  const whole = inRow([before, spoken, new Float64Array(samplesIn(AFTER_MS))]);
  const noiseDbfs = line.snrDb === undefined ? IDLE_LINE_DBFS : spokenDbfs(levels, loudest) - line.snrDb;
  addNoise(whole, noiseDbfs, random);
  const heard = throughG711(whole);
  if (line.lost) losePackets(heard, line.lost, random);
  return {
    pcm: fromSamples(heard, RATE_HZ),
    speech: { startMs: at(first), endMs: at(last + 1) },
    pauses: quietIn(levels, loudest, first, last).map(([from, to]) => ({ startMs: at(from), endMs: at(to) })),
  };
}

const NOISE_MS = 30_000;
/** At 0 dBFS: made once, because making it takes longer than all else. */
const noise = atDbfs(whiteNoise(NOISE_MS, seededRandom(1)), 0);

/** Each clip has another stretch of it. */
function addNoise(whole: Float64Array, dbfs: number, random: () => number): void {
  const gain = 10 ** (dbfs / 20);
  let from = Math.floor(random() * noise.length);
  for (let at = 0; at < whole.length; at += noise.length - from, from = 0)
    add(whole, noise.subarray(from), at, gain);
}

/** dBFS of each LABEL_WINDOW_MS. */
function levelsOf(samples: Float64Array): readonly number[] {
  const window = samplesIn(LABEL_WINDOW_MS);
  return Array.from({ length: Math.floor(samples.length / window) }, (_, at) => {
    let energy = 0;
    for (let index = at * window; index < (at + 1) * window; index++) energy += (samples[index] ?? 0) ** 2;
    return 10 * Math.log10(energy / window);
  });
}

/** How loud it is while somebody speaks. */
function spokenDbfs(levels: readonly number[], loudest: number): number {
  const spoken = levels.filter((level) => level > loudest - SPEECH_RANGE_DB);
  return 10 * Math.log10(spoken.reduce((sum, level) => sum + 10 ** (level / 10), 0) / spoken.length);
}

function quietIn(
  levels: readonly number[],
  loudest: number,
  first: number,
  last: number,
): [number, number][] {
  const found: [number, number][] = [];
  let since: number | undefined;
  for (let at = first; at <= last; at++) {
    if ((levels[at] ?? -Infinity) < loudest - QUIET_BELOW_DB) since ??= at;
    else {
      if (since !== undefined && (at - since) * LABEL_WINDOW_MS >= LEAST_PAUSE_MS) found.push([since, at]);
      since = undefined;
    }
  }
  return found;
}

function throughG711(samples: Float64Array): Int16Array {
  const pcm = new Int16Array(samples.length);
  for (let at = 0; at < pcm.length; at++)
    pcm[at] = Math.max(-32_768, Math.min(32_767, Math.round((samples[at] ?? 0) * 32_768)));
  return toSamples(decodeG711(encodeG711(fromSamples(pcm, RATE_HZ), 'PCMA'), 'PCMA')).slice();
}

function losePackets(samples: Int16Array, stand: 'silence' | 'repeat', random: () => number): void {
  const packet = samplesIn(PACKET_MS);
  for (let at = packet; at + packet <= samples.length; at += packet) {
    if (random() >= 1 / LOST_OF) continue;
    if (stand === 'silence') samples.fill(0, at, at + packet);
    else samples.copyWithin(at, at - packet, at);
  }
}
