/** What a phone heard of espeak-ng, word by word: it says the same text alike each time, and so is known by its recording. */
import type { Pcm } from '../../src/audio/pcm.ts';
import { concatBytes } from '../../src/audio/pcm.ts';
import { ClipHearing } from '../../src/lab/simulator/speechkit/clip-hearing.ts';
import { EspeakSynthesizer } from '../../src/speech/espeak/espeak-synthesizer.ts';
import type { HeardText } from './heard-texts.ts';
import type { Heard } from './tones-so-far.ts';

/** Phones hear so. */
const RATE_HZ = 8000;

export class EspeakWords {
  readonly #hearing = new ClipHearing();

  /** Of Russian texts. */
  static async of(texts: readonly string[]): Promise<EspeakWords> {
    const espeak = new EspeakSynthesizer();
    const words = new EspeakWords();
    for (const text of texts) words.#hearing.register(await spoken(espeak, text), text);
    await espeak.close();
    return words;
  }

  /** Words that were heard in their order. */
  heardIn(call: Heard): readonly HeardText[] {
    const { startedAtMs, pcm } = call.heard();
    return this.#hearing.hear(pcm).flatMap(({ text, startMs, endMs }) => {
      const words = wordsOf(text);
      const eachMs = (endMs - startMs) / words.length;
      return words.map((word, at) => {
        const fromMs = startedAtMs + startMs + at * eachMs;
        return { text: word, startedAtMs: fromMs, endedAtMs: fromMs + eachMs, soundMs: eachMs };
      });
    });
  }
}

const wordsOf = (text: string) => text.toLowerCase().match(/\p{L}+/gu) ?? [];

async function spoken(espeak: EspeakSynthesizer, text: string): Promise<Pcm> {
  const request = { text, language: 'ru-RU', voice: { name: 'alena', speed: 1 }, sampleRateHz: RATE_HZ };
  const pieces: Uint8Array[] = [];
  for await (const { pcm } of espeak.synthesize(request, new AbortController().signal)) pieces.push(pcm);
  return { sampleRateHz: RATE_HZ, data: concatBytes(pieces) };
}
