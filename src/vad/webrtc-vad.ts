/**
 * WebRTC's voice activity detector: six sub-bands, a Gaussian mixture for speech and one for noise in each. The WASM module is
 * loaded once, with this file; a detector is a few hundred bytes within it.
 */
import loadFvad from '@echogarden/fvad-wasm';
import { ParleyError } from '../base/errors.ts';

/** How much must speak for voice: 0 takes the most for voice, 3 the least. */
export type VadMode = 0 | 1 | 2 | 3;

/** The longest frame that the detector takes, 30 ms, at its highest rate, 48 kHz. */
const LONGEST_FRAME_SAMPLES = 1440;

const fvad = await loadFvad();
/** One for all detectors: nobody waits between filling it and asking. */
const frameAddress = fvad._malloc(LONGEST_FRAME_SAMPLES * 2);

export class WebRtcVad {
  #detector: number;

  /** Throws AUDIO_INVALID for a rate other than 8, 16, 32 or 48 kHz. */
  constructor(sampleRateHz: number, mode: VadMode) {
    this.#detector = fvad._fvad_new();
    if (this.#detector === 0) throw new ParleyError('INTERNAL', 'No memory for another voice detector.');
    fvad._fvad_set_mode(this.#detector, mode);
    if (fvad._fvad_set_sample_rate(this.#detector, sampleRateHz) !== 0) {
      this.close();
      throw new ParleyError('AUDIO_INVALID', `Voice cannot be told at ${sampleRateHz} Hz.`);
    }
  }

  /** Whether these 10, 20 or 30 ms sound like voice. Throws AUDIO_INVALID for another length, and after `close()`. */
  isVoice(samples: Int16Array): boolean {
    if (this.#detector !== 0 && samples.length <= LONGEST_FRAME_SAMPLES) {
      fvad.HEAP16.set(samples, frameAddress / 2);
      const verdict = fvad._fvad_process(this.#detector, frameAddress, samples.length);
      if (verdict >= 0) return verdict === 1;
    }
    throw new ParleyError(
      'AUDIO_INVALID',
      `A voice detector was given ${samples.length} samples, or is closed.`,
    );
  }

  /** Gives the memory back. Idempotent. */
  close(): void {
    if (this.#detector !== 0) fvad._fvad_free(this.#detector);
    this.#detector = 0;
  }
}
