import type { SpeechRequest } from './synthesizer.ts';

/** The same for two requests exactly if they sound the same: everything that changes the sound is in it. */
export function speechKey({ text, language, voice, sampleRateHz }: SpeechRequest): string {
  return JSON.stringify([text, language, voice.name, voice.role ?? '', voice.speed, sampleRateHz]);
}
