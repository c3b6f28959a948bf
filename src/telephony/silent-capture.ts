/** What is captured of an utterance that was written: nothing sounds. */
import { AsyncQueue } from '../base/async.ts';
import type { Capture } from './line.ts';

/** Over as it begins, at `fromMs` on the line's clock. */
export function silentCapture(sampleRateHz: number, fromMs: number): Capture {
  const audio = new AsyncQueue<Uint8Array>();
  audio.end();
  const nobody = () => undefined;
  return { sampleRateHz, fromMs, audio, finish: nobody, discard: nobody };
}
