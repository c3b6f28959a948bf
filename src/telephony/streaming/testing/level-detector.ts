/** The simplest detector there is, for tests: loud is speech. */
import { bytesToMs, toSamples } from '../../../audio/pcm.ts';
import type { SpeechDetector, SpeechEdge } from '../../../vad/speech-detector.ts';

/** Mean amplitude above which a stretch is loud. */
const LOUD = 256;

export class LevelDetector implements SpeechDetector {
  readonly silenceMs = 160;
  readonly #sampleRateHz: number;
  #startedAtMs: number | undefined;
  #endedAtMs = 0;
  hearsVoice = false;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
  }

  close(): void {
    // Holds nothing.
  }

  hear(pcm: Uint8Array, atMs: number): SpeechEdge | undefined {
    const endMs = atMs + bytesToMs(pcm.byteLength, this.#sampleRateHz);
    const samples = toSamples({ sampleRateHz: this.#sampleRateHz, data: pcm });
    this.hearsVoice = samples.reduce((sum, sample) => sum + Math.abs(sample), 0) >= LOUD * samples.length;
    if (this.hearsVoice) {
      this.#endedAtMs = endMs;
      if (this.#startedAtMs !== undefined) return undefined;
      this.#startedAtMs = atMs;
      return { kind: 'started', atMs };
    }
    if (this.#startedAtMs === undefined || endMs - this.#endedAtMs < this.silenceMs) return undefined;
    const startedAtMs = this.#startedAtMs;
    this.#startedAtMs = undefined;
    return { kind: 'stopped', startedAtMs, endedAtMs: this.#endedAtMs };
  }
}
