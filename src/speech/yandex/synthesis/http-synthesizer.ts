import { Pool, type Dispatcher } from 'undici';
import { untilAborted } from '../../../base/abort.ts';
import { systemClock, type Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import { failedConnection, isStaleConnection } from '../../../base/failed-http.ts';
import { readStart, within } from '../../../base/read-within.ts';
import type { Credentials } from '../credentials.ts';
import { CredentialsRefused, httpFailure } from '../failures.ts';
import type { SynthesisProvider } from '../../synthesis/provider.ts';
import type { SpeechPiece, SpeechRequest } from '../../synthesis/synthesizer.ts';
import { speechBound } from '../../synthesis/speech-bound.ts';
import { speakingBy, synthesisLanguage, voiceForHttp } from './voices.ts';
import { PcmAssembler } from '../../synthesis/pcm-assembler.ts';

export interface HttpSynthesizerOptions {
  /** The whole URL: `https://tts.api.cloud.yandex.net/speech/v1/tts:synthesize`. */
  readonly url: string;
  readonly credentials: Credentials;
  /** Needed with a user's token only; a service account's folder is implied. */
  readonly folderId?: string | undefined;
  readonly settings?: HttpSynthesizerSettings;
  readonly clock?: Clock;
}

export interface HttpSynthesizerSettings {
  /** Connections at most; further requests wait. Default 40: the provider's own limit is 40 requests a second. */
  readonly connections: number;
  /** How long an idle connection is kept, in milliseconds, unless the server says less. Default 30 000: a few turns. */
  readonly keepAliveMs: number;
  /** From the request to the head of the answer, in milliseconds. Default 5000; the failover is stricter. */
  readonly headersMs: number;
  /** Between two parts of the answer's body, in milliseconds. Default 5000; the failover is stricter. */
  readonly bodyMs: number;
}

export const HTTP_SYNTHESIZER_DEFAULTS: HttpSynthesizerSettings = Object.freeze({
  connections: 40,
  keepAliveMs: 30_000,
  headersMs: 5000,
  bodyMs: 5000,
});

/** The rates at which v1 answers in lpcm. */
const RATES_HZ: readonly number[] = [8000, 16_000, 48_000];

/** v1 takes 5000, but no form beyond 15 KB, of which a Cyrillic letter takes six bytes. */
const MOST_CHARACTERS = 2500;

/** An error's explanation is short; whatever else a broken server sends is not read on. */
const MAX_ERROR_BYTES = 4096;

/**
 * Yandex SpeechKit v1 over HTTP: a form is posted, the body of the answer is the speech as raw LINEAR16. No word
 * timings, fewer voices than v3 (see voices.ts), and rates of 8, 16 and 48 kHz only.
 */
export class HttpSynthesizer implements SynthesisProvider {
  readonly name = 'yandex-http';
  readonly capabilities = {
    ...speakingBy('v1'),
    sampleRatesHz: RATES_HZ,
    mostCharacters: MOST_CHARACTERS,
    timesWords: false,
  } as const;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #credentials: Credentials;
  readonly #folderId: string | undefined;
  readonly #clock: Clock;
  #closing: Promise<void> | undefined;

  /** Throws a TypeError if the URL is none. Connects when it is first asked to speak. */
  constructor(options: HttpSynthesizerOptions) {
    const { url, credentials, folderId, settings = HTTP_SYNTHESIZER_DEFAULTS, clock = systemClock } = options;
    const { origin, pathname, search } = new URL(url);
    this.#path = pathname + search;
    this.#pool = new Pool(origin, {
      connections: settings.connections,
      keepAliveTimeout: settings.keepAliveMs,
      headersTimeout: settings.headersMs,
      bodyTimeout: settings.bodyMs,
    });
    this.#credentials = credentials;
    this.#folderId = folderId;
    this.#clock = clock;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    signal.throwIfAborted();
    try {
      const form = toForm(request, this.#folderId);
      const { body } = await this.#answer(form, signal);
      const pcm = new PcmAssembler(request.sampleRateHz);
      const answer = within(untilAborted(body as AsyncIterable<Uint8Array>, signal), {
        bound: speechBound(request),
        clock: this.#clock,
        bytesOf: ({ byteLength }) => byteLength,
        beyond: (what) => new ParleyError('TTS_BAD_ANSWER', `The answer ${what}.`),
      });
      for await (const bytes of answer) {
        const samples = pcm.push(bytes);
        if (samples.byteLength > 0) yield { pcm: samples, words: [], provider: this.name };
      }
      pcm.end();
    } catch (error) {
      signal.throwIfAborted();
      throw failedConnection('TTS', error);
    }
  }

  /** Asked once more with other credentials if those were refused and there are others. */
  async #answer(form: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const headers = await this.#credentials.headers(signal);
    try {
      return await this.#post(form, headers, signal);
    } catch (error) {
      const isRefused = error instanceof CredentialsRefused;
      if (!isRefused || !this.#credentials.refused?.(headers['authorization'] ?? '')) throw error;
      return this.#post(form, await this.#credentials.headers(signal), signal);
    }
  }

  /** The answer, if it is a good one. Throws TTS_* with the server's own explanation if it is not. */
  async #post(
    form: string,
    credentials: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const headers = { ...credentials, 'content-type': 'application/x-www-form-urlencoded' };
    const options = { path: this.#path, method: 'POST', headers, body: form, signal } as const;
    const response = await this.#pool.request(options).catch((error: unknown) => {
      if (isStaleConnection(error)) return this.#pool.request(options);
      throw error;
    });
    if (response.statusCode !== 200)
      throw httpFailure('TTS', response.statusCode, await startOf(response.body));
    const type = String(response.headers['content-type'] ?? '');
    if (!/^(text\/|application\/json)/.test(type)) return response;
    const quote = `${type}: ${await startOf(response.body)}`;
    throw new ParleyError('TTS_BAD_ANSWER', 'Got a text instead of audio.', { quote });
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.destroy();
    return this.#closing;
  }
}

function toForm(
  { text, language, voice, sampleRateHz }: SpeechRequest,
  folderId: string | undefined,
): string {
  if (text.length > MOST_CHARACTERS)
    throw new ParleyError('TTS_REJECTED', `SpeechKit v1 does not speak ${text.length} characters at once.`);
  if (!RATES_HZ.includes(sampleRateHz))
    throw new ParleyError('TTS_REJECTED', `SpeechKit v1 has no lpcm at ${sampleRateHz} Hz.`);
  const speaker = voiceForHttp(voice, language);
  if (!speaker) throw new ParleyError('TTS_REJECTED', `SpeechKit v1 has no voice for ${language}.`);
  const form = new URLSearchParams({
    text,
    lang: synthesisLanguage(language),
    voice: speaker.name,
    speed: String(speaker.speed),
    format: 'lpcm',
    sampleRateHertz: String(sampleRateHz),
  });
  if (speaker.role !== undefined) form.set('emotion', speaker.role);
  if (folderId !== undefined) form.set('folderId', folderId);
  return form.toString();
}

async function startOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.from(await readStart(body, MAX_ERROR_BYTES)).toString('utf8');
}
