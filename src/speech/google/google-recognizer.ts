/** Google Cloud Speech-to-Text v2: audio in while it is spoken, partial and final texts out. */
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { wholeSamples } from '../../audio/whole-samples.ts';
import { childOf, untilAborted } from '../../base/abort.ts';
import { systemClock, type CancelTimer, type Clock } from '../../base/clock.ts';
import { isParleyError, ParleyError } from '../../base/errors.ts';
import { unansweredAfter } from '../../base/unanswered-after.ts';
import type {
  HeardWord,
  RecognitionCapabilities,
  RecognitionEvent,
  RecognitionProvider,
  RecognitionRequest,
} from '../recognition/recognizer.ts';
import { GoogleEndpoint, googleFailure } from './grpc-endpoint.ts';
import type { GoogleEndpointOptions } from './grpc-endpoint.ts';
import { speechService } from './proto.ts';
import type { Offset, StreamingRecognizeRequest, StreamingRecognizeResponse, WordInfo } from './proto.ts';

export interface GoogleRecognizerOptions extends GoogleEndpointOptions {
  readonly projectId: string;
  /** `global`, or a region, whose own address `url` must then be. */
  readonly location: string;
  /** `long`, `telephony`, `chirp_2` …: not every one is everywhere, nor in every language. */
  readonly model: string;
  /** From the end of the audio to the last text; default 3000 ms. */
  readonly finishMs?: number;
  /** Live speech, or whole utterances, which go the same way; default live. Each rests by itself. */
  readonly hearing?: 'live' | 'whole';
  readonly clock?: Clock;
}

type Call = ClientDuplexStream<StreamingRecognizeRequest, StreamingRecognizeResponse>;

const FINISH_MS = 3000;
/** Of audio in a message; the documentation says 25 KB, the proto file 15 KB. */
const MOST_BYTES = 15 * 1024;
/** Google's own name of Hebrew in recognition. */
const THEIRS: Readonly<Record<string, string>> = { 'he-IL': 'iw-IL', 'he-HE': 'iw-IL' };
const OURS: Readonly<Record<string, string>> = { 'iw-IL': 'he-IL' };
const LANGUAGES = (
  'ru-RU en-US en-GB he-IL kk-KZ uz-UZ tr-TR az-AZ uk-UA de-DE fr-FR es-ES it-IT pt-PT pt-BR pl-PL nl-NL sv-SE fi-FI da-DK cs-CZ ro-RO ' +
  'hu-HU el-GR bg-BG ka-GE hy-AM ar-EG hi-IN ja-JP ko-KR vi-VN th-TH id-ID'
).split(' ');

export class GoogleRecognizer implements RecognitionProvider {
  readonly name: string;
  readonly capabilities: RecognitionCapabilities;
  readonly #options: GoogleRecognizerOptions;
  readonly #endpoint: GoogleEndpoint;
  readonly #clock: Clock;
  readonly #method = speechService().StreamingRecognize;
  #closed = false;

  constructor(options: GoogleRecognizerOptions) {
    const { hearing = 'live' } = options;
    this.name = hearing === 'live' ? 'google-stt' : 'google-stt-whole';
    this.capabilities = {
      // It tells languages apart only among some that are named.
      hears: (language) => LANGUAGES.includes(language) || language === 'he-HE' || language === 'auto',
      languages: LANGUAGES,
      sampleRatesHz: [8000, 16_000, 24_000, 44_100, 48_000],
      streams: hearing === 'live',
      timesWords: true,
    };
    this.#options = options;
    this.#endpoint = new GoogleEndpoint(options);
    this.#clock = options.clock ?? systemClock;
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    signal.throwIfAborted();
    if (this.#closed) throw new ParleyError('ASR_UNAVAILABLE', `${this.name} is closed.`);
    const attempt = childOf(signal);
    const call = this.#call(request);
    let cancelPatience: CancelTimer = () => undefined;
    const feeding = feed(call, audio, attempt.signal).then(
      () => (cancelPatience = this.#loseItLater(attempt)),
      (error: unknown) => attempt.abort(error),
    );
    try {
      for await (const { results } of untilAborted(
        call as AsyncIterable<StreamingRecognizeResponse>,
        attempt.signal,
      ))
        yield* eventsOf(results);
    } catch (error) {
      throw attempt.signal.aborted ? attempt.signal.reason : googleFailure('ASR', error);
    } finally {
      // The feed is left where it waits; it ends with the signal.
      attempt.abort(new Error('Nobody hears any more.'));
      call.cancel();
      void feeding.then(() => cancelPatience());
    }
  }

  #call(request: RecognitionRequest): Call {
    const { path, requestSerialize, responseDeserialize } = this.#method;
    const call = this.#endpoint.client.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      this.#endpoint.metadata(),
    );
    // Cancelling emits an error that comes after the last reader has left.
    call.on('error', () => undefined);
    const { projectId, location, model } = this.#options;
    call.write({
      recognizer: `projects/${projectId}/locations/${location}/recognizers/_`,
      streaming_config: {
        config: {
          explicit_decoding_config: {
            encoding: 'LINEAR16',
            sample_rate_hertz: request.sampleRateHz,
            audio_channel_count: 1,
          },
          model,
          language_codes: languagesOf(request),
          features: {
            enable_automatic_punctuation: true,
            ...(request.timeWords && { enable_word_time_offsets: true }),
          },
        },
        streaming_features: { interim_results: true },
      },
    });
    return call;
  }

  #loseItLater(attempt: { abort(reason: unknown): void }): CancelTimer {
    const { finishMs = FINISH_MS } = this.#options;
    return unansweredAfter(this.#clock, finishMs, () =>
      attempt.abort(
        new ParleyError('ASR_TIMEOUT', `${this.name} was not done ${finishMs} ms after the audio.`),
      ),
    );
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#endpoint.close();
    return Promise.resolve();
  }
}

/** Sends all audio and closes the sending side. Throws what the audio throws; ends quietly with the signal. */
async function feed(call: Call, audio: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  try {
    for await (const piece of untilAborted(wholeSamples(audio), signal))
      for (let at = 0; at < piece.byteLength; at += MOST_BYTES)
        call.write({ audio: piece.subarray(at, at + MOST_BYTES) });
    call.end();
  } catch (error) {
    if (!signal.aborted) throw isParleyError(error) ? error : (error as Error);
  }
}

function* eventsOf(results: StreamingRecognizeResponse['results']): Iterable<RecognitionEvent> {
  const said = results.filter(({ alternatives }) => alternatives.length > 0);
  const pending: string[] = [];
  for (const { alternatives, is_final: isFinal, language_code: code } of said) {
    const [best] = alternatives;
    const text = (best?.transcript ?? '').trim();
    if (!isFinal) pending.push(text);
    else if (text !== '')
      yield {
        kind: 'final',
        text,
        ...(code !== '' && { language: OURS[code] ?? code }),
        ...(best?.confidence && { confidence: best.confidence }),
        ...(best?.words?.length && { words: best.words.map(wordOf) }),
      };
  }
  if (pending.length > 0) yield { kind: 'partial', text: pending.join(' ') };
}

function wordOf({ word, start_offset: start, end_offset: end }: WordInfo): HeardWord {
  return { word, startMs: msOf(start), endMs: msOf(end) };
}

const msOf = (offset: Offset | null | undefined) =>
  offset ? offset.seconds * 1000 + Math.round(offset.nanos / 1e6) : 0;

/** What it is to listen for: of several it tells which was spoken. */
function languagesOf({ language, among = [] }: RecognitionRequest): string[] {
  const named = language === 'auto' ? among : [language];
  return named.length > 0 ? named.map((one) => THEIRS[one] ?? one) : ['auto'];
}
