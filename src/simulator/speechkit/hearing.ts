/** The stand-in's recognizer: it understands the tones and the recordings that it was told about, and nothing else. */
import type { Pcm } from '../../audio/pcm.ts';
import { ClipHearing } from './clip-hearing.ts';
import { hearTones } from './tone-hearing.ts';
import type { ToneRegistry } from './tone-registry.ts';

export class Hearing {
  readonly #tones: ToneRegistry;
  readonly #clips = new ClipHearing();

  constructor(tones: ToneRegistry) {
    this.#tones = tones;
  }

  registerClip(pcm: Pcm, text: string): void {
    this.#clips.register(pcm, text);
  }

  /** What was said, utterances joined by spaces; empty if nothing known was. */
  hear(pcm: Pcm): string {
    const tones = hearTones(pcm, this.#tones);
    return (tones.length > 0 ? tones : this.#clips.hear(pcm)).join(' ');
  }
}
