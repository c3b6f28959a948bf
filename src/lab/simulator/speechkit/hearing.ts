/**
 * The stand-in's recognizer: it understands the tones and the recordings that it was told about, and nothing else; or, where it has to
 * hear hundreds at once, takes every sound for one and the same text.
 */
import { durationMs, type Pcm } from '../../../audio/pcm.ts';
import { ClipHearing } from './clip-hearing.ts';
import type { HeardText } from './heard-text.ts';
import { wordTimes } from './speech.ts';
import { hearTones } from './tone-hearing.ts';
import type { ToneRegistry } from './tone-registry.ts';

export class Hearing {
  readonly #tones: ToneRegistry;
  readonly #clips = new ClipHearing();

  readonly #everything: string | undefined;

  constructor(tones: ToneRegistry, everything?: string) {
    this.#tones = tones;
    this.#everything = everything;
  }

  registerClip(pcm: Pcm, text: string): void {
    this.#clips.register(pcm, text);
  }

  /** What was said, utterances joined by spaces; empty if nothing known was. */
  hear(pcm: Pcm): string {
    return this.#texts(pcm)
      .map(({ text }) => text)
      .join(' ');
  }

  /** The same word by word; within a text every character takes the same time. */
  words(pcm: Pcm): readonly HeardText[] {
    return this.#texts(pcm).flatMap(({ text, startMs, endMs }) =>
      wordTimes(text, endMs - startMs).map((word) => ({
        text: word.word,
        startMs: startMs + word.startMs,
        endMs: startMs + word.startMs + word.lengthMs,
      })),
    );
  }

  #texts(pcm: Pcm): readonly HeardText[] {
    if (this.#everything !== undefined)
      return [{ text: this.#everything, startMs: 0, endMs: durationMs(pcm) }];
    const tones = hearTones(pcm, this.#tones);
    return tones.length > 0 ? tones : this.#clips.hear(pcm);
  }
}
