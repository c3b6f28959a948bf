/** A voice for the stand-in's synthesizer on machines that have espeak-ng: plain, but a person's language. */
import { concatBytes } from '../../../audio/pcm.ts';
import type { EspeakSynthesizer } from '../../../speech/espeak/espeak-synthesizer.ts';
import { Refusal } from './faults.ts';
import { languageOfText } from './recognition-languages.ts';
import type { SimulatedVoice } from './voice.ts';

/** Speaks each text in its own language, as a woman. Throws a Refusal where espeak-ng fails. */
export function espeakVoice(espeak: EspeakSynthesizer): SimulatedVoice {
  return async (text, sampleRateHz) => {
    const request = { text, language: languageOfText(text), voice: { name: '', speed: 1 }, sampleRateHz };
    const pieces: Uint8Array[] = [];
    try {
      for await (const { pcm } of espeak.synthesize(request, new AbortController().signal)) pieces.push(pcm);
    } catch (error) {
      throw new Refusal('internal', String(error));
    }
    return { sampleRateHz, data: concatBytes(pieces) };
  };
}
