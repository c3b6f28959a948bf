/** Speech from OpenAI, or from any server that speaks its protocol: `POST /audio/speech`, raw PCM at 24 kHz while it is generated. */
import { Resampler, SAMPLE_RATES_HZ } from '../../audio/resample.ts';
import { untilAborted } from '../../base/abort.ts';
import { systemClock, type Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { readStart, within } from '../../base/read-within.ts';
import { PcmAssembler } from '../synthesis/pcm-assembler.ts';
import type { KnownVoice, SynthesisCapabilities, SynthesisProvider } from '../synthesis/provider.ts';
import { speechBound } from '../synthesis/speech-bound.ts';
import type { SpeechPiece, SpeechRequest } from '../synthesis/synthesizer.ts';
import { Endpoint } from './endpoint.ts';
import { isoLanguage, OPENAI_LANGUAGES } from './languages.ts';

export interface OpenAiSynthesizerOptions {
  /** `https://api.openai.com/v1` */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** `gpt-4o-mini-tts`, `tts-1`, or what the server calls its own. */
  readonly model: string;
  /** From the request to the head of the answer, and between two parts of it; default 5000 ms. The failover is stricter. */
  readonly waitMs?: number;
  readonly clock?: Clock;
}

const WAIT_MS = 5000;
/** Of `response_format` pcm, which has no header. https://platform.openai.com/docs/guides/text-to-speech */
const RATE_HZ = 24_000;
const MOST_CHARACTERS = 4096;
const [SLOWEST, QUICKEST] = [0.25, 4];

/** Those that both tts-1 and gpt-4o-mini-tts have come first. */
const VOICES: readonly KnownVoice[] = [
  ...['nova', 'shimmer', 'coral', 'sage', 'alloy', 'marin'].map((name) => ({
    name,
    gender: 'female' as const,
  })),
  ...['onyx', 'echo', 'ash', 'fable', 'ballad', 'verse', 'cedar'].map((name) => ({
    name,
    gender: 'male' as const,
  })),
];

/** What begins like this is an explanation, not sound. */
const A_TEXT = /^(text\/|application\/json)/;
const MAX_QUOTE_BYTES = 1024;

export class OpenAiSynthesizer implements SynthesisProvider {
  readonly name = 'openai-tts';
  readonly capabilities: SynthesisCapabilities = {
    speaks: (language) => isoLanguage(language) !== undefined,
    languages: OPENAI_LANGUAGES,
    voices: VOICES,
    sampleRatesHz: SAMPLE_RATES_HZ,
    mostCharacters: MOST_CHARACTERS,
    timesWords: false,
    streams: true,
  };
  readonly #endpoint: Endpoint;
  readonly #model: string;
  readonly #clock: Clock;

  /** Throws a TypeError if the URL is none. Connects when it is first asked to speak. */
  constructor({ waitMs = WAIT_MS, model, clock = systemClock, ...where }: OpenAiSynthesizerOptions) {
    this.#endpoint = new Endpoint('TTS', { ...where, waitMs });
    this.#model = model;
    this.#clock = clock;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    signal.throwIfAborted();
    const body = JSON.stringify(this.#order(request));
    const headers = { 'content-type': 'application/json' };
    const response = await this.#endpoint.post('/audio/speech', () => ({ body, headers }), signal);
    try {
      const type = String(response.headers['content-type'] ?? '');
      if (A_TEXT.test(type)) {
        const text = Buffer.from(await readStart(response.body, MAX_QUOTE_BYTES)).toString('utf8');
        throw new ParleyError('TTS_BAD_ANSWER', 'Got a text instead of audio.', {
          quote: `${type}: ${text}`,
        });
      }
      yield* this.#heard(response.body as AsyncIterable<Uint8Array>, request, signal);
    } catch (error) {
      throw this.#endpoint.failure(error, signal);
    }
  }

  async *#heard(
    body: AsyncIterable<Uint8Array>,
    request: SpeechRequest,
    signal: AbortSignal,
  ): AsyncIterable<SpeechPiece> {
    const assembler = new PcmAssembler(RATE_HZ);
    const resampler = new Resampler(RATE_HZ, request.sampleRateHz);
    const answer = within(untilAborted(body, signal), {
      bound: speechBound({ ...request, sampleRateHz: RATE_HZ }),
      clock: this.#clock,
      bytesOf: ({ byteLength }) => byteLength,
      beyond: (what) => new ParleyError('TTS_BAD_ANSWER', `The answer ${what}.`),
    });
    for await (const bytes of answer) {
      const pcm = resampler.push(assembler.push(bytes));
      if (pcm.byteLength > 0) yield { pcm, words: [], provider: this.name };
    }
    assembler.end();
    const pcm = resampler.flush();
    if (pcm.byteLength > 0) yield { pcm, words: [], provider: this.name };
  }

  /** Throws TTS_REJECTED for what no server would speak. */
  #order({ text, voice, sampleRateHz }: SpeechRequest) {
    if (text.trim() === '') throw new ParleyError('TTS_REJECTED', 'There is nothing to say.');
    if (text.length > MOST_CHARACTERS)
      throw new ParleyError('TTS_REJECTED', `${this.name} does not speak ${text.length} characters at once.`);
    if (!SAMPLE_RATES_HZ.includes(sampleRateHz))
      throw new ParleyError('TTS_REJECTED', `Speech cannot be brought to ${sampleRateHz} Hz.`);
    const speed = Math.min(QUICKEST, Math.max(SLOWEST, voice.speed));
    return { model: this.#model, input: text, voice: voice.name, response_format: 'pcm', speed };
  }

  close(): Promise<void> {
    return this.#endpoint.close();
  }
}
