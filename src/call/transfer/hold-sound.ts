/** What a caller hears who waits for a colleague: a phrase, then quiet chords, and so on, so that the line never seems dead. */
import { fromSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { clipOf } from '../../telephony/line.ts';
import type { ReadyPhrase } from '../speaking/phrase-book.ts';
import type { Mouth } from '../speaking/mouth.ts';

/** How long the chords last between two phrases, ms. */
const CHORDS_MS = 8000;
const CHORD_MS = 2000;

/** Two notes each, Hz: within what a telephone carries. */
const CHORDS: readonly (readonly [number, number])[] = [
  [392, 494],
  [440, 523],
  [349, 440],
  [392, 587],
];

/** The peak of one note: far quieter than speech. */
const NOTE_AMPLITUDE = 1200;

export interface HoldSoundOptions {
  readonly mouth: Mouth;
  /** Taken in turn; without any there are only chords. */
  readonly phrases: readonly ReadyPhrase[];
}

export class HoldSound {
  readonly #mouth: Mouth;
  readonly #phrases: readonly ReadyPhrase[];
  #said = 0;
  #isOver = false;

  /** Begins at once, behind what is being said; `stop` must be called. */
  constructor({ mouth, phrases }: HoldSoundOptions) {
    this.#mouth = mouth;
    this.#phrases = phrases;
    this.#next();
  }

  /** Ends it, and whatever else the bot says. Idempotent. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#mouth.stop();
  }

  /** One clip is always queued behind the one that is heard. */
  #next(): void {
    if (this.#isOver) return;
    const count = this.#said++;
    const phrase = count % 2 === 0 ? this.#phrases[(count / 2) % this.#phrases.length] : undefined;
    const pcm = phrase?.pcm ?? chords(this.#mouth.sampleRateHz);
    const playback = this.#mouth.say(clipOf(pcm), { kind: 'hold', text: phrase?.text ?? '' });
    const goesOn = Promise.race([
      playback.started.then(() => true),
      playback.finished.then(({ outcome }) => outcome === 'heard'),
    ]);
    void goesOn.then((isHeard) => isHeard && this.#next());
  }
}

const made = new Map<number, Pcm>();

function chords(sampleRateHz: number): Pcm {
  const known = made.get(sampleRateHz);
  if (known) return known;
  const samples = new Int16Array((CHORDS_MS / 1000) * sampleRateHz);
  const perChord = (CHORD_MS / 1000) * sampleRateHz;
  for (let at = 0; at < samples.length; at++) {
    const notes = CHORDS[Math.floor(at / perChord) % CHORDS.length] ?? CHORDS[0];
    const within = (at % perChord) / perChord;
    // Swells and fades within each chord, and never to nothing.
    const loudness = 0.3 + 0.7 * Math.sin(Math.PI * within);
    const seconds = at / sampleRateHz;
    const sum = (notes ?? []).reduce((total, hz) => total + Math.sin(2 * Math.PI * hz * seconds), 0);
    samples[at] = Math.round(NOTE_AMPLITUDE * loudness * sum);
  }
  const pcm = fromSamples(samples, sampleRateHz);
  made.set(sampleRateHz, pcm);
  return pcm;
}
