/** Whether a single tone is held, since when, and at which frequency: beeps, ringback and the tones of fax machines. */
import { toSamples, type Pcm } from '../../audio/pcm.ts';
import { dominantTone } from '../../audio/tone.ts';

/** Of all energy. A beep through G.711 has 0.95 and more; a sung vowel has overtones. */
const LEAST_PURITY = 0.85;
/** Peaks below this are the line's own, −44 dBFS. */
const LEAST_PEAK = 200;
/** A tone stays so close to where it was, Hz. */
const SAME_HZ = 25;

export interface HeldTone {
  readonly hz: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

export class ToneWatch {
  #held: HeldTone | undefined;

  /** Hears a frame of 20 ms that began at `atMs`; the tone that is held up to its end. */
  push(pcm: Pcm, atMs: number, untilMs: number): HeldTone | undefined {
    const hz = toneOf(pcm);
    const held = this.#held;
    if (hz === undefined) this.#held = undefined;
    else if (held && Math.abs(held.hz - hz) <= SAME_HZ) this.#held = { ...held, untilMs };
    else this.#held = { hz, fromMs: atMs, untilMs };
    return this.#held;
  }
}

/** The frequency of a sine is in how a sample follows from the two before it: x[n+1] + x[n−1] = 2·cos(ω)·x[n]. */
function toneOf(pcm: Pcm): number | undefined {
  const samples = toSamples(pcm);
  let [around, energy, peak] = [0, 0, 0];
  for (let at = 1; at + 1 < samples.length; at++) {
    const here = samples[at] ?? 0;
    around += ((samples[at - 1] ?? 0) + (samples[at + 1] ?? 0)) * here;
    energy += here * here;
    peak = Math.max(peak, Math.abs(here));
  }
  if (peak < LEAST_PEAK || energy === 0) return undefined;
  const cosine = Math.max(-1, Math.min(1, around / energy / 2));
  const hz = (Math.acos(cosine) * pcm.sampleRateHz) / (2 * Math.PI);
  return dominantTone(pcm, [hz]).purity >= LEAST_PURITY ? hz : undefined;
}
