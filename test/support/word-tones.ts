/** Speech in which each word is a tone of its own, whoever speaks it: what a phone heard can be read word by word. */
import { setTimeout } from 'node:timers/promises';
import { msToBytes } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { ToneRegistry } from '../../src/lab/simulator/speechkit/tone-registry.ts';
import { toneSpeech } from '../../src/lab/simulator/speechkit/voice.ts';
import type { SimulatedVoice } from '../../src/lab/simulator/speechkit/voice.ts';
import { heardPieces } from './heard-texts.ts';
import type { HeardText } from './heard-texts.ts';
import type { Heard } from './tones-so-far.ts';
import { MS_PER_CHARACTER } from './world.ts';

/** Of a text that is one tone, ms. */
const SHORTEST_MS = 400;
/** Listening to several phones must leave them the time to speak. */
const LOOK_EVERY_MS = 300;
/** What has just begun is not heard to its end yet. */
const OVER_AFTER_MS = 300;
const HEARD_WITHIN_MS = 30_000;

/** Edges are found to 20 ms each. */
const EDGES_MS = 60;
/**
 * A busy machine loses packets in the middle of a word. A word that was broken off with its voice has less of its sound than this, and not its
 * end.
 */
const MOST_OF_IT = 0.6;

/** In speech nothing is as pure as a tone for longer, ms. */
const BY_CHANCE_MS = 80;

export interface WaitOptions {
  /** For the message, should it not be heard. */
  readonly what?: string;
  /** Words that were heard otherwise than as tones. */
  readonly fromOthers?: (call: Heard) => readonly HeardText[];
}

const lengthMs = (word: string) => MS_PER_CHARACTER * word.length;

export class WordTones {
  readonly #words: readonly string[];
  readonly #tones = new ToneRegistry();

  /** Of these words, in the order in which they are to be heard; any others in a text that has one of them are silent. */
  constructor(words: readonly string[]) {
    this.#words = words;
    for (const word of words) this.#tones.hzOf(word);
  }

  /** Each character takes its time, as the stand-ins tell of the times of words; a text without any of the words is one tone. */
  readonly voice: SimulatedVoice = async (text, rateHz) => {
    const found = [...text.toLowerCase().matchAll(/\p{L}+/gu)].filter(({ 0: word }) =>
      this.#words.includes(word),
    );
    if (found.length === 0) return this.#toneOf(text, rateHz, SHORTEST_MS);
    const data = new Uint8Array(msToBytes(lengthMs(text), rateHz));
    for (const { 0: word, index } of found)
      data.set(this.#toneOf(word, rateHz, 0).data, msToBytes(MS_PER_CHARACTER * index, rateHz));
    return { sampleRateHz: rateHz, data };
  };

  /** Waits until the phone has heard it whole, a word or a text that is one tone, by whomever, and returns the words so far. */
  async untilHeard(
    call: Heard,
    wanted: string | undefined,
    { what = 'a call', fromOthers }: WaitOptions = {},
  ): Promise<readonly HeardText[]> {
    const untilMs = performance.now() + HEARD_WITHIN_MS;
    for (;;) {
      const heard = joined(
        fromOthers ? this.#beside(call, fromOthers(call)) : heardPieces(call, this.#tones),
      );
      const isOver = heard.some(
        (each) =>
          each.text === wanted && this.#isWhole(each) && performance.now() - each.endedAtMs > OVER_AFTER_MS,
      );
      if (isOver) return heard.filter(({ text }) => this.#words.includes(text));
      if (performance.now() > untilMs)
        throw new Error(
          `${what}: «${wanted}» was not heard, but: ${heard.map(({ text }) => text).join(' ')}`,
        );
      await setTimeout(LOOK_EVERY_MS);
    }
  }

  /** Those that were not heard whole. */
  lostIn(heard: readonly HeardText[]): readonly string[] {
    return this.#words.filter((word) => !heard.some((each) => each.text === word && this.#isWhole(each)));
  }

  /** Of a text that is one tone it is enough to have heard it. */
  #isWhole({ text, startedAtMs, endedAtMs, soundMs }: HeardText): boolean {
    if (!this.#words.includes(text)) return true;
    const wholeMs = lengthMs(text);
    return soundMs > MOST_OF_IT * wholeMs || endedAtMs - startedAtMs > wholeMs - EDGES_MS;
  }

  /** What others say holds short tones by chance. A piece of a word is as short where the line has stood still, and has the rest beside it. */
  #beside(call: Heard, others: readonly HeardText[]): readonly HeardText[] {
    const tones = heardPieces(call, this.#tones).filter(
      ({ startedAtMs, endedAtMs }) =>
        !others.some((other) => startedAtMs < other.endedAtMs && endedAtMs > other.startedAtMs),
    );
    const all = [...tones, ...others].sort((one, other) => one.startedAtMs - other.startedAtMs);
    return joined(all).filter(({ soundMs }) => soundMs > BY_CHANCE_MS);
  }

  #toneOf(text: string, rateHz: number, minMs: number): Pcm {
    return toneSpeech(this.#tones.hzOf(text), text, rateHz, { perCharMs: MS_PER_CHARACTER, minMs });
  }
}

/** Pieces of one word one after another are that word: packets have waited between them. */
function joined(pieces: readonly HeardText[]): readonly HeardText[] {
  const words: HeardText[] = [];
  for (const piece of pieces) {
    const last = words.at(-1);
    if (last?.text === piece.text)
      words[words.length - 1] = {
        ...last,
        endedAtMs: piece.endedAtMs,
        soundMs: last.soundMs + piece.soundMs,
      };
    else words.push(piece);
  }
  return words;
}
