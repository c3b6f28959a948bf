import { childOf, untilAborted } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { unansweredAfter } from '../../base/unanswered-after.ts';
import { nearestVoice } from '../selection/nearest-voice.ts';
import { Selector } from '../selection/selector.ts';
import { unfitToSpeak } from '../selection/unfit.ts';
import type { SpeakingCandidate } from '../selection/unfit.ts';
import type { KnownVoice } from './provider.ts';
import { Seam } from './seam.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer, Voice } from './synthesizer.ts';

/** How long a provider may keep the caller waiting. */
export interface Patience {
  /** From the request to the first sample, in milliseconds. */
  readonly firstAudioMs: number;
  /** Between two pieces, in milliseconds; only time spent waiting for the provider counts, not a slow reader's. */
  readonly stallMs: number;
}

export interface FailoverSettings {
  /**
   * With every provider but the last that is asked. Default 700 and 1000: a healthy provider needs about 300 ms to its first audio,
   * and pieces then come faster than they are spoken.
   */
  readonly patience: Patience;
  /**
   * With the last provider, after which there is only an apology. Default 2000 and 2000: with one lost first deadline
   * before it the caller still waits less than the 3 s after which a line seems dead.
   */
  readonly lastPatience: Patience;
}

export const FAILOVER_DEFAULTS: FailoverSettings = Object.freeze({
  patience: Object.freeze({ firstAudioMs: 700, stallMs: 1000 }),
  lastPatience: Object.freeze({ firstAudioMs: 2000, stallMs: 2000 }),
});

export interface Fallback {
  readonly from: string;
  readonly to: string;
  readonly error: unknown;
}

export interface FailoverOptions {
  /** In the order in which they are asked; at least one. */
  readonly providers: readonly [SpeakingCandidate, ...SpeakingCandidate[]];
  readonly clock: Clock;
  readonly settings?: FailoverSettings;
  readonly onFallback?: (fallback: Fallback) => void;
  /** Told of each request, whoever will serve it. */
  readonly onRequest?: () => void;
}

/**
 * Asks each provider that is well and can speak it in turn until one has spoken the text whole. A provider that fails, or is late, is left at once.
 *
 * A provider that has not the voice that was asked for speaks in the one that is nearest to it. If some audio was already handed on, the next
 * provider goes on as `Seam` says.
 *
 * A rejection also goes to the next provider: their limits differ (length of speech, voices, rights of a key), and
 * one request in vain is cheaper than an apology.
 */
export class FailoverSynthesizer implements Synthesizer {
  readonly name = 'failover';
  readonly #providers: readonly SpeakingCandidate[];
  readonly #voices: readonly KnownVoice[];
  readonly #selector: Selector<SpeakingCandidate, SpeechRequest>;
  readonly #clock: Clock;
  readonly #settings: FailoverSettings;
  readonly #onFallback: (fallback: Fallback) => void;
  readonly #onRequest: () => void;

  constructor({
    providers,
    clock,
    settings = FAILOVER_DEFAULTS,
    onFallback = () => undefined,
    onRequest = () => undefined,
  }: FailoverOptions) {
    this.#providers = providers;
    this.#voices = providers.flatMap(({ capabilities }) => capabilities.voices);
    this.#selector = new Selector(providers, unfitToSpeak);
    this.#clock = clock;
    this.#settings = settings;
    this.#onFallback = onFallback;
    this.#onRequest = onRequest;
  }

  /** Throws the last provider's error when all have failed; the others were reported to `onFallback`. */
  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    this.#onRequest();
    const seam = new Seam(request);
    const { asked, passedOver } = this.#selector.select(request);
    for (const { provider, error } of passedOver)
      this.#onFallback({ from: provider.name, to: asked[0].name, error });
    for (const [index, provider] of asked.entries()) {
      const next = asked[index + 1];
      const patience = next ? this.#settings.patience : this.#settings.lastPatience;
      const part = seam.requestFor(this.#voiceOf(provider, request));
      if (!part) return;
      try {
        yield* seam.heardOf(this.#attempt(provider, patience, part, signal));
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!next) throw error;
        this.#onFallback({ from: provider.name, to: next.name, error });
      }
    }
  }

  #voiceOf({ capabilities }: SpeakingCandidate, { voice, language }: SpeechRequest): Voice {
    return nearestVoice(voice, language, capabilities.voices, this.#voices);
  }

  async *#attempt(
    provider: Synthesizer,
    patience: Patience,
    request: SpeechRequest,
    signal: AbortSignal,
  ): AsyncIterable<SpeechPiece> {
    const attempt = childOf(signal);
    const giveUpAfter = (delayMs: number, what: string) =>
      unansweredAfter(this.#clock, delayMs, () =>
        attempt.abort(new ParleyError('TTS_TIMEOUT', `${provider.name} ${what} for ${delayMs} ms.`)),
      );
    let stopWaiting = giveUpAfter(patience.firstAudioMs, 'sent no audio');
    let heard = false;
    try {
      for await (const piece of untilAborted(provider.synthesize(request, attempt.signal), attempt.signal)) {
        heard ||= piece.pcm.byteLength > 0;
        if (heard) stopWaiting();
        yield piece;
        if (heard) stopWaiting = giveUpAfter(patience.stallMs, 'stood still');
      }
    } finally {
      stopWaiting();
      attempt.release();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#providers.map((provider) => provider.close()));
  }
}
