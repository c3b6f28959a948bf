/** Google Cloud Text-to-Speech v1: one text, its whole speech in one message, raw PCM at the rate that is asked for. */
import { unlessAborted } from '../../base/async.ts';
import { ParleyError } from '../../base/errors.ts';
import { PcmAssembler } from '../synthesis/pcm-assembler.ts';
import { speechBound } from '../synthesis/speech-bound.ts';
import type { KnownVoice, SynthesisCapabilities, SynthesisProvider } from '../synthesis/provider.ts';
import type { SpeechPiece, SpeechRequest } from '../synthesis/synthesizer.ts';
import { GoogleEndpoint, googleFailure } from './grpc-endpoint.ts';
import type { GoogleEndpointOptions } from './grpc-endpoint.ts';
import { textToSpeechService } from './proto.ts';
import type { SynthesizeSpeechRequest, SynthesizeSpeechResponse } from './proto.ts';

export interface GoogleSynthesizerOptions extends GoogleEndpointOptions {
  /** From the request to its speech; default 5000 ms. The failover is stricter. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 5000;
/** 5000 bytes are taken, and a Cyrillic or Hebrew letter has two. */
const MOST_CHARACTERS = 2500;
const MOST_BYTES = 5000;
const [SLOWEST, QUICKEST] = [0.25, 2];

/** https://cloud.google.com/text-to-speech/docs/list-voices-and-types */
const VOICES: readonly KnownVoice[] = [
  ['ru-RU-Wavenet-A', 'female', 'ru-RU'],
  ['ru-RU-Wavenet-B', 'male', 'ru-RU'],
  ['en-US-Wavenet-F', 'female', 'en-US'],
  ['en-US-Wavenet-D', 'male', 'en-US'],
  ['he-IL-Wavenet-A', 'female', 'he-IL'],
  ['he-IL-Wavenet-B', 'male', 'he-IL'],
  ['tr-TR-Wavenet-A', 'female', 'tr-TR'],
  ['tr-TR-Wavenet-B', 'male', 'tr-TR'],
].map(([name = '', gender, language = '']) => ({ name, language, gender: gender as KnownVoice['gender'] }));

/** Spoken too, in a voice that the server chooses. */
const FURTHER = (
  'ar-XA cs-CZ da-DK de-DE el-GR es-ES fi-FI fr-FR hi-IN hu-HU id-ID it-IT ja-JP ko-KR nl-NL nb-NO pl-PL pt-BR pt-PT ro-RO sk-SK sv-SE th-TH ' +
  'uk-UA vi-VN'
).split(' ');
const LANGUAGES = [...new Set(VOICES.flatMap(({ language }) => language ?? [])), ...FURTHER];

export class GoogleSynthesizer implements SynthesisProvider {
  readonly name = 'google-tts';
  readonly capabilities: SynthesisCapabilities = {
    speaks: (language) => googleLanguage(language) !== undefined,
    languages: LANGUAGES,
    voices: VOICES,
    sampleRatesHz: { from: 8000, to: 48_000 },
    mostCharacters: MOST_CHARACTERS,
    timesWords: false,
    streams: false,
  };
  readonly #endpoint: GoogleEndpoint;
  readonly #deadlineMs: number;
  readonly #method = textToSpeechService().SynthesizeSpeech;
  #closed = false;

  constructor({ deadlineMs = DEADLINE_MS, ...endpoint }: GoogleSynthesizerOptions) {
    this.#endpoint = new GoogleEndpoint(endpoint);
    this.#deadlineMs = deadlineMs;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    signal.throwIfAborted();
    if (this.#closed) throw new ParleyError('TTS_UNAVAILABLE', `${this.name} is closed.`);
    const { audio_content: bytes } = await this.#ask(toWire(request), signal);
    const { mostBytes } = speechBound(request);
    if (bytes.byteLength > mostBytes)
      throw new ParleyError('TTS_BAD_ANSWER', `The answer holds more than ${Math.round(mostBytes)} bytes.`);
    const assembler = new PcmAssembler(request.sampleRateHz);
    const pcm = assembler.push(bytes);
    assembler.end();
    yield { pcm, words: [], provider: this.name };
  }

  async #ask(request: SynthesizeSpeechRequest, signal: AbortSignal): Promise<SynthesizeSpeechResponse> {
    const { path, requestSerialize, responseDeserialize } = this.#method;
    let cancel: () => void = () => undefined;
    const answer = new Promise<SynthesizeSpeechResponse>((resolve, reject) => {
      const call = this.#endpoint.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.#endpoint.metadata(),
        { deadline: Date.now() + this.#deadlineMs },
        (error, response) => {
          if (response && !error) resolve(response);
          else reject(error ?? new ParleyError('TTS_BAD_ANSWER', 'The answer is empty.'));
        },
      );
      cancel = () => call.cancel();
    });
    try {
      return await unlessAborted(answer, signal);
    } catch (error) {
      throw signal.aborted ? signal.reason : googleFailure('TTS', error);
    } finally {
      // Without effect on a call that has ended.
      cancel();
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#endpoint.close();
    return Promise.resolve();
  }
}

/** Throws TTS_REJECTED for what the server would not speak. */
function toWire({ text, language, voice, sampleRateHz }: SpeechRequest): SynthesizeSpeechRequest {
  if (text.trim() === '') throw new ParleyError('TTS_REJECTED', 'There is nothing to say.');
  if (text.length > MOST_CHARACTERS || Buffer.byteLength(text) > MOST_BYTES)
    throw new ParleyError('TTS_REJECTED', `Google does not speak ${text.length} characters at once.`);
  const code = googleLanguage(language);
  if (code === undefined) throw new ParleyError('TTS_REJECTED', `Google is not known to speak ${language}.`);
  // Its names begin with their language; any other voice is none of its own.
  const isOwn = voice.name.startsWith(`${code}-`);
  return {
    input: { text },
    voice: { language_code: code, ...(isOwn ? { name: voice.name } : { ssml_gender: 'FEMALE' as const }) },
    audio_config: {
      audio_encoding: 'PCM',
      speaking_rate: Math.min(QUICKEST, Math.max(SLOWEST, voice.speed)),
      sample_rate_hertz: sampleRateHz,
    },
  };
}

/** As it is listed, or of the same first part. */
function googleLanguage(language: string): string | undefined {
  const first = language.split('-', 1)[0] ?? '';
  return (
    LANGUAGES.find((code) => code === language) ?? LANGUAGES.find((code) => code.startsWith(`${first}-`))
  );
}
