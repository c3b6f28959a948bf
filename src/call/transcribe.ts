/** Reads a recognizer's events into the text of one utterance. */
import type { Recognizer } from '../asr/recognizer.ts';
import type { Capture } from '../telephony/line.ts';

/** Resolves with what was said, empty for silence. Rejects with a ParleyError ASR_*, or with the signal's reason. */
export async function transcribe(
  recognizer: Recognizer,
  capture: Capture,
  language: string,
  signal: AbortSignal,
): Promise<string> {
  const { audio, sampleRateHz } = capture;
  const finals: string[] = [];
  for await (const event of recognizer.recognize(audio, { language, sampleRateHz }, signal)) {
    if (event.kind === 'final') finals.push(event.text);
    if (event.kind === 'refined') finals[event.index] = event.text;
  }
  return finals.join(' ').trim();
}
