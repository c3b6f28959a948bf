/** Who hears a caller: chosen by how the caller's speech comes over the line. */
import { systemClock } from '../base/clock.ts';
import { errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { SeldomOfEach } from '../base/seldom.ts';
import type { Settings } from '../config/settings.ts';
import { DeafRecognizer } from '../speech/recognition/deaf.ts';
import { EagerRecognizer } from '../speech/recognition/eager-recognizer.ts';
import { FailoverRecognizer } from '../speech/recognition/failover.ts';
import type { Recognizer } from '../speech/recognition/recognizer.ts';
import { TypedRecognizer } from '../speech/recognition/typed.ts';
import { WatchedRecognizer } from '../speech/recognition/watched.ts';
import type { Credentials } from '../speech/yandex/credentials.ts';
import type { StreamingRecognizer } from '../speech/yandex/recognition/streaming-recognizer.ts';
import type { Arrival, SpeechCarriage } from '../telephony/telephone.ts';
import { recognizerOf, streamingRecognizerOf } from './providers.ts';
import type { Watch } from './watch.ts';

interface Hearer {
  readonly recognizer: Recognizer;
  /** Those inside, each of which hears by itself. */
  readonly watched: readonly WatchedRecognizer[];
}

/** Where words are written nothing is heard. */
const NOBODY: Hearer = { recognizer: new DeafRecognizer(), watched: [] };

export class Recognition {
  readonly #watch: Watch;
  readonly #short: WatchedRecognizer;
  readonly #streaming: StreamingRecognizer | undefined;
  readonly #whole: Hearer;
  readonly #live: Hearer;

  /** Connects in the background. Where MEDIA_MODE is `file` there is no streaming, and live speech is heard as whole utterances, never eagerly. */
  constructor(settings: Settings, credentials: Credentials, log: Log, watch: Watch) {
    this.#watch = watch;
    const short = this.#provider(recognizerOf(settings, credentials));
    this.#short = short;
    const whole = settings.asr.eager ? new EagerRecognizer(short) : short;
    this.#whole = { recognizer: this.#asked(whole), watched: [short] };
    this.#streaming = streamingRecognizerOf(settings, credentials, log);
    this.#live = this.#streaming
      ? this.#streamed(this.#streaming, short, log)
      : { recognizer: this.#asked(short), watched: [short] };
  }

  recognizerFor({ speech, takeTyped }: Arrival): Recognizer {
    const { recognizer } = this.#hearer(speech);
    return takeTyped ? new TypedRecognizer(recognizer, takeTyped) : recognizer;
  }

  /** Who hears what comes so, each by itself. */
  watchedFor(speech: SpeechCarriage): readonly WatchedRecognizer[] {
    return this.#hearer(speech).watched;
  }

  get watched(): readonly WatchedRecognizer[] {
    return this.#live.watched;
  }

  /** The connections that are kept for live speech, if any. */
  get channels() {
    return this.#streaming?.channels;
  }

  async close(): Promise<void> {
    await Promise.all([this.#streaming?.close(), this.#short.close()]);
  }

  #hearer(speech: SpeechCarriage): Hearer {
    if (speech === 'written') return NOBODY;
    return speech === 'live' ? this.#live : this.#whole;
  }

  /** Recognised while the caller speaks, and as a whole utterance where that fails. */
  #streamed(streaming: Recognizer, short: WatchedRecognizer, log: Log): Hearer {
    const watched = this.#provider(streaming);
    const seldom = new SeldomOfEach(systemClock);
    const recognizer = new FailoverRecognizer({
      recognizers: [watched, short],
      clock: systemClock,
      onFallback: (fallback) => {
        seldom.happened(`${fallback.from} ${errorCode(fallback.error)}`, (times) =>
          log.warn({ event: 'recognition.fallback', ...fallback, times }, 'another recognizer hears'),
        );
        this.#watch.recognition.onFallback(fallback);
      },
    });
    return { recognizer: this.#asked(recognizer), watched: [short, watched] };
  }

  /** A provider by itself: how it does is known, and each request counts towards its quota. */
  #provider(inner: Recognizer): WatchedRecognizer {
    return new WatchedRecognizer(inner, systemClock, () => this.#watch.admission.recognition());
  }

  /** Each utterance counts once, whoever hears it. */
  #asked(inner: Recognizer): Recognizer {
    return new WatchedRecognizer(inner, systemClock, this.#watch.recognition.onRequest);
  }
}
