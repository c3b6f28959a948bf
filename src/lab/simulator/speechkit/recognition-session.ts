/** One streaming recognition: where utterances begin and end, and which events tell of them. */
import { sleep } from '../../../base/clock.ts';
import { BYTES_PER_SAMPLE, bytesToMs, concatBytes, msToBytes, toSamples } from '../../../audio/pcm.ts';
import type {
  RecognizedWord,
  StreamingOptions,
  StreamingRequest,
  StreamingResponse,
} from '../../../speech/yandex/proto.ts';
import { Refusal } from './faults.ts';
import { languageOfText, requireKnownLanguage } from './recognition-languages.ts';
import type { HearingSource } from './stt-http.ts';
import { TonesSoFar } from './tone-hearing.ts';

const RATES = [8000, 16000, 48000];
const LONGEST_SESSION_MS = 5 * 60_000;
const LARGEST_SESSION_BYTES = 10 * 1024 * 1024;
/** How much new audio there is between two partials, and the share of the utterance's length that it grows to: each hears it all again. */
const PARTIAL_EVERY_MS = 200;
const PARTIAL_EVERY_SHARE = 0.05;
/** How much is listened to at a time: what is understood must not depend on how the client cuts its messages. */
const HEARD_MS = 20;
/** How finely it is found where sound ends. */
const LOUD_STEP_MS = 10;
/** Root mean square of a loud step; line noise stays below. */
const LOUD_RMS = 300;
/** What is kept of silence before speech, for its first sound. */
const LEAD_IN_MS = 300;

type Event = Partial<StreamingResponse> & { readonly Event: NonNullable<StreamingResponse['Event']> };

export class RecognitionSession {
  /** Everything understood so far, finals joined by spaces. */
  text = '';
  receivedMs = 0;
  readonly #options: StreamingOptions;
  readonly #source: HearingSource;
  readonly #emit: (event: StreamingResponse) => void;
  readonly #gone: AbortSignal;
  readonly #sampleRateHz: number;
  #receivedBytes = 0;
  /** The utterance so far. */
  #audio: Uint8Array[] = [];
  readonly #soFar = new TonesSoFar();
  #spoken = false;
  #lastLoudMs = 0;
  #lastPartialMs = 0;
  #finals = 0;

  /** Throws a Refusal for options that the real service, or this stand-in, does not take. */
  constructor(
    options: StreamingOptions,
    source: HearingSource,
    emit: (event: StreamingResponse) => void,
    gone: AbortSignal,
  ) {
    this.#options = options;
    this.#source = source;
    this.#emit = emit;
    this.#gone = gone;
    this.#sampleRateHz = sampleRateOf(options);
    options.recognition_model?.language_restriction?.language_code.forEach(requireKnownLanguage);
    this.#tell({ Event: 'status_code', status_code: { code_type: 'WORKING', message: '' } });
  }

  async accept(request: StreamingRequest): Promise<void> {
    if ('chunk' in request) {
      const stepBytes = msToBytes(HEARD_MS, this.#sampleRateHz);
      const { data } = request.chunk;
      for (let at = 0; at < data.byteLength; at += stepBytes)
        await this.#hear(data.subarray(at, at + stepBytes));
    }
    if ('silence_chunk' in request) {
      await this.#hear(new Uint8Array(msToBytes(request.silence_chunk.duration_ms, this.#sampleRateHz)));
    }
    if ('eou' in request && this.#external) await this.#endUtterance();
  }

  /** The client has sent all its audio. */
  async finish(): Promise<void> {
    if (this.#spoken) await this.#endUtterance();
    this.#tell({ Event: 'status_code', status_code: { code_type: 'CLOSED', message: '' } });
  }

  async #hear(data: Uint8Array): Promise<void> {
    this.#receivedBytes += data.byteLength;
    this.receivedMs = bytesToMs(this.#receivedBytes, this.#sampleRateHz);
    if (this.receivedMs > LONGEST_SESSION_MS || this.#receivedBytes > LARGEST_SESSION_BYTES) {
      throw new Refusal('sessionOver', 'more than 5 minutes or 10 MB of audio');
    }
    this.#audio.push(data);
    const loudBytes = endOfSound(data, msToBytes(LOUD_STEP_MS, this.#sampleRateHz));
    if (loudBytes > 0) {
      this.#spoken = true;
      this.#lastLoudMs = this.receivedMs - bytesToMs(data.byteLength - loudBytes, this.#sampleRateHz);
    }
    if (!this.#spoken) this.#forgetSilence();
    else if (!this.#external && this.receivedMs - this.#lastLoudMs >= this.#pauseMs)
      await this.#endUtterance();
    else if (this.receivedMs - this.#lastPartialMs >= this.#partialEveryMs) this.#tellPartial();
  }

  async #endUtterance(): Promise<void> {
    await sleep(this.#source.clock, this.#source.delays.recognitionMs, this.#gone);
    const text = this.#understood();
    const words = this.#words();
    this.#audio = [];
    this.#spoken = false;
    this.text = [this.text, text].filter(Boolean).join(' ');
    this.#finals += 1;
    this.#tell({ Event: 'final', final: this.#alternative(text, words) });
    if (this.#normalizes) {
      const normalized_text = this.#alternative(writtenOut(text), words);
      this.#tell({
        Event: 'final_refinement',
        final_refinement: { final_index: this.#finals - 1, normalized_text },
      });
    }
    this.#tell({ Event: 'eou_update', eou_update: { time_ms: Math.round(this.#lastLoudMs) } });
    this.#tell({ Event: 'partial', partial: this.#alternative('') });
  }

  #tellPartial(): void {
    this.#lastPartialMs = this.receivedMs;
    this.#tell({ Event: 'partial', partial: this.#alternative(this.#understoodByNow()) });
  }

  #understoodByNow(): string {
    const { partialLagMs } = this.#source.delays;
    if (partialLagMs === 0) return this.#understood();
    return this.#words()
      .filter(({ end_time_ms }) => Number(end_time_ms) <= this.receivedMs - partialLagMs)
      .map(({ text }) => text)
      .join(' ');
  }

  #understood(): string {
    const pcm = { sampleRateHz: this.#sampleRateHz, data: concatBytes(this.#audio) };
    return this.#source.hearing.hear(pcm, this.#askedLanguage, this.#soFar);
  }

  get #askedLanguage(): string {
    const codes = this.#options.recognition_model?.language_restriction?.language_code ?? [];
    return codes.length === 1 ? (codes[0] as string) : 'auto';
  }

  #forgetSilence(): void {
    const whole = concatBytes(this.#audio);
    this.#audio = [whole.slice(-msToBytes(LEAD_IN_MS, this.#sampleRateHz))];
  }

  /** On the session's clock, which counts the audio that it was sent. */
  #words(): RecognizedWord[] {
    const audio = concatBytes(this.#audio);
    const fromMs = this.receivedMs - bytesToMs(audio.byteLength, this.#sampleRateHz);
    const pcm = { sampleRateHz: this.#sampleRateHz, data: audio };
    const words = this.#source.hearing.words(pcm, this.#askedLanguage, this.#soFar);
    return words.map(({ text, startMs, endMs }) => ({
      text,
      start_time_ms: Math.round(fromMs + startMs),
      end_time_ms: Math.round(fromMs + endMs),
    }));
  }

  #alternative(text: string, words: RecognizedWord[] = []): NonNullable<StreamingResponse['final']> {
    const start_time_ms = words[0]?.start_time_ms ?? 0;
    const end_time_ms = words.at(-1)?.end_time_ms ?? Math.round(this.#lastLoudMs);
    const asked = this.#askedLanguage;
    const language_code = asked === 'auto' ? languageOfText(text) : asked;
    const languages = [{ language_code, probability: 1 }];
    return { alternatives: [{ text, words, start_time_ms, end_time_ms, confidence: 1, languages }] };
  }

  #tell(event: Event): void {
    this.#emit({
      session_uuid: { uuid: 'simulated', user_request_id: '' },
      audio_cursors: {
        received_data_ms: Math.round(this.receivedMs),
        reset_time_ms: 0,
        partial_time_ms: Math.round(this.#lastPartialMs),
        final_time_ms: Math.round(this.#lastLoudMs),
        final_index: Math.max(0, this.#finals - 1),
        eou_time_ms: Math.round(this.#lastLoudMs),
      },
      response_wall_time_ms: 0,
      channel_tag: '0',
      ...event,
    });
  }

  get #partialEveryMs(): number {
    const bytes = this.#audio.reduce((sum, piece) => sum + piece.byteLength, 0);
    return Math.max(PARTIAL_EVERY_MS, PARTIAL_EVERY_SHARE * bytesToMs(bytes, this.#sampleRateHz));
  }

  get #external(): boolean {
    return (this.#options.eou_classifier?.external_classifier ?? null) !== null;
  }

  get #pauseMs(): number {
    return (
      this.#options.eou_classifier?.default_classifier?.max_pause_between_words_hint_ms ||
      this.#source.delays.pauseMs
    );
  }

  get #normalizes(): boolean {
    const { text_normalization: options } = this.#options.recognition_model ?? {};
    return options?.text_normalization === 'TEXT_NORMALIZATION_ENABLED';
  }
}

function sampleRateOf({ recognition_model: model }: StreamingOptions): number {
  const raw = model?.audio_format?.raw_audio;
  if (raw?.audio_encoding !== 'LINEAR16_PCM')
    throw new Refusal('invalid', 'this stand-in hears raw LINEAR16 only');
  if (!RATES.includes(raw.sample_rate_hertz))
    throw new Refusal('invalid', `no audio at ${raw.sample_rate_hertz} Hz`);
  if (raw.audio_channel_count !== 1) throw new Refusal('invalid', 'one channel only');
  return raw.sample_rate_hertz;
}

/** As normalization would write it: a capital first, a full stop last. */
function writtenOut(text: string): string {
  if (text === '') return text;
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!…]$/.test(begun) ? begun : `${begun}.`;
}

/** How many bytes of it there are up to the end of its last loud step; 0 if nothing is loud. */
function endOfSound(data: Uint8Array, stepBytes: number): number {
  for (let to = data.byteLength; to > 0; to -= stepBytes)
    if (rms(data.subarray(Math.max(0, to - stepBytes), to)) >= LOUD_RMS) return to;
  return 0;
}

function rms(data: Uint8Array): number {
  const samples = toSamples({ data: data.subarray(0, data.byteLength & ~1), sampleRateHz: 1 });
  if (data.byteLength < BYTES_PER_SAMPLE) return 0;
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
