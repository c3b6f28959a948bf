/** Whole utterances through OpenAI, or any server that speaks its protocol: `POST /audio/transcriptions`, a WAV file each. */
import { FormData } from 'undici';
import { z } from 'zod';
import { bytesToMs, concatBytes, type Pcm } from '../../audio/pcm.ts';
import { SAMPLE_RATES_HZ } from '../../audio/resample.ts';
import { encodeWav } from '../../audio/wav.ts';
import { wholeSamples } from '../../audio/whole-samples.ts';
import { childWithin } from '../../base/abort.ts';
import { unlessAborted } from '../../base/async.ts';
import { systemClock, type Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { readWithin } from '../../base/read-within.ts';
import { cutAtPauses } from '../recognition/cut-at-pauses.ts';
import type {
  RecognitionCapabilities,
  RecognitionEvent,
  RecognitionProvider,
  RecognitionRequest,
} from '../recognition/recognizer.ts';
import { Endpoint } from './endpoint.ts';
import { isoLanguage, OPENAI_LANGUAGES } from './languages.ts';

export interface OpenAiRecognizerOptions {
  /** `https://api.openai.com/v1` */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** `gpt-4o-mini-transcribe`, `whisper-1`, or what the server calls its own. */
  readonly model: string;
  /** From the end of the audio to its text; default 4000 ms. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
}

const DEADLINE_MS = 4000;
/** A file has 25 MB at most; a little is the header's. An hour would fit, and nobody speaks for ten minutes without a pause. */
const PIECE_LIMIT = { maxMs: 600_000, maxBytes: 24_000_000 };
/** Less is refused as too short (0.1 s): nobody has said anything in it. */
const SHORTEST_MS = 100;
/** Ten minutes of the quickest speech are 40 kB. */
const MOST_ANSWER_BYTES = 256 * 1024;
const ANSWER = z.object({
  text: z.string(),
  /** In seconds, where they were asked for. */
  words: z.array(z.object({ word: z.string(), start: z.number(), end: z.number() })).optional(),
});
/** The newer models give json alone: https://platform.openai.com/docs/api-reference/audio/createTranscription */
const TIMING_MODELS = /^whisper/;

export class OpenAiRecognizer implements RecognitionProvider {
  readonly name = 'openai-stt';
  readonly capabilities: RecognitionCapabilities;
  readonly #endpoint: Endpoint;
  readonly #model: string;
  readonly #deadlineMs: number;
  readonly #clock: Clock;

  /** Throws a TypeError if the URL is none. Connects when it is first asked. */
  constructor({ deadlineMs = DEADLINE_MS, model, clock = systemClock, ...where }: OpenAiRecognizerOptions) {
    // The deadline is kept here, by the clock; a server that is given up is left.
    this.#endpoint = new Endpoint('ASR', { ...where, waitMs: 0 });
    this.#model = model;
    this.capabilities = {
      hears: (language) => language === 'auto' || isoLanguage(language) !== undefined,
      languages: OPENAI_LANGUAGES,
      sampleRatesHz: SAMPLE_RATES_HZ,
      streams: false,
      timesWords: TIMING_MODELS.test(model),
    };
    this.#deadlineMs = deadlineMs;
    this.#clock = clock;
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    const data = await readAll(audio, signal);
    const late = () =>
      new ParleyError('ASR_TIMEOUT', `${this.name} gave no text within ${this.#deadlineMs} ms.`);
    const attempt = childWithin(this.#deadlineMs, this.#clock, late, signal);
    try {
      const pieces = cutAtPauses({ sampleRateHz: request.sampleRateHz, data }, PIECE_LIMIT);
      let atMs = 0;
      for (const piece of pieces) {
        const lengthMs = bytesToMs(piece.data.byteLength, piece.sampleRateHz);
        if (lengthMs >= SHORTEST_MS) {
          const { text, words } = await this.#heardIn(piece, request, attempt.signal);
          const beganMs = atMs;
          const placed = words?.map(({ word, start, end }) => ({
            word,
            startMs: beganMs + start * 1000,
            endMs: beganMs + end * 1000,
          }));
          if (text !== '') yield { kind: 'final', text, ...(placed && { words: placed }) };
        }
        atMs += lengthMs;
      }
    } finally {
      attempt.release();
    }
  }

  async #heardIn(
    piece: Pcm,
    { language, timeWords }: RecognitionRequest,
    signal: AbortSignal,
  ): Promise<z.output<typeof ANSWER>> {
    const isTimed = timeWords === true && this.capabilities.timesWords === true;
    signal.throwIfAborted();
    const file = new Blob([encodeWav(piece)], { type: 'audio/wav' });
    const form = () => {
      const body = new FormData();
      body.append('file', file, 'speech.wav');
      body.append('model', this.#model);
      body.append('response_format', isTimed ? 'verbose_json' : 'json');
      if (isTimed) body.append('timestamp_granularities[]', 'word');
      const iso = isoLanguage(language);
      if (iso !== undefined) body.append('language', iso);
      return { body, headers: {} };
    };
    const response = await this.#endpoint.post('/audio/transcriptions', form, signal);
    try {
      const answer = await unlessAborted(readWithin(response.body, MOST_ANSWER_BYTES), signal);
      if (!answer) throw new ParleyError('ASR_BAD_ANSWER', `${this.name} sends more than any answer is.`);
      return answerIn(Buffer.from(answer).toString('utf8'), this.name);
    } catch (error) {
      throw this.#endpoint.failure(error, signal);
    }
  }

  close(): Promise<void> {
    return this.#endpoint.close();
  }
}

function answerIn(body: string, name: string): z.output<typeof ANSWER> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  const answer = ANSWER.safeParse(json);
  if (!answer.success)
    throw new ParleyError('ASR_BAD_ANSWER', `${name} answered without a text.`, { quote: body });
  return { ...answer.data, text: answer.data.text.trim() };
}

/** Everything that the stream holds; throws the signal's reason as soon as it aborts, even if the stream then hangs. */
async function readAll(audio: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const reading = (async () => {
    for await (const piece of wholeSamples(audio)) {
      if (signal.aborted) return;
      pieces.push(piece.slice());
    }
  })();
  await unlessAborted(reading, signal);
  return concatBytes(pieces);
}
