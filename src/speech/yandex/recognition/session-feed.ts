/** Sends the audio of an utterance to one recognition session, message by message, and knows what stands where in it. */
import { bytesToMs, joinedBytes, msToBytes, BYTES_PER_SAMPLE } from '../../../audio/pcm.ts';
import type { CancelTimer, Clock } from '../../../base/clock.ts';
import type { StreamingRequest } from '../proto.ts';
import type { Tape } from '../../recognition/audio-tape.ts';
import { longestSessionMs, type SessionLimits } from './session-limits.ts';

/**
 * Audio in one message, in milliseconds. What comes goes out as it is: a line gathers where nothing is later for it, and knows when the
 * last word may have been said. What was said before the session began comes in one piece, and goes out in few.
 */
const SHORTEST_MESSAGE_MS = 20;
const LONGEST_MESSAGE_MS = 200;

/**
 * A session ends after 5 s without a message. When no audio has come for 2 s, the line is silent or has lost packets: the recognizer
 * is told of 2 s of silence, twice before its patience ends.
 */
const IDLE_MS = 2000;

export interface SessionFeedOptions {
  readonly tape: Tape;
  /** Where in the utterance the session begins. */
  readonly fromByte: number;
  readonly sampleRateHz: number;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly send: (request: StreamingRequest) => void;
  /** Whether the speaker pauses, as far as the recognizer has told. */
  readonly isPause: () => boolean;
}

/** `all`: the utterance has been sent to its end. `full`: the session must be followed by another one. */
export type FeedState = 'sending' | 'all' | 'full';

export class SessionFeed {
  readonly #options: SessionFeedOptions;
  readonly #limitMs: number;
  readonly #silences: { readonly atMs: number; readonly lengthMs: number }[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #takenBytes = 0;
  #silenceMs = 0;
  #state: FeedState = 'sending';
  /** When something was sent last. */
  #sentAtMs = 0;
  #cancelIdle: CancelTimer | undefined;

  constructor(options: SessionFeedOptions) {
    this.#options = options;
    this.#limitMs = longestSessionMs(options.limits, options.sampleRateHz);
  }

  get state(): FeedState {
    return this.#state;
  }

  /** Where in the utterance a full session was cut off, in milliseconds; Infinity if it was not. */
  get cutMs(): number {
    const { fromByte, sampleRateHz } = this.#options;
    return this.#state === 'full' ? bytesToMs(fromByte + this.#takenBytes, sampleRateHz) : Infinity;
  }

  /** A time of the session's own clock, which counts silence that nobody sent as audio, as a place in the utterance. */
  toUtteranceMs(sessionMs: number): number {
    let audioMs = sessionMs;
    for (const { atMs, lengthMs } of this.#silences)
      if (sessionMs > atMs) audioMs -= Math.min(lengthMs, sessionMs - atMs);
    return bytesToMs(this.#options.fromByte, this.#options.sampleRateHz) + audioMs;
  }

  /** Resolves when there is nothing more to send in this session. Throws what the tape throws, and the signal's reason. */
  async run(signal: AbortSignal): Promise<void> {
    const { tape, fromByte } = this.#options;
    this.#sentAtMs = this.#options.clock.nowMs();
    this.#expectAudio(IDLE_MS);
    try {
      for await (const piece of tape.read(fromByte, signal))
        if (this.#take(piece) === 'full') return this.#end('full');
      this.#end('all');
    } finally {
      this.#cancelIdle?.();
    }
  }

  #end(state: FeedState): void {
    this.#flush();
    this.#state = state;
  }

  #take(piece: Uint8Array): 'full' | 'taken' {
    const { sampleRateHz } = this.#options;
    const longestBytes = msToBytes(LONGEST_MESSAGE_MS, sampleRateHz);
    for (let at = 0; at < piece.byteLength;) {
      const part = piece.subarray(at, at + longestBytes - this.#pendingBytes);
      at += part.byteLength;
      this.#pending.push(part);
      this.#pendingBytes += part.byteLength;
      this.#takenBytes += part.byteLength;
      if (bytesToMs(this.#pendingBytes, sampleRateHz) >= SHORTEST_MESSAGE_MS) this.#flush();
      if (this.#isFull) return 'full';
    }
    return 'taken';
  }

  get #isFull(): boolean {
    const { sampleRateHz, limits, isPause } = this.#options;
    const share = (bytesToMs(this.#takenBytes, sampleRateHz) + this.#silenceMs) / this.#limitMs;
    return share >= limits.fullShare || (share >= limits.restShare && isPause());
  }

  /** Sends whole samples only; half a one waits for its other half. */
  #flush(): void {
    const audio = joinedBytes(this.#pending);
    const whole = audio.byteLength - (audio.byteLength % BYTES_PER_SAMPLE);
    this.#pending = whole < audio.byteLength ? [audio.subarray(whole)] : [];
    this.#pendingBytes = audio.byteLength - whole;
    if (whole === 0) return;
    this.#options.send({ chunk: { data: audio.subarray(0, whole) } });
    this.#sentAtMs = this.#options.clock.nowMs();
  }

  /** One timer that looks again, and not a new one for each of fifty messages a second. */
  #expectAudio(withinMs: number): void {
    const { clock } = this.#options;
    this.#cancelIdle = clock.after(withinMs, () => {
      const leftMs = this.#sentAtMs + IDLE_MS - clock.nowMs();
      if (leftMs > 0) return this.#expectAudio(leftMs);
      this.#sendSilence();
      this.#expectAudio(IDLE_MS);
    });
  }

  #sendSilence(): void {
    this.#flush();
    const atMs = bytesToMs(this.#takenBytes, this.#options.sampleRateHz) + this.#silenceMs;
    this.#silences.push({ atMs, lengthMs: IDLE_MS });
    this.#silenceMs += IDLE_MS;
    this.#options.send({ silence_chunk: { duration_ms: IDLE_MS } });
    this.#sentAtMs = this.#options.clock.nowMs();
  }
}
