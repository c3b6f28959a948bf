/** Whole utterances through SpeechKit's short recognition v1: one HTTP request each, up to 30 s and 1 MB; longer ones in several. */
import { Agent } from 'undici';
import { childOf, childWithin } from '../../../base/abort.ts';
import { unlessAborted } from '../../../base/async.ts';
import { sleep, systemClock, type Clock } from '../../../base/clock.ts';
import { isParleyError, ParleyError } from '../../../base/errors.ts';
import { concatBytes, type Pcm } from '../../../audio/pcm.ts';
import type { Credentials } from '../credentials.ts';
import { cutAtPauses } from '../../recognition/cut-at-pauses.ts';
import type {
  RecognitionEvent,
  RecognitionProvider,
  RecognitionRequest,
} from '../../recognition/recognizer.ts';
import { CredentialsRefused } from '../failures.ts';
import { YANDEX_HEARING } from './languages.ts';
import { recognizeShort } from './short-recognition-request.ts';

export interface ShortRecognizerOptions {
  /** The whole URL: `https://stt.api.cloud.yandex.net/speech/v1/stt:recognize`. */
  readonly url: string;
  readonly credentials: Credentials;
  /** Needed only for users' own accounts. */
  readonly folderId?: string | undefined;
  /** From the end of the audio to its text, a retry included; default 4000 ms. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
}

/**
 * With a filler in between, the caller may wait this long before the silence becomes rude; after it the bot apologises. Half a minute
 * of speech is recognised well within it.
 */
const DEFAULT_DEADLINE_MS = 4_000;
/** A first attempt that hangs is given up here, so that a second one, over another connection, still has a chance. */
const FIRST_ATTEMPT_SHARE = 0.6;
/** Long enough for a server or a quota of requests a second to recover, too short to be noticed. */
const RETRY_PAUSE_MS = 150;
/** The service takes 30 s and 1 MB; a second less, since how it counts is not published. */
const PIECE_LIMIT = { maxMs: 29_000, maxBytes: 1_000_000 };
/** Callers speak a few times a minute: an idle connection is kept over a turn of the bot, which saves the TLS handshake. */
const KEEP_ALIVE_MS = 60_000;
/** A host that does not accept a connection in this time would not answer in time either. */
const CONNECT_DEADLINE_MS = 2_000;

/** Besides ASR_*, recognition throws CREDENTIALS_* when there is nothing to authenticate with. */
export class ShortRecognizer implements RecognitionProvider {
  readonly name = 'yandex-v1';
  readonly capabilities = { ...YANDEX_HEARING, streams: false };
  readonly #options: ShortRecognizerOptions;
  readonly #clock: Clock;
  readonly #connections = new Agent({
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_DEADLINE_MS },
    // Deadlines are kept here, by the clock.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  constructor(options: ShortRecognizerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    const data = await readAll(audio, signal);
    const pieces = cutAtPauses({ sampleRateHz: request.sampleRateHz, data }, PIECE_LIMIT);
    const texts = await this.#recognizeAll(pieces, request.language, signal);
    const text = texts.filter((each) => each !== '').join(' ');
    if (text !== '') yield { kind: 'final', text };
  }

  async close(): Promise<void> {
    if (!this.#connections.destroyed) await this.#connections.destroy();
  }

  /** All at once, in order; the first failure ends the others. */
  async #recognizeAll(pieces: readonly Pcm[], language: string, signal: AbortSignal): Promise<string[]> {
    const work = childOf(signal);
    try {
      return await Promise.all(pieces.map((piece) => this.#recognizePiece(piece, language, work.signal)));
    } catch (error) {
      work.abort(error);
      throw signal.aborted ? signal.reason : error;
    } finally {
      work.release();
    }
  }

  async #recognizePiece(piece: Pcm, language: string, signal: AbortSignal): Promise<string> {
    const wholeMs = this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS;
    const giveUpAtMs = this.#clock.nowMs() + wholeMs;
    try {
      return await this.#attempt(piece, language, wholeMs * FIRST_ATTEMPT_SHARE, signal);
    } catch (error) {
      const leftMs = giveUpAtMs - this.#clock.nowMs() - RETRY_PAUSE_MS;
      if (!isParleyError(error) || !error.retryable || leftMs <= 0) throw error;
      await sleep(this.#clock, RETRY_PAUSE_MS, signal);
      return await this.#attempt(piece, language, leftMs, signal);
    }
  }

  /** One request, ended with ASR_TIMEOUT after `withinMs`. */
  async #attempt(piece: Pcm, language: string, withinMs: number, signal: AbortSignal): Promise<string> {
    const late = () =>
      new ParleyError('ASR_TIMEOUT', `${this.name} gave no text within ${Math.round(withinMs)} ms.`);
    const work = childWithin(withinMs, this.#clock, late, signal);
    const { url, credentials, folderId } = this.#options;
    const target = { url, folderId, language, dispatcher: this.#connections };
    const once = async () => {
      const headers = await credentials.headers(work.signal);
      const text = recognizeShort(piece, { ...target, headers }, work.signal);
      return { headers, text: await text.catch((error: unknown) => error as Error) };
    };
    try {
      let { headers, text } = await once();
      if (text instanceof CredentialsRefused && credentials.refused?.(headers['authorization'] ?? ''))
        ({ headers, text } = await once());
      if (typeof text === 'string') return text;
      throw text;
    } catch (error) {
      throw work.signal.aborted ? work.signal.reason : error;
    } finally {
      work.release();
    }
  }
}

/** Everything that the stream holds; throws the signal's reason as soon as it aborts, even if the stream then hangs. */
async function readAll(audio: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const reading = (async () => {
    for await (const piece of audio) {
      if (signal.aborted) return;
      pieces.push(piece);
    }
  })();
  await unlessAborted(reading, signal);
  return concatBytes(pieces);
}
