/**
 * The stand-in's recognizer: it understands the tones and the recordings that it was told about, and nothing else; or, where it has to
 * hear hundreds at once, takes every sound for one and the same text.
 */
import { durationMs, type Pcm } from '../../../audio/pcm.ts';
import { ClipHearing } from './clip-hearing.ts';
import type { HeardText } from './heard-text.ts';
import { wordTimes } from './speech.ts';
import { hearTones, type TonesSoFar } from './tone-hearing.ts';
import type { ToneRegistry } from './tone-registry.ts';

/** What every sound is understood as, if it depends on the language that was asked for (`ru-RU`, `he-HE`, `auto`). */
export type Everything = string | ((language: string) => string);

export class Hearing {
  readonly #tones: ToneRegistry;
  readonly #clips = new ClipHearing();

  readonly #everything: Everything | undefined;

  constructor(tones: ToneRegistry, everything?: Everything) {
    this.#tones = tones;
    this.#everything = everything;
  }

  registerClip(pcm: Pcm, text: string): void {
    this.#clips.register(pcm, text);
  }

  /** What was said, utterances joined by spaces; empty if nothing known was. `soFar` is of whoever hears an utterance again and again as it grows. */
  hear(pcm: Pcm, language = 'auto', soFar?: TonesSoFar): string {
    return this.#texts(pcm, language, soFar)
      .map(({ text }) => text)
      .join(' ');
  }

  /** The same word by word; within a text every character takes the same time. */
  words(pcm: Pcm, language = 'auto', soFar?: TonesSoFar): readonly HeardText[] {
    return this.#texts(pcm, language, soFar).flatMap(({ text, startMs, endMs }) =>
      wordTimes(text, endMs - startMs).map((word) => ({
        text: word.word,
        startMs: startMs + word.startMs,
        endMs: startMs + word.startMs + word.lengthMs,
      })),
    );
  }

  #texts(pcm: Pcm, language: string, soFar?: TonesSoFar): readonly HeardText[] {
    if (this.#everything !== undefined) {
      const text = typeof this.#everything === 'string' ? this.#everything : this.#everything(language);
      return [{ text, startMs: 0, endMs: durationMs(pcm) }];
    }
    const tones = hearTones(pcm, this.#tones, soFar);
    return tones.length > 0 ? tones : this.#clips.hear(pcm);
  }
}
