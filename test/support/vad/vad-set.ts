/**
 * A labelled set for voice activity, made by code and the same on every run: speech at several levels and in several noises, and
 * sounds that are no speech. Everything has been through G.711, as on a telephone.
 */
import { decodeG711, encodeG711 } from '../../../src/audio/g711.ts';
import { fromSamples, type Pcm } from '../../../src/audio/pcm.ts';
import { seededRandom } from '../../../src/base/seeded.ts';
import {
  add,
  atDbfs,
  breath,
  cough,
  dtmf,
  followed,
  hum,
  inRow,
  music,
  RATE_HZ,
  samplesIn,
  whiteNoise,
} from './waveforms.ts';

export interface Labelled {
  readonly condition: string;
  readonly pcm: Pcm;
  /** Where somebody speaks, in order; empty for sounds that are no speech. */
  readonly speech: readonly Span[];
}

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

const SPEECH_LEVELS_DBFS = [-15, -20, -25, -30, -35, -40];
const NOISES = ['white', 'babble', 'hum'] as const;
const SNRS_DB = [20, 15, 10, 5];
/** Speech in noise has this level. */
const SPEECH_IN_NOISE_DBFS = -20;

/** What even a silent line carries. */
const IDLE_LINE_DBFS = -66;
/** Around a clip: the noise is there before anybody speaks. */
const AROUND_MS = 2000;

/** Each clip at each level on a silent line, one clip an item. */
export function speechAtLevels(clips: readonly Float64Array[]): readonly Labelled[] {
  return SPEECH_LEVELS_DBFS.flatMap((level) =>
    clips.map((clip, at) => {
      const line = atDbfs(whiteNoise(lengthMs(clip), seededRandom(at)), IDLE_LINE_DBFS);
      return speechOver(`speech ${level} dBFS`, clip, level, line);
    }),
  );
}

/** Each clip in each noise at each distance from it. */
export function speechInNoise(clips: readonly Float64Array[]): readonly Labelled[] {
  return NOISES.flatMap((kind) =>
    SNRS_DB.flatMap((snr) =>
      clips.map((clip, at) => {
        const noise = steadyNoise(kind, lengthMs(clip), SPEECH_IN_NOISE_DBFS - snr, clips, at);
        return speechOver(`${kind} at ${snr} dB SNR`, clip, SPEECH_IN_NOISE_DBFS, noise);
      }),
    ),
  );
}

/** A minute of each sound that is no speech. What is steady begins with the call, and once more after two silent seconds. */
export function noSpeech(clips: readonly Float64Array[], forMs = 60_000): readonly Labelled[] {
  const steady = NOISES.map((kind) => ({
    name: `${kind} noise −30 dBFS`,
    sound: steadyNoise(kind, forMs, -30, clips, 7),
  }));
  const onHold = { name: 'music −25 dBFS', sound: atDbfs(music(forMs, seededRandom(3)), -25) };
  const lasting = [...steady, onHold].flatMap(({ name, sound }) => [
    silentFor(`${name}`, sound, 0),
    silentFor(`${name}, sudden`, sound, 2000),
  ]);
  const random = seededRandom(11);
  const bursts = (make: () => Float64Array) =>
    inRow(Array.from({ length: Math.floor(forMs / 2000) }, () => followed(make(), 1800)));
  const between = (low: number, high: number) => low + (high - low) * random();
  return [
    ...lasting,
    silentFor('silence', new Float64Array(samplesIn(forMs)), 0),
    silentFor(
      'coughs',
      bursts(() => atDbfs(cough(between(60, 150), random), between(-28, -15))),
      0,
    ),
    silentFor(
      'breath',
      bursts(() => atDbfs(breath(between(300, 700), random), between(-48, -38))),
      0,
    ),
    silentFor('DTMF', atDbfs(inRow([dtmf(100, 100), dtmf(200, 300), dtmf(60, 60)]), -16), 1000),
  ];
}

function steadyNoise(
  kind: (typeof NOISES)[number],
  forMs: number,
  dbfs: number,
  clips: readonly Float64Array[],
  seed: number,
): Float64Array {
  const random = seededRandom(seed);
  const make = { white: whiteNoise, hum, babble: () => babble(forMs, clips, random) };
  return atDbfs(make[kind](forMs, random), dbfs);
}

const BABBLING = 24;

/** Many people at once, each without a pause: what is heard of a full room, wherever it is cut. */
function babble(forMs: number, clips: readonly Float64Array[], random: () => number): Float64Array {
  const room = new Float64Array(samplesIn(forMs));
  for (let speaker = 0; speaker < BABBLING; speaker++) {
    let at = -Math.floor(random() * samplesIn(2000));
    while (at < room.length) {
      const clip = atDbfs(clips[Math.floor(random() * clips.length)] ?? new Float64Array(1), -20);
      add(room, at < 0 ? clip.subarray(-at) : clip, Math.max(0, at));
      at += clip.length;
    }
  }
  return room;
}

function lengthMs(clip: Float64Array): number {
  return (clip.length / RATE_HZ) * 1000 + 2 * AROUND_MS;
}

function speechOver(condition: string, clip: Float64Array, dbfs: number, noise: Float64Array): Labelled {
  const speech = spans(clip).map(({ startMs, endMs }) => ({
    startMs: startMs + AROUND_MS,
    endMs: endMs + AROUND_MS,
  }));
  const whole = noise.slice();
  add(whole, atDbfs(clip, dbfs), samplesIn(AROUND_MS));
  return { condition, pcm: throughTelephone(whole), speech };
}

function silentFor(condition: string, sound: Float64Array, silenceMs: number): Labelled {
  const whole = inRow([new Float64Array(samplesIn(silenceMs)), sound, new Float64Array(samplesIn(1000))]);
  add(whole, atDbfs(whiteNoise((whole.length / RATE_HZ) * 1000, seededRandom(5)), IDLE_LINE_DBFS), 0);
  return { condition, pcm: throughTelephone(whole), speech: [] };
}

const LABEL_WINDOW_MS = 10;
/** Below the clip's loudest window by more than this is silence. */
const LABEL_RANGE_DB = 30;
/** A shorter silence is within a word or between two. */
const LABEL_GAP_MS = 400;

/** Where the clean clip is loud. */
function spans(clip: Float64Array): readonly Span[] {
  const window = samplesIn(LABEL_WINDOW_MS);
  const energies = Array.from({ length: Math.floor(clip.length / window) }, (_, at) =>
    clip.subarray(at * window, (at + 1) * window).reduce((sum, sample) => sum + sample * sample, 0),
  );
  const threshold = Math.max(...energies) * 10 ** (-LABEL_RANGE_DB / 10);
  const found: { startMs: number; endMs: number }[] = [];
  energies.forEach((energy, at) => {
    if (energy < threshold) return;
    const [startMs, endMs] = [at * LABEL_WINDOW_MS, (at + 1) * LABEL_WINDOW_MS];
    const last = found.at(-1);
    if (last && startMs - last.endMs < LABEL_GAP_MS) last.endMs = endMs;
    else found.push({ startMs, endMs });
  });
  return found;
}

function throughTelephone(samples: Float64Array): Pcm {
  const pcm = Int16Array.from(samples, (sample) =>
    Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))),
  );
  return decodeG711(encodeG711(fromSamples(pcm, RATE_HZ), 'PCMA'), 'PCMA');
}
