/** Speech by espeak-ng and sox, at the level of telephone speech. The same versions of both give the same samples. */
import { execFileSync } from 'node:child_process';
import { fromSamples } from '../src/audio/pcm.ts';
import type { Pcm } from '../src/audio/pcm.ts';

export interface Voice {
  /** A voice of `espeak-ng --voices`, with its variant after "+". */
  readonly name: string;
  /** Words a minute. */
  readonly rate: number;
  /** 0 to 99. */
  readonly pitch: number;
  /** Silence after the last word, for sentences that are played one behind another. */
  readonly pauseAfterMs?: number;
}

/** Hebrew is written without vowels, which espeak-ng cannot guess: such a phrase brings espeak-ng's phonemes along. */
export type Phrase = string | { readonly text: string; readonly phonemes: string };

/** What the telephone carries, and the only rate at which Asterisk reads a plain .wav. */
const SAMPLE_RATE_HZ = 8000;
/** As loud as ordinary telephone speech, whichever voice says it. */
const TARGET_RMS_DBFS = -18;
/** Takes 2 dB of every 3 off above −30 dBFS, because bare espeak-ng is too peaky to reach the target without clipping. */
const COMPRESSOR = ['compand', '0.003,0.08', '6:-90,-90,-30,-30,0,-20', '0', '-90', '0.003'];
/** No sample above this, so that nothing clips in a mixer. */
const PEAK_LIMIT_DBFS = -1;
/** Quieter than this at the edges is silence, measured in windows of `EDGE_WINDOW_MS`. */
const SILENCE_DBFS = -42;
const EDGE_WINDOW_MS = 5;
/** Kept before and after the speech, so that trimming never eats a consonant. */
const EDGE_KEPT_MS = 15;
/** The ramp at both ends: no click where a recording begins or stops. */
const FADE_MS = 10;

/** 8 kHz. Throws if espeak-ng or sox is missing or fails. */
export function spoken(phrase: Phrase, voice: Voice): Pcm {
  const samples = softened(levelled(trimmed(speak(phrase, voice))));
  const whole = new Int16Array(samples.length + samplesIn(voice.pauseAfterMs ?? 0));
  whole.set(samples.map((sample) => Math.round(sample * 0x7fff)));
  return fromSamples(whole, SAMPLE_RATE_HZ);
}

/** The phrase as 8 kHz samples between −1 and 1, just as espeak-ng speaks it. Throws if either program is missing or fails. */
function speak(phrase: Phrase, voice: Voice): Float32Array {
  const words = typeof phrase === 'string' ? phrase : `[[${phrase.phonemes}]]`;
  const espeakArguments = [
    '-v',
    voice.name,
    '-s',
    String(voice.rate),
    '-p',
    String(voice.pitch),
    '--stdout',
    words,
  ];
  const wav = execFileSync('espeak-ng', espeakArguments);
  const toTelephone = ['highpass', '150', ...COMPRESSOR, 'rate', '-v', String(SAMPLE_RATE_HZ)];
  const rawFloats = ['-t', 'raw', '-e', 'floating-point', '-b', '32', '-L', '-'];
  const raw = execFileSync(
    'sox',
    ['-V1', '--ignore-length', '-t', 'wav', '-', ...rawFloats, ...toTelephone],
    { input: wav },
  );
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

function fromDbfs(dbfs: number): number {
  return 10 ** (dbfs / 20);
}

function samplesIn(ms: number): number {
  return (ms * SAMPLE_RATE_HZ) / 1000;
}

/** Without the silence before and after the speech. Throws if there is no speech at all. */
function trimmed(samples: Float32Array): Float32Array {
  const window = samplesIn(EDGE_WINDOW_MS);
  const loud: number[] = [];
  for (let at = 0; at + window <= samples.length; at += window) {
    if (rms(samples.subarray(at, at + window)) > fromDbfs(SILENCE_DBFS)) loud.push(at);
  }
  const [first, last] = [loud.at(0), loud.at(-1)];
  if (first === undefined || last === undefined) throw new Error('espeak-ng said nothing');
  return samples.slice(Math.max(0, first - samplesIn(EDGE_KEPT_MS)), last + window + samplesIn(EDGE_KEPT_MS));
}

/** At the target loudness, or a little below where a peak would pass the limit. */
function levelled(samples: Float32Array): Float32Array {
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  const gain = Math.min(fromDbfs(TARGET_RMS_DBFS) / rms(samples), fromDbfs(PEAK_LIMIT_DBFS) / peak);
  return samples.map((sample) => sample * gain);
}

/** With a raised-cosine ramp at both ends. */
function softened(samples: Float32Array): Float32Array {
  const ramp = samplesIn(FADE_MS);
  return samples.map((sample, at) => {
    const fromEdge = Math.min(at, samples.length - 1 - at);
    return fromEdge < ramp ? sample * 0.5 * (1 - Math.cos((Math.PI * fromEdge) / ramp)) : sample;
  });
}
