import { bytesToMs, fromSamples, msToBytes, BYTES_PER_SAMPLE } from '../../../audio/pcm.ts';
import { sleep, type Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import { outcomeOf, type Outcome } from '../outcome.ts';
import type { SynthesisCapabilities, SynthesisProvider } from '../provider.ts';
import type { SpeechPiece, SpeechRequest } from '../synthesizer.ts';

/** How one synthesis is to go. Everything left out is as a quick, healthy provider would do it. */
export interface SpeechScript {
  /** Wait before the first piece; default 0. */
  readonly firstAudioMs?: number;
  /** Wait before each further piece; default 0. */
  readonly betweenPiecesMs?: number;
  /** Number of pieces; default 3. */
  readonly pieces?: number;
  /** How long each piece sounds; default 100. */
  readonly pieceMs?: number;
  /** What goes wrong once `afterPieces` have been sent. `hang` sends nothing more until the signal aborts. */
  readonly fault?: { readonly afterPieces: number; readonly error: ParleyError | 'hang' | 'hang for ever' };
}

export interface SpeechAttempt {
  readonly request: SpeechRequest;
  outcome: Outcome | 'running';
}

/**
 * A synthesizer without a network, for tests. It speaks a ramp: sample n has the value n (wrapping at 16 bits),
 * so a test can see in the audio what was lost, repeated or out of order.
 */
export class ScriptedSynthesizer implements SynthesisProvider {
  readonly name: string;
  readonly capabilities: SynthesisCapabilities = {
    speaks: () => true,
    languages: [],
    voices: [],
    sampleRatesHz: { from: 8000, to: 48_000 },
    mostCharacters: 5000,
    timesWords: true,
    streams: true,
  };
  /** Followed by attempts that start from now on; may be changed at any time. */
  script: (request: SpeechRequest, attempt: number) => SpeechScript;
  readonly attempts: SpeechAttempt[] = [];
  closed = false;
  readonly #clock: Clock;

  constructor(name: string, clock: Clock, script: SpeechScript = {}) {
    this.name = name;
    this.#clock = clock;
    this.script = () => script;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    const script = this.script(request, this.attempts.length);
    const attempt: SpeechAttempt = { request, outcome: 'running' };
    this.attempts.push(attempt);
    let outcome: Outcome = 'cancelled';
    try {
      yield* this.#speak(script, request, signal);
      outcome = 'whole';
    } catch (error) {
      outcome = outcomeOf(error, signal);
      throw error;
    } finally {
      attempt.outcome = outcome;
    }
  }

  async *#speak(
    script: SpeechScript,
    request: SpeechRequest,
    signal: AbortSignal,
  ): AsyncIterable<SpeechPiece> {
    const { length } = request.text;
    if (length === 0 || length > this.capabilities.mostCharacters)
      throw new ParleyError('TTS_REJECTED', `${this.name} does not speak ${length} characters.`);
    if (this.closed) throw new ParleyError('TTS_UNAVAILABLE', `${this.name} is closed.`);
    const { firstAudioMs = 0, betweenPiecesMs = 0, pieces = 3, pieceMs = 100, fault } = script;
    for (let index = 0; index < pieces; index++) {
      if (fault?.afterPieces === index) await misbehave(fault.error, signal);
      await this.#wait(index === 0 ? firstAudioMs : betweenPiecesMs, signal);
      yield rampPiece(index, pieceMs, request.sampleRateHz, this.name);
    }
    if (fault && fault.afterPieces >= pieces) await misbehave(fault.error, signal);
  }

  async #wait(delayMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (delayMs > 0) await sleep(this.#clock, delayMs, signal);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function rampPiece(index: number, pieceMs: number, sampleRateHz: number, provider: string): SpeechPiece {
  const length = msToBytes(pieceMs, sampleRateHz) / BYTES_PER_SAMPLE;
  const samples = Int16Array.from({ length }, (_, sample) => index * length + sample);
  const { data } = fromSamples(samples, sampleRateHz);
  const lengthMs = bytesToMs(data.byteLength, sampleRateHz);
  return { pcm: data, words: [{ word: `w${index}`, startMs: index * lengthMs, lengthMs }], provider };
}

function misbehave(error: ParleyError | 'hang' | 'hang for ever', signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (error === 'hang for ever') return;
    if (error !== 'hang') return reject(error);
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
