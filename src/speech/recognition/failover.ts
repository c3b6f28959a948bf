import { childOf, untilAborted } from '../../base/abort.ts';
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { unansweredAfter } from '../../base/unanswered-after.ts';
import { Selector } from '../selection/selector.ts';
import { unfitToHear } from '../selection/unfit.ts';
import type { HearingCandidate } from '../selection/unfit.ts';
import { AudioTape } from './audio-tape.ts';
import type { RecognitionEvent, RecognitionRequest, Recognizer } from './recognizer.ts';

export interface RecognitionFailoverSettings {
  /**
   * From the end of the audio to the end of recognition, in milliseconds, with every recognizer but the last. Default 1000: a
   * streaming one needs a few hundred, and the next one still has to hear everything while the caller waits.
   */
  readonly finishMs: number;
  /** The same with one that begins only when the audio has ended. Default 2500: it needs about one second. */
  readonly wholeMs: number;
}

const RECOGNITION_FAILOVER_DEFAULTS: RecognitionFailoverSettings = Object.freeze({
  finishMs: 1000,
  wholeMs: 2500,
});

export interface RecognitionFallback {
  readonly from: string;
  readonly to: string;
  readonly error: unknown;
}

export interface FailoverRecognizerOptions {
  /** In the order in which they are asked; at least one. */
  readonly recognizers: readonly [HearingCandidate, ...HearingCandidate[]];
  readonly clock: Clock;
  readonly settings?: RecognitionFailoverSettings;
  readonly onFallback?: (fallback: RecognitionFallback) => void;
}

/**
 * Asks each recognizer that is well and can hear the utterance in turn until one has heard the utterance to its end. A recognizer that fails, or is late after the audio has
 * ended, is left at once, and the next one hears the whole utterance from its beginning.
 *
 * Finals that the former recognizer has told are not told again: the next one's text takes their places as refinements, so that the
 * utterance's text is the next one's alone.
 */
export class FailoverRecognizer implements Recognizer {
  readonly name = 'failover';
  readonly #recognizers: readonly [HearingCandidate, ...HearingCandidate[]];
  readonly #selector: Selector<HearingCandidate, RecognitionRequest>;
  readonly #clock: Clock;
  readonly #settings: RecognitionFailoverSettings;
  readonly #onFallback: (fallback: RecognitionFallback) => void;

  constructor(options: FailoverRecognizerOptions) {
    this.#recognizers = options.recognizers;
    this.#selector = new Selector(options.recognizers, unfitToHear);
    this.#clock = options.clock;
    this.#settings = options.settings ?? RECOGNITION_FAILOVER_DEFAULTS;
    this.#onFallback = options.onFallback ?? (() => undefined);
  }

  /** Throws the last recognizer's error when all have failed; the others were reported to `onFallback`. */
  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<RecognitionEvent> {
    const tape = new AudioTape(audio);
    const finals = new ToldFinals();
    const { asked, passedOver } = this.#selector.select(request);
    for (const { provider, error } of passedOver)
      this.#onFallback({ from: provider.name, to: asked[0].name, error });
    try {
      for (const [index, recognizer] of asked.entries()) {
        const next = asked[index + 1];
        const patienceMs = next ? this.#patienceMs(recognizer) : Infinity;
        try {
          yield* finals.replacedBy(this.#attempt(recognizer, patienceMs, tape, request, signal));
          return;
        } catch (error) {
          if (signal.aborted || !next) throw error;
          this.#onFallback({ from: recognizer.name, to: next.name, error });
        }
      }
    } finally {
      tape.close();
    }
  }

  #patienceMs({ capabilities }: Recognizer): number {
    return capabilities?.streams === false ? this.#settings.wholeMs : this.#settings.finishMs;
  }

  async *#attempt(
    recognizer: Recognizer,
    patienceMs: number,
    tape: AudioTape,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<RecognitionEvent> {
    const attempt = childOf(signal);
    const cancelPatience = this.#loseItAfter(patienceMs, tape, () =>
      attempt.abort(
        new ParleyError('ASR_TIMEOUT', `${recognizer.name} was not done ${patienceMs} ms after the audio.`),
      ),
    );
    try {
      const audio = tape.lend(attempt.signal);
      yield* untilAborted(recognizer.recognize(audio, request, attempt.signal), attempt.signal);
    } finally {
      cancelPatience();
      attempt.release();
    }
  }

  #loseItAfter(patienceMs: number, tape: AudioTape, lose: () => void): CancelTimer {
    let cancel: CancelTimer | undefined;
    let isOver = patienceMs === Infinity;
    // Never rejects.
    void tape.ended.then(() => {
      if (!isOver) cancel = unansweredAfter(this.#clock, patienceMs, lose);
    });
    return () => {
      isOver = true;
      cancel?.();
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#recognizers.map((recognizer) => recognizer.close()));
  }
}

/** The finals that the reader knows of, whoever told them. */
class ToldFinals {
  #count = 0;

  /** Another recognizer's events, its finals in the places of those that were told before; what it has no final for is taken back. */
  async *replacedBy(events: AsyncIterable<RecognitionEvent>): AsyncGenerator<RecognitionEvent> {
    const toldBefore = this.#count;
    let index = 0;
    for await (const event of events) {
      if (event.kind !== 'final') yield event;
      else {
        this.#count = Math.max(toldBefore, index + 1);
        yield index < toldBefore ? { kind: 'refined', index, text: event.text } : event;
        index++;
      }
    }
    for (; index < toldBefore; index++) yield { kind: 'refined', index, text: '' };
  }
}
