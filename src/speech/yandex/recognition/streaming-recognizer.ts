import type { ClientDuplexStream } from '@grpc/grpc-js';
import { msToBytes } from '../../../audio/pcm.ts';
import { childOf, untilAborted } from '../../../base/abort.ts';
import type { CancelTimer, Clock } from '../../../base/clock.ts';
import { errorCode, isParleyError, ParleyError } from '../../../base/errors.ts';
import { silentLog, type Log } from '../../../base/log.ts';
import { unansweredAfter } from '../../../base/unanswered-after.ts';
import { callMetadata } from '../call-metadata.ts';
import {
  ChannelPool,
  type ChannelLease,
  type ChannelPoolOptions,
  type ChannelPoolState,
} from '../channel-pool.ts';
import type { Credentials } from '../credentials.ts';
import { blamesConnection, grpcFailure } from '../failures.ts';
import type { ChannelVerdict } from '../pooled-channel.ts';
import {
  recognizerService,
  type StreamingOptions,
  type StreamingRequest,
  type StreamingResponse,
} from '../proto.ts';
import { tapeOf, type Tape } from '../../recognition/audio-tape.ts';
import type {
  RecognitionEvent,
  RecognitionProvider,
  RecognitionRequest,
} from '../../recognition/recognizer.ts';
import { toYandexLanguages, YANDEX_HEARING } from './languages.ts';
import { SessionFeed } from './session-feed.ts';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.ts';
import { Transcript } from './transcript.ts';

export interface StreamingRecognizerOptions extends ChannelPoolOptions {
  readonly credentials: Credentials;
  /**
   * From the last sample to the end of the session, in milliseconds. Default 3000: a healthy service needs a few hundred. Whoever has
   * another recognizer to ask loses patience sooner.
   */
  readonly finishMs?: number;
  readonly limits?: SessionLimits;
}

const FINISH_MS = 3000;

/**
 * How far a session that follows a full one goes back, in milliseconds, unless a final ended later: longer than any word that the
 * speaker may have been in the middle of.
 */
const OVERLAP_MS = 2000;

type SessionCall = ClientDuplexStream<StreamingRequest, StreamingResponse>;

/** One utterance, however many sessions it takes. */
interface Job {
  readonly tape: Tape;
  readonly transcript: Transcript;
  readonly request: RecognitionRequest;
  readonly signal: AbortSignal;
}

interface Session {
  readonly call: SessionCall;
  readonly lease: ChannelLease;
  readonly feed: SessionFeed;
}

/**
 * Yandex SpeechKit v3: `speechkit.stt.v3.Recognizer/RecognizeStreaming`, raw LINEAR16 at 8, 16 or 48 kHz. All utterances share a few
 * connections that are kept warm.
 *
 * A session that dies is opened again, once an utterance, and hears again what was said since the last final. A session that is full
 * (5 min or 10 MB) is followed by another one in the same way.
 */
export class StreamingRecognizer implements RecognitionProvider {
  readonly name = 'yandex-v3';
  readonly capabilities = { ...YANDEX_HEARING, streams: true };
  readonly #pool: ChannelPool;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #finishMs: number;
  readonly #limits: SessionLimits;
  readonly #method = recognizerService().RecognizeStreaming;
  readonly #calls = new Set<SessionCall>();
  #closed = false;

  /** Connects in the background. Throws SETTINGS_INVALID for a URL of another form. */
  constructor(options: StreamingRecognizerOptions) {
    const { credentials, finishMs = FINISH_MS, limits = SESSION_LIMITS, ...pool } = options;
    this.#pool = new ChannelPool(pool);
    this.#credentials = credentials;
    this.#clock = options.clock;
    this.#log = options.log ?? silentLog;
    this.#finishMs = finishMs;
    this.#limits = limits;
  }

  get channels(): ChannelPoolState {
    return this.#pool.state;
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<RecognitionEvent> {
    const tape = tapeOf(audio);
    const job = { tape, transcript: new Transcript(), request, signal };
    let mayReopen = true;
    try {
      for (let fromMs = 0; ;) {
        const session = await this.#open(job, fromMs);
        try {
          yield* this.#events(job, session);
          if (session.feed.state === 'all') return;
          fromMs = Math.max(job.transcript.settledMs, session.feed.cutMs - OVERLAP_MS);
        } catch (error) {
          if (!mayReopen || signal.aborted || !isWorthReopening(error, session.feed)) throw error;
          mayReopen = false;
          fromMs = job.transcript.settledMs;
          this.#log.warn(
            { event: 'recognition.reopened', code: errorCode(error) },
            'a recognition session died',
          );
        }
      }
    } finally {
      tape.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const call of this.#calls) call.cancel();
    this.#pool.close();
  }

  async #open({ tape, transcript, request, signal }: Job, fromMs: number): Promise<Session> {
    const metadata = await callMetadata(this.#credentials, signal);
    if (this.#closed) throw new ParleyError('ASR_UNAVAILABLE', 'The recognizer is closed.');
    const lease = this.#pool.lease();
    const { path, requestSerialize, responseDeserialize } = this.#method;
    const call = lease.client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
    // Cancelling emits an error that comes after the last reader has left.
    call.on('error', () => undefined);
    this.#calls.add(call);
    call.write({ session_options: optionsOf(request) });
    const feed = new SessionFeed({
      tape,
      fromByte: msToBytes(fromMs, request.sampleRateHz),
      sampleRateHz: request.sampleRateHz,
      clock: this.#clock,
      limits: this.#limits,
      send: (message) => call.write(message),
      isPause: () => transcript.isPause,
    });
    transcript.beginSession(feed);
    return { call, lease, feed };
  }

  /** What one session tells, from its opening until the provider has ended it. Leaves nothing of it behind. */
  async *#events(job: Job, { call, lease, feed }: Session): AsyncGenerator<RecognitionEvent> {
    const life = childOf(job.signal);
    let cancelDeadline: CancelTimer = () => undefined;
    const sent = () => {
      if (life.signal.aborted) return;
      call.end();
      cancelDeadline = unansweredAfter(this.#clock, this.#finishMs, () =>
        life.abort(lateEnd(this.#finishMs)),
      );
    };
    feed.run(life.signal).then(sent, (error: unknown) => life.abort(error));
    let verdict: ChannelVerdict = 'neither';
    try {
      for await (const response of untilAborted(call as AsyncIterable<StreamingResponse>, life.signal)) {
        yield* job.transcript.read(response);
        job.tape.forget(msToBytes(job.transcript.settledMs, job.request.sampleRateHz));
      }
      if (feed.state === 'sending')
        throw new ParleyError('ASR_UNAVAILABLE', 'The session was ended while audio was being sent.');
      verdict = 'success';
    } catch (error) {
      const failure = grpcFailure('ASR', error);
      if (!job.signal.aborted) verdict = blamesConnection(failure) ? 'failure' : 'success';
      throw failure;
    } finally {
      cancelDeadline();
      // Ends the feed if it still runs.
      life.abort(new Error('the session is over'));
      this.#calls.delete(call);
      // Without effect on a call that has ended; one that is left early must not go on at the server.
      call.cancel();
      lease.release(verdict);
    }
  }
}

function lateEnd(finishMs: number): ParleyError {
  return new ParleyError('ASR_TIMEOUT', `The session did not end within ${finishMs} ms after its audio.`);
}

/** A refusal, a quota and nonsense would come again; after the utterance's end there is no time for a second patience. */
function isWorthReopening(error: unknown, feed: SessionFeed): boolean {
  const isTooLate = feed.state === 'all' && isParleyError(error, 'ASR_TIMEOUT');
  return blamesConnection(error) && !isTooLate;
}

function optionsOf({ among, language, sampleRateHz }: RecognitionRequest): StreamingOptions {
  return {
    recognition_model: {
      model: 'general',
      audio_format: {
        raw_audio: {
          audio_encoding: 'LINEAR16_PCM',
          sample_rate_hertz: sampleRateHz,
          audio_channel_count: 1,
        },
      },
      text_normalization: { text_normalization: 'TEXT_NORMALIZATION_ENABLED' },
      language_restriction: {
        restriction_type: 'WHITELIST',
        language_code: toYandexLanguages(language, among),
      },
      audio_processing_type: 'REAL_TIME',
    },
    eou_classifier: { default_classifier: { type: 'DEFAULT' } },
  };
}
