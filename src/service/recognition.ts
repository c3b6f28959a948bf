/** Who hears a caller: chosen by how the caller's speech comes over the line. */
import { systemClock } from '../base/clock.ts';
import { errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { SeldomOfEach } from '../base/seldom.ts';
import type { Settings } from '../config/settings.ts';
import type { ChannelPools } from '../ops/provider-metrics.ts';
import { BreakerRecognizer } from '../speech/recognition/breaker.ts';
import { DeafRecognizer } from '../speech/recognition/deaf.ts';
import { EagerRecognizer } from '../speech/recognition/eager-recognizer.ts';
import { FailoverRecognizer } from '../speech/recognition/failover.ts';
import type { RecognitionProvider, Recognizer } from '../speech/recognition/recognizer.ts';
import { TypedRecognizer } from '../speech/recognition/typed.ts';
import { WatchedRecognizer } from '../speech/recognition/watched.ts';
import type { Arrival, SpeechCarriage } from '../telephony/telephone.ts';
import { circuitOf } from './providers.ts';
import type { SpeechVendor } from './speech-vendors.ts';
import type { Watch } from './watch.ts';

/** How one that hears by itself does. */
export interface HearingHealth {
  readonly name: string;
  /** It has failed again and again, or rests for that: asking it now is in vain. Over by itself. */
  readonly isFailing: boolean;
  readonly isRefused: boolean;
}

interface Hearer {
  readonly recognizer: Recognizer;
  /** Of those inside. */
  readonly watched: readonly HearingHealth[];
}

/** Where words are written nothing is heard. */
const NOBODY: Hearer = { recognizer: new DeafRecognizer(), watched: [] };

/** One provider: how it does, and when it rests. */
interface Ear {
  readonly provider: Pick<RecognitionProvider, 'close' | 'capabilities'> & {
    readonly channels?: ChannelPools;
  };
  readonly watched: WatchedRecognizer;
  readonly breaker: BreakerRecognizer;
}

export class Recognition {
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #watch: Watch;
  readonly #ears: readonly Ear[];
  readonly #whole: Hearer;
  readonly #live: Hearer;

  /** Connects in the background. Where MEDIA_MODE is `file` there is no streaming, and live speech is heard as whole utterances, never eagerly. */
  constructor(settings: Settings, vendors: readonly SpeechVendor[], log: Log, watch: Watch) {
    this.#settings = settings;
    this.#log = log;
    this.#watch = watch;
    const hasStreams = settings.media.mode !== 'file';
    this.#ears = vendors.flatMap(({ streaming, whole }) =>
      [hasStreams ? streaming() : undefined, whole()].flatMap((provider) =>
        provider ? [this.#ear(provider)] : [],
      ),
    );
    const wholes = this.#ears.filter(({ provider }) => !provider.capabilities.streams);
    const whole = this.#together(wholes);
    this.#whole = this.#hearer(wholes, settings.asr.eager ? new EagerRecognizer(whole) : whole);
    this.#live = this.#hearer(this.#ears, this.#together(this.#ears));
  }

  recognizerFor({ speech, takeTyped }: Arrival): Recognizer {
    const { recognizer } = this.#hearerOf(speech);
    return takeTyped ? new TypedRecognizer(recognizer, takeTyped) : recognizer;
  }

  /** Who hears what comes so, each by itself. */
  watchedFor(speech: SpeechCarriage): readonly HearingHealth[] {
    return this.#hearerOf(speech).watched;
  }

  get watched(): readonly HearingHealth[] {
    return this.#live.watched;
  }

  /** The connections that are kept for live speech, if any. */
  get channels() {
    return this.#ears.find(({ provider }) => provider.channels)?.provider.channels;
  }

  async close(): Promise<void> {
    await Promise.all(this.#ears.map(({ provider }) => provider.close()));
  }

  #hearerOf(speech: SpeechCarriage): Hearer {
    if (speech === 'written') return NOBODY;
    return speech === 'live' ? this.#live : this.#whole;
  }

  /** A provider by itself: how it does is known, and each request counts towards its quota. */
  #ear(provider: RecognitionProvider): Ear {
    const watched = new WatchedRecognizer(provider, systemClock, () => this.#watch.admission.recognition());
    const breaker = new BreakerRecognizer(watched, {
      clock: systemClock,
      settings: circuitOf(this.#settings),
      onChange: (change) =>
        this.#log.warn(
          { event: 'recognition.breaker', ...change },
          'a recognizer rests, or is trusted again',
        ),
    });
    return { provider, watched, breaker };
  }

  /** Whoever is well, in their order. Who is alone never rests: there is nobody to be asked instead. */
  #together(ears: readonly Ear[]): Recognizer {
    const [first, ...others] = ears;
    if (!first) return new DeafRecognizer();
    if (others.length === 0) return first.watched;
    const seldom = new SeldomOfEach(systemClock);
    return new FailoverRecognizer({
      recognizers: [first.breaker, ...others.map(({ breaker }) => breaker)],
      clock: systemClock,
      onFallback: (fallback) => {
        seldom.happened(`${fallback.from} ${errorCode(fallback.error)}`, (times) =>
          this.#log.warn({ event: 'recognition.fallback', ...fallback, times }, 'another recognizer hears'),
        );
        this.#watch.recognition.onFallback(fallback);
      },
    });
  }

  /** Each utterance counts once, whoever hears it. */
  #hearer(ears: readonly Ear[], inner: Recognizer): Hearer {
    const recognizer = new WatchedRecognizer(inner, systemClock, this.#watch.recognition.onRequest);
    return { recognizer, watched: ears.map(healthOf) };
  }
}

/** One that rests is not asked, and could not fail any more than it has. */
function healthOf({ watched, breaker }: Ear): HearingHealth {
  return {
    name: watched.name,
    get isFailing() {
      return watched.isFailing || breaker.isResting;
    },
    get isRefused() {
      return watched.isRefused;
    },
  };
}
