/** A recording, piece by piece: several pieces are heard at once, and told in their order. */
import { bytesToMs } from '../audio/pcm.ts';
import type { Pcm } from '../audio/pcm.ts';
import { childOf } from '../base/abort.ts';
import { eachAtOnce, once } from '../base/async.ts';
import type { HeardWord, RecognitionProvider, RecognitionRequest } from '../speech/recognition/recognizer.ts';

/** What was heard in one piece; its words are placed in the whole recording. */
export interface HeardPiece {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  readonly language: string | undefined;
  readonly confidence: number | undefined;
  readonly words: readonly HeardWord[];
}

/** Pieces of one recording that are asked for at once. */
const AT_ONCE = 4;

export class HeardPieces {
  readonly #pieces: readonly Pcm[];
  readonly #startsMs: readonly number[];
  readonly #heard: (HeardPiece | undefined)[];
  readonly #onPiece: ((piece: HeardPiece) => void) | undefined;
  #told = 0;

  /** `onPiece` is told of each in its order, as soon as all before it are known, and of none twice. */
  constructor(pieces: readonly Pcm[], onPiece?: (piece: HeardPiece) => void) {
    this.#pieces = pieces;
    let atMs = 0;
    this.#startsMs = pieces.map(({ data, sampleRateHz }) => {
      const startMs = atMs;
      atMs += bytesToMs(data.byteLength, sampleRateHz);
      return startMs;
    });
    this.#heard = pieces.map(() => undefined);
    this.#onPiece = onPiece;
  }

  /** All that has not been told of yet is heard by this one. Throws what it throws: the next one hears the rest. */
  async hearWith(
    recognizer: RecognitionProvider,
    request: Omit<RecognitionRequest, 'sampleRateHz'>,
    signal: AbortSignal,
  ): Promise<readonly HeardPiece[]> {
    const from = this.#onPiece ? this.#told : 0;
    this.#heard.fill(undefined, from);
    const left = [...this.#pieces.entries()].slice(from);
    const ended = childOf(signal);
    try {
      await eachAtOnce(left, AT_ONCE, async ([index, piece]) => {
        const startMs = this.#startsMs[index] ?? 0;
        this.#heard[index] = await heard(recognizer, piece, startMs, request, ended.signal);
        this.#tell();
      });
    } catch (error) {
      // Without one piece the others are of no use.
      ended.abort(error);
      throw error;
    } finally {
      ended.release();
    }
    return this.#heard.filter((piece) => piece !== undefined);
  }

  #tell(): void {
    for (;;) {
      const piece = this.#heard[this.#told];
      if (!piece) return;
      this.#told++;
      this.#onPiece?.(piece);
    }
  }
}

async function heard(
  recognizer: RecognitionProvider,
  pcm: Pcm,
  startMs: number,
  wish: Omit<RecognitionRequest, 'sampleRateHz'>,
  signal: AbortSignal,
): Promise<HeardPiece> {
  const finals: string[] = [];
  const words: HeardWord[] = [];
  const sure: number[] = [];
  let language: string | undefined;
  const request = { ...wish, sampleRateHz: pcm.sampleRateHz };
  for await (const event of recognizer.recognize(once(pcm.data), request, signal)) {
    if (event.kind === 'final') {
      finals.push(event.text);
      language ??= event.language;
      words.push(...(event.words ?? []));
      if (event.confidence !== undefined) sure.push(event.confidence);
    } else if (event.kind === 'refined') finals[event.index] = event.text;
  }
  return {
    startMs,
    endMs: startMs + bytesToMs(pcm.data.byteLength, pcm.sampleRateHz),
    text: finals.filter((text) => text.trim() !== '').join(' '),
    language,
    confidence: mean(sure),
    words: words.map((word) => ({
      ...word,
      startMs: word.startMs + startMs,
      endMs: word.endMs + startMs,
    })),
  };
}

/** Undefined of nothing. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
