/** Speech made on this machine by espeak-ng, without a network: plain, but it is always there. */
import { Resampler, SAMPLE_RATES_HZ } from '../../audio/resample.ts';
import { childWithin, crowdController, untilAborted } from '../../base/abort.ts';
import { systemClock, type Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { within } from '../../base/read-within.ts';
import { PcmAssembler } from '../synthesis/pcm-assembler.ts';
import type { SynthesisCapabilities, SynthesisProvider } from '../synthesis/provider.ts';
import { speechBound } from '../synthesis/speech-bound.ts';
import type { SpeechPiece, SpeechRequest } from '../synthesis/synthesizer.ts';
import { Places } from './places.ts';
import { outputOf } from './program.ts';
import { ESPEAK_LANGUAGES, ESPEAK_VOICES, espeakVoice, speaksEspeak } from './voices.ts';

export interface EspeakOptions {
  /** Default `espeak-ng`, wherever PATH has it. */
  readonly program?: string;
  readonly settings?: EspeakSettings;
  readonly clock?: Clock;
}

export interface EspeakSettings {
  /** Processes at once. Default 4: each takes a core for a moment. */
  readonly mostAtOnce: number;
  /** Who may wait for one of them; further requests are refused with TTS_QUOTA. Default 64: a few seconds' work. */
  readonly mostWaiting: number;
  /** From the request to the end of its speech, in milliseconds; default 10 000. */
  readonly deadlineMs: number;
}

export const ESPEAK_DEFAULTS: EspeakSettings = Object.freeze({
  mostAtOnce: 4,
  mostWaiting: 64,
  deadlineMs: 10_000,
});

const PROGRAM = 'espeak-ng';
/** What its own voices are synthesized at; those of MBROLA, which are not asked for, have other rates. */
const RATE_HZ = 22_050;
/** It has no limit; beyond this a caller would have stopped listening. */
const MOST_CHARACTERS = 5000;

export class EspeakSynthesizer implements SynthesisProvider {
  readonly name = 'espeak';
  readonly capabilities: SynthesisCapabilities = {
    speaks: speaksEspeak,
    languages: ESPEAK_LANGUAGES,
    voices: ESPEAK_VOICES,
    sampleRatesHz: SAMPLE_RATES_HZ,
    mostCharacters: MOST_CHARACTERS,
    timesWords: false,
    streams: true,
  };
  readonly #program: string;
  readonly #clock: Clock;
  readonly #settings: EspeakSettings;
  readonly #places: Places;
  readonly #closing = crowdController();

  constructor({ program = PROGRAM, settings = ESPEAK_DEFAULTS, clock = systemClock }: EspeakOptions = {}) {
    this.#program = program;
    this.#clock = clock;
    this.#settings = settings;
    this.#places = new Places(settings.mostAtOnce, settings.mostWaiting);
  }

  /** Throws TTS_REJECTED, TTS_QUOTA where too many wait already, TTS_UNAVAILABLE where the program is missing or fails, TTS_TIMEOUT. */
  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    signal.throwIfAborted();
    const args = argumentsOf(request);
    if (this.#places.isFull)
      throw new ParleyError(
        'TTS_QUOTA',
        `${this.#settings.mostWaiting} texts wait for ${this.name} already.`,
      );
    const { deadlineMs } = this.#settings;
    const late = () => new ParleyError('TTS_TIMEOUT', `${this.name} was not done within ${deadlineMs} ms.`);
    const attempt = childWithin(deadlineMs, this.#clock, late, signal, this.#closing.signal);
    try {
      yield* this.#speak(request, args, attempt.signal);
    } finally {
      attempt.release();
    }
  }

  async *#speak(
    request: SpeechRequest,
    args: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<SpeechPiece> {
    const assembler = new PcmAssembler(RATE_HZ);
    const resampler = new Resampler(RATE_HZ, request.sampleRateHz);
    const output = within(untilAborted(this.#output(request.text, args, signal), signal), {
      bound: speechBound({ ...request, sampleRateHz: RATE_HZ }),
      clock: this.#clock,
      bytesOf: ({ byteLength }) => byteLength,
      beyond: (what) => new ParleyError('TTS_BAD_ANSWER', `What ${this.name} says ${what}.`),
    });
    for await (const bytes of output) {
      const pcm = resampler.push(assembler.push(bytes));
      if (pcm.byteLength > 0) yield { pcm, words: [], provider: this.name };
    }
    assembler.end();
    yield { pcm: resampler.flush(), words: [], provider: this.name };
  }

  async *#output(text: string, args: readonly string[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const giveBack = await this.#places.take(signal);
    try {
      if (!signal.aborted) yield* outputOf({ program: this.#program, args, input: text }, signal);
    } finally {
      giveBack();
    }
  }

  /** Ends whatever is being said. */
  close(): Promise<void> {
    this.#closing.abort(new ParleyError('TTS_UNAVAILABLE', `${this.name} is closed.`));
    return Promise.resolve();
  }
}

/** Throws TTS_REJECTED for what it does not say. */
function argumentsOf({ text, language, voice: { name, speed }, sampleRateHz }: SpeechRequest): string[] {
  if (text.trim() === '') throw new ParleyError('TTS_REJECTED', 'There is nothing to say.');
  if (text.length > MOST_CHARACTERS)
    throw new ParleyError('TTS_REJECTED', `espeak-ng is not asked for ${text.length} characters at once.`);
  if (!SAMPLE_RATES_HZ.includes(sampleRateHz))
    throw new ParleyError('TTS_REJECTED', `Speech cannot be brought to ${sampleRateHz} Hz.`);
  const voice = espeakVoice(name, speed, language);
  if (!voice) throw new ParleyError('TTS_REJECTED', `espeak-ng is not known to speak ${language}.`);
  const { wordsPerMinute, pitch } = voice;
  return ['-v', voice.name, '-s', String(wordsPerMinute), '-p', String(pitch), '--stdin', '--stdout'];
}

/** Whether this machine can speak so. */
export async function hasEspeak(program: string = PROGRAM): Promise<boolean> {
  try {
    const { signal } = new AbortController();
    for await (const _ of outputOf({ program, args: ['--version'], input: '' }, signal));
    return true;
  } catch {
    return false;
  }
}
