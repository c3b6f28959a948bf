/**
 * What every recognizer is held to, whoever's it is. Its own test says how its server hears and fails; this says what must come of that.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BYTES_PER_SAMPLE } from '../../../audio/pcm.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import { ParleyError } from '../../../base/errors.ts';
import type { Recognizer } from '../recognizer.ts';

/** What befalls the next requests at the server; `well` again ends it. */
export type Trouble =
  /** Takes the audio and tells nothing. */
  | 'silent'
  /** More was asked for than is granted. */
  | 'quota'
  /** Tells what is no answer. */
  | 'garbage'
  | 'well';

export interface RecognizerStage {
  readonly recognizer: Recognizer;
  /** Speech that the server understands as this text, 8 kHz. */
  speech(text: string): Pcm;
  befall(trouble: Trouble): void;
  /** How many requests the server is still busy with. */
  underWay(): number;
  /** Nobody is there any more, until `restart`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** How long the recognizer may wait for its server before it gives up by itself, ms: longer than a server on the same machine needs. */
const DEADLINE_MS = 1500;
/** For what happens soon, on a busy machine. */
const SOON = { timeout: 5000 };
const TEXT = 'который час';

export function conformsAsRecognizer(
  name: string,
  open: (options: { readonly deadlineMs: number }) => Promise<RecognizerStage>,
): void {
  describe(`${name}, as every recognizer,`, () => {
    let stage: RecognizerStage;
    beforeEach(async () => {
      stage = await open({ deadlineMs: DEADLINE_MS });
    });
    afterEach(() => stage.stop());

    const never = () => new AbortController().signal;
    const hear = (audio: AsyncIterable<Uint8Array>, signal = never()) =>
      textOf(stage.recognizer, audio, signal);
    const said = () => piecesOf(stage.speech(TEXT), 320);
    const idle = () => vi.waitFor(() => expect(stage.underWay()).toBe(0), SOON);
    const busy = () => vi.waitFor(() => expect(stage.underWay()).toBe(1), SOON);

    it('understands what is said', async () => {
      expect(await hear(said())).toBe(TEXT);
    });

    it('understands it also where the network has cut samples in half', async () => {
      expect(await hear(piecesOf(stage.speech(TEXT), 333))).toBe(TEXT);
    });

    it('understands nothing where nothing was said', async () => {
      expect(await hear(piecesOf({ sampleRateHz: 8000, data: new Uint8Array(0) }, 320))).toBe('');
      expect(await hear(piecesOf({ sampleRateHz: 8000, data: new Uint8Array(8000) }, 320))).toBe('');
    });

    it('asks nobody where the signal has aborted before', async () => {
      const reason = new Error('too late');
      await expect(hear(said(), AbortSignal.abort(reason))).rejects.toBe(reason);
      await idle();
    });

    it('is aborted at once while the caller still speaks', async () => {
      const speaking = new AbortController();
      const reason = new Error('The caller hung up.');
      const hearing = hear(endless(stage.speech(TEXT)), speaking.signal);
      setImmediate(() => speaking.abort(reason));
      await expect(hearing).rejects.toBe(reason);
      await idle();
    });

    it('is aborted at once while its server tells nothing, and lets go of it', async () => {
      stage.befall('silent');
      const waiting = new AbortController();
      const lost = new ParleyError('ASR_TIMEOUT', 'It was not done in time.');
      const hearing = hear(said(), waiting.signal);
      await busy();
      waiting.abort(lost);
      await expect(hearing).rejects.toBe(lost);
      await idle();
    });

    it('gives up by itself in the end, where nobody else does', async () => {
      stage.befall('silent');
      await expect(hear(said())).rejects.toMatchObject({ code: 'ASR_TIMEOUT', retryable: true });
      await idle();
    });

    it('says that too much was asked for, which may be asked again', async () => {
      stage.befall('quota');
      await expect(hear(said())).rejects.toMatchObject({ code: 'ASR_QUOTA', retryable: true });
    });

    it('takes garbage for no answer', async () => {
      stage.befall('garbage');
      await expect(hear(said())).rejects.toMatchObject({ code: 'ASR_BAD_ANSWER' });
    });

    it('understands again when its server is back', async () => {
      expect(await hear(said())).toBe(TEXT);
      await stage.kill();
      await expect(hear(said())).rejects.toMatchObject({ code: 'ASR_UNAVAILABLE', retryable: true });
      await stage.restart();
      await vi.waitFor(async () => expect(await hear(said())).toBe(TEXT), { timeout: 15_000 });
    }, 25_000);

    it('can be closed twice, and hears no more', async () => {
      await stage.recognizer.close();
      await stage.recognizer.close();
      await expect(hear(said())).rejects.toBeInstanceOf(Error);
    });
  });
}

/** The utterance's words as the interface has them: all finals, as they were refined last. How they are punctuated is the provider's matter. */
async function textOf(recognizer: Recognizer, audio: AsyncIterable<Uint8Array>, signal: AbortSignal) {
  const finals: string[] = [];
  const request = { language: 'ru-RU', sampleRateHz: 8000 };
  for await (const event of recognizer.recognize(audio, request, signal)) {
    if (event.kind === 'final') finals.push(event.text);
    if (event.kind === 'refined') finals[event.index] = event.text;
  }
  return (
    finals
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).join(' ');
}

async function* piecesOf({ data }: Pcm, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.byteLength; at += pieceBytes) yield data.subarray(at, at + pieceBytes);
}

async function* endless({ data }: Pcm): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; at += 160 * BYTES_PER_SAMPLE) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield data.subarray(at % data.byteLength, (at % data.byteLength) + 160 * BYTES_PER_SAMPLE);
  }
}
