import type { ClientReadableStream, Metadata } from '@grpc/grpc-js';
import type { Clock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import { within } from '../../../base/read-within.ts';
import { callMetadata } from '../call-metadata.ts';
import {
  ChannelPool,
  type ChannelLease,
  type ChannelPoolOptions,
  type ChannelPoolState,
} from '../channel-pool.ts';
import type { Credentials } from '../credentials.ts';
import { blamesConnection, CredentialsRefused, grpcFailure } from '../failures.ts';
import type { ChannelVerdict } from '../pooled-channel.ts';
import {
  synthesizerService,
  type SynthesisHint,
  type UtteranceSynthesisRequest,
  type UtteranceSynthesisResponse,
} from '../proto.ts';
import { withOutcome, type Outcome } from '../../synthesis/outcome.ts';
import { speechBound, speechBytes } from '../../synthesis/speech-bound.ts';
import type { SynthesisProvider } from '../../synthesis/provider.ts';
import type { SpeechPiece, SpeechRequest, Voice } from '../../synthesis/synthesizer.ts';
import { PcmAssembler } from '../../synthesis/pcm-assembler.ts';
import { speakingBy } from './voices.ts';

export interface GrpcSynthesizerOptions extends ChannelPoolOptions {
  readonly credentials: Credentials;
  /**
   * How long one RPC may take as a whole, in milliseconds. Default 15 000: the longest answer is 24 s of speech, made
   * several times faster than it is spoken. First audio and standstill are bounded more closely by the failover.
   */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 15_000;

type SynthesisCall = ClientReadableStream<UtteranceSynthesisResponse>;

/**
 * Yandex SpeechKit v3 over gRPC: `speechkit.tts.v3.Synthesizer/UtteranceSynthesis`, raw LINEAR16 at any rate from 8 to
 * 48 kHz, at most 250 characters and 24 s of speech a request.
 */
export class GrpcSynthesizer implements SynthesisProvider {
  readonly name = 'yandex-grpc';
  readonly capabilities = {
    ...speakingBy('v3'),
    sampleRatesHz: { from: 8000, to: 48_000 },
    mostCharacters: 250,
    timesWords: true,
  } as const;
  readonly #pool: ChannelPool;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #method = synthesizerService().UtteranceSynthesis;
  readonly #calls = new Set<SynthesisCall>();
  #closed = false;

  constructor({ credentials, deadlineMs = DEADLINE_MS, ...pool }: GrpcSynthesizerOptions) {
    this.#pool = new ChannelPool(pool);
    this.#clock = pool.clock;
    this.#credentials = credentials;
    this.#deadlineMs = deadlineMs;
  }

  get channels(): ChannelPoolState {
    return this.#pool.state;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    const metadata = await callMetadata(this.#credentials, signal);
    let isSpeaking = false;
    try {
      for await (const piece of this.#attempt(request, metadata, signal)) {
        isSpeaking = true;
        yield piece;
      }
    } catch (error) {
      const isRefused = error instanceof CredentialsRefused && !isSpeaking;
      if (!isRefused || !this.#credentials.refused?.(String(metadata.get('authorization')[0]))) throw error;
      yield* this.#attempt(request, await callMetadata(this.#credentials, signal), signal);
    }
  }

  async *#attempt(
    request: SpeechRequest,
    metadata: Metadata,
    signal: AbortSignal,
  ): AsyncIterable<SpeechPiece> {
    if (this.#closed) throw new ParleyError('TTS_UNAVAILABLE', 'The synthesizer is closed.');
    const lease = this.#pool.lease();
    yield* withOutcome(this.#speak(lease, request, metadata, signal), signal, (outcome, error) =>
      lease.release(verdictOf(outcome, error)),
    );
  }

  async *#speak(
    lease: ChannelLease,
    request: SpeechRequest,
    metadata: Metadata,
    signal: AbortSignal,
  ): AsyncIterable<SpeechPiece> {
    const call = this.#call(lease, request, metadata);
    const cancel = () => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const pcm = new PcmAssembler(request.sampleRateHz);
      const messages = within(call as AsyncIterable<UtteranceSynthesisResponse>, {
        bound: speechBound(request),
        clock: this.#clock,
        bytesOf: (message) => speechBytes({ pcm: audioOf(message), words: message.word_timings }),
        beyond: (what) => new ParleyError('TTS_BAD_ANSWER', `The answer ${what}.`),
      });
      for await (const message of messages) {
        const piece = this.#toPiece(message, pcm);
        if (piece.pcm.byteLength > 0 || piece.words.length > 0) yield piece;
      }
      pcm.end();
    } catch (error) {
      throw grpcFailure('TTS', error);
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#calls.delete(call);
      // Without effect on a call that has ended; one that is left early must not go on at the server.
      call.cancel();
    }
  }

  #call(lease: ChannelLease, request: SpeechRequest, metadata: Metadata): SynthesisCall {
    const { path, requestSerialize, responseDeserialize } = this.#method;
    const call = lease.client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      toWire(request),
      metadata,
      { deadline: Date.now() + this.#deadlineMs },
    );
    // Cancelling emits an error that comes after the last reader has left.
    call.on('error', () => undefined);
    this.#calls.add(call);
    return call;
  }

  #toPiece(message: UtteranceSynthesisResponse, pcm: PcmAssembler): SpeechPiece {
    return {
      pcm: pcm.push(audioOf(message)),
      words: message.word_timings.map(({ word, start_ms, length_ms }) => ({
        word,
        startMs: start_ms,
        lengthMs: length_ms,
      })),
      provider: this.name,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const call of this.#calls) call.cancel();
    this.#pool.close();
  }
}

function audioOf({ audio_chunk: chunk }: UtteranceSynthesisResponse): Uint8Array {
  return chunk?.data ?? new Uint8Array(0);
}

function toWire({ text, voice, sampleRateHz }: SpeechRequest): UtteranceSynthesisRequest {
  return {
    text,
    hints: hintsOf(voice),
    output_audio_spec: {
      raw_audio: { audio_encoding: 'LINEAR16_PCM', sample_rate_hertz: sampleRateHz },
    },
  };
}

/** `Hints` is one oneof: two hints in one element would leave only the last. */
function hintsOf({ name, role, speed }: Voice): SynthesisHint[] {
  const hints: SynthesisHint[] = [{ voice: name }];
  if (role !== undefined) hints.push({ role });
  hints.push({ speed });
  return hints;
}

function verdictOf(outcome: Outcome, error: unknown): ChannelVerdict {
  if (outcome === 'cancelled') return 'neither';
  return blamesConnection(error) ? 'failure' : 'success';
}
