/**
 * TALK_DETECT as func_talkdetect and Asterisk's silence detector do it: the mean of the samples' magnitudes over a frame against a
 * threshold. Talking starts with the first loud frame and ends with the frame that makes the silence long enough; the
 * duration reported is the time between the two, less that silence.
 */
import { FRAME_MS, SILENCE, type Frame } from './frames.ts';

/** Asterisk's defaults: `TALK_DETECT(set)=` with nothing behind it, and dsp.conf's silencethreshold. */
const DEFAULT_SILENCE_MS = 2500;
const DEFAULT_THRESHOLD = 256;

export type TalkEvent =
  { readonly kind: 'started' } | { readonly kind: 'finished'; readonly durationMs: number };

export class TalkDetection {
  #silenceMs = DEFAULT_SILENCE_MS;
  #threshold = DEFAULT_THRESHOLD;
  #talking = false;
  #startedAtMs = 0;
  #silentForMs = 0;

  /**
   * `value` as in `TALK_DETECT(set)=value`: silence in ms and threshold, both optional. May be set anew in mid-speech. False if
   * Asterisk would refuse it; nothing changes then.
   */
  set(value: string): boolean {
    const [silence = '', level = ''] = value.split(',');
    const silenceMs = silence === '' ? DEFAULT_SILENCE_MS : Number.parseInt(silence, 10);
    const threshold = level === '' ? DEFAULT_THRESHOLD : Number.parseInt(level, 10);
    if (!(silenceMs >= 1 && threshold >= 1)) return false;
    this.#silenceMs = silenceMs;
    this.#threshold = threshold;
    return true;
  }

  /** Listens to one frame of what the caller says. */
  hear(frame: Frame, atMs: number): TalkEvent | undefined {
    if (isLoud(frame, this.#threshold)) {
      this.#silentForMs = 0;
      return this.#start(atMs);
    }
    this.#silentForMs += FRAME_MS;
    return this.#talking && this.#silentForMs >= this.#silenceMs ? this.#finish(atMs) : undefined;
  }

  #start(atMs: number): TalkEvent | undefined {
    if (this.#talking) return undefined;
    this.#talking = true;
    this.#startedAtMs = atMs;
    return { kind: 'started' };
  }

  #finish(atMs: number): TalkEvent {
    this.#talking = false;
    return { kind: 'finished', durationMs: Math.round(atMs - this.#startedAtMs - this.#silenceMs) };
  }
}

function isLoud(frame: Frame, threshold: number): boolean {
  if (frame === SILENCE) return false;
  let sum = 0;
  for (const sample of frame) sum += Math.abs(sample);
  return Math.floor(sum / frame.length) >= threshold;
}
