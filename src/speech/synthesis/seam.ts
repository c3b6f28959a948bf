/** Where one provider's speech of a text ends and the next one's begins. */
import { bytesToMs } from '../../audio/pcm.ts';
import type { SpeechPiece, SpeechRequest, Voice, WordTiming } from './synthesizer.ts';
import { unspoken } from './unspoken.ts';

/**
 * A voice that goes on for itself, over another interface, paces a text alike to within a syllable: it speaks the same text and what was heard
 * is skipped by time. Another voice has its own pace, by which words would be lost: it speaks the text from the first word that was
 * not heard whole, or all of it where that is not known.
 */
export class Seam {
  readonly #request: SpeechRequest;
  /** All that was handed on. */
  #spokenBytes = 0;
  /** Who is speaking, what, since when, and the times of its words from then on. */
  #voice: Voice | undefined;
  #text: string;
  #sinceBytes = 0;
  #words: WordTiming[] = [];

  constructor(request: SpeechRequest) {
    this.#request = request;
    this.#text = request.text;
  }

  /** What this voice is to speak; undefined if there is nothing left. */
  requestFor(voice: Voice): SpeechRequest | undefined {
    const spokenBytes = this.#spokenBytes - this.#sinceBytes;
    if (this.#voice && this.#voice.name !== voice.name && spokenBytes > 0) {
      this.#text = unspoken(this.#text, this.#words, bytesToMs(spokenBytes, this.#request.sampleRateHz));
      this.#sinceBytes = this.#spokenBytes;
      this.#words = [];
    }
    this.#voice = voice;
    if (this.#text === '') return undefined;
    const isAsItWas = this.#text === this.#request.text && voice === this.#request.voice;
    return isAsItWas ? this.#request : { ...this.#request, text: this.#text, voice };
  }

  /** What is new of the speech that was asked for; the times of its words count from the beginning of all that is heard. */
  async *heardOf(pieces: AsyncIterable<SpeechPiece>): AsyncIterable<SpeechPiece> {
    const { sampleRateHz, voice } = this.#request;
    const sinceMs = bytesToMs(this.#sinceBytes, sampleRateHz);
    let toSkip = this.#spokenBytes - this.#sinceBytes;
    const skippedMs = bytesToMs(toSkip, sampleRateHz);
    const standIn = this.#voice && this.#voice.name !== voice.name ? { standIn: this.#voice.name } : {};
    for await (const piece of pieces) {
      const skipped = Math.min(toSkip, piece.pcm.byteLength);
      toSkip -= skipped;
      const pcm = piece.pcm.subarray(skipped);
      const words = piece.words.filter((word) => word.startMs >= skippedMs);
      this.#words.push(...words);
      if (pcm.byteLength === 0 && words.length === 0) continue;
      this.#spokenBytes += pcm.byteLength;
      yield { ...piece, ...standIn, pcm, words: words.map((word) => later(word, sinceMs)) };
    }
  }
}

function later(word: WordTiming, byMs: number): WordTiming {
  return byMs === 0 ? word : { ...word, startMs: word.startMs + byMs };
}
