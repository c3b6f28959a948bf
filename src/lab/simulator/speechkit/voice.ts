/** What the stand-in's synthesizer sounds like. */
import { durationMs, fromSamples, toSamples, type Pcm } from '../../../audio/pcm.ts';
import { tone } from '../../../audio/tone.ts';
import { Refusal } from './faults.ts';
import type { ToneRegistry } from './tone-registry.ts';

export type SimulatedVoice = (text: string, sampleRateHz: number) => Promise<Pcm>;

export interface TonePace {
  /** How long a character sounds; default 60 ms. */
  readonly perCharMs: number;
  /** The shortest speech; default 400 ms. */
  readonly minMs: number;
}

export const DEFAULT_TONE_PACE = { perCharMs: 60, minMs: 400 } as const satisfies TonePace;

/** Each text as its own tone. */
export function toneVoice(registry: ToneRegistry, pace: TonePace): SimulatedVoice {
  return async (text, sampleRateHz) => toneSpeech(registry.hzOf(text), text, sampleRateHz, pace);
}

/** Recordings by text: for tests and demos that shall sound like somebody. Their rate must be the one asked for. */
export function clipVoice(clips: ReadonlyMap<string, Pcm>): SimulatedVoice {
  return async (text, sampleRateHz) => {
    const clip = clips.get(text);
    if (clip?.sampleRateHz !== sampleRateHz)
      throw new Refusal('invalid', `no ${sampleRateHz} Hz clip of this text`);
    return clip;
  };
}

/** A tone as long as the text would take, with soft edges. */
export function toneSpeech(hz: number, text: string, sampleRateHz: number, pace: TonePace): Pcm {
  return withFades(tone(hz, Math.max(pace.minMs, pace.perCharMs * text.length), sampleRateHz));
}

/** Long enough to spare a click, short enough not to blur where a text begins. */
const FADE_MS = 4;

function withFades(pcm: Pcm): Pcm {
  const samples = toSamples(pcm).slice();
  const length = Math.floor((Math.min(FADE_MS, durationMs(pcm) / 2) * pcm.sampleRateHz) / 1000);
  const last = samples.length - 1;
  for (let at = 0; at < length; at++) {
    const gain = at / length;
    samples[at] = (samples[at] ?? 0) * gain;
    samples[last - at] = (samples[last - at] ?? 0) * gain;
  }
  return fromSamples(samples, pcm.sampleRateHz);
}
