/**
 * What is heard, in longer pieces, for whoever keeps it and is in no hurry: what has to be looked at for a frame is looked at fifty times a
 * second, and a recorder needs it twice. The sound itself is taken from where the last moments of it are kept anyway.
 */
import { bytesToMs, msToBytes } from '../../audio/pcm.ts';
import type { AudioListener } from '../line.ts';
import type { RecentAudio } from './recent-audio.ts';

/** Shorter than what is kept by far, ms. */
const RUN_MS = 500;

/** What comes later than this is behind a gap, ms: a smaller one is jitter. */
const GAP_MS = 40;

export class SoundRuns {
  readonly #listener: AudioListener;
  readonly #recent: RecentAudio;
  readonly #sampleRateHz: number;
  readonly #mostBytes: number;
  #fromMs = 0;
  /** Of what was pushed last. */
  #bytes = 0;

  constructor(listener: AudioListener, recent: RecentAudio, sampleRateHz: number) {
    this.#listener = listener;
    this.#recent = recent;
    this.#sampleRateHz = sampleRateHz;
    this.#mostBytes = msToBytes(RUN_MS, sampleRateHz);
  }

  /** To be told of each piece before it is kept with the last moments. */
  heard(pcm: Uint8Array, atMs: number): void {
    if (this.#bytes > 0 && (this.#bytes + pcm.byteLength > this.#mostBytes || this.#isBehindGap(atMs)))
      this.flush();
    // More than is kept.
    if (pcm.byteLength > this.#mostBytes) return this.#listener(pcm, atMs);
    if (this.#bytes === 0) this.#fromMs = atMs;
    this.#bytes += pcm.byteLength;
  }

  /** Hands on what has been gathered. */
  flush(): void {
    if (this.#bytes === 0) return;
    const pcm = this.#recent.last(this.#bytes);
    this.#bytes = 0;
    this.#listener(pcm, this.#fromMs);
  }

  #isBehindGap(atMs: number): boolean {
    return atMs - this.#fromMs - bytesToMs(this.#bytes, this.#sampleRateHz) > GAP_MS;
  }
}
