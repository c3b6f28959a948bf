/**
 * A playback on a channel: `sound:/abs/path` reads `/abs/path.wav` as Asterisk's format_wav does, which knows only 8 kHz, 16 bits, mono.
 */
import { readFileSync } from 'node:fs';
import { toSamples } from '../../../audio/pcm.ts';
import { decodeWav } from '../../../audio/wav.ts';
import { AriError } from './ari-error.ts';
import type { Command } from './command.ts';
import { SAMPLE_RATE_HZ } from './frames.ts';

const SOUND = 'sound:';

export type PlaybackState = 'queued' | 'playing' | 'paused' | 'done' | 'failed';

export interface PlaybackRequest {
  readonly id: string;
  readonly media: string;
  readonly channelId: string;
  readonly language: string;
}

/** Told about each event of a playback. `ended` comes once, also where Asterisk sends no event for the end. */
export interface PlaybackListener {
  event(type: 'PlaybackStarted' | 'PlaybackFinished', playback: Playback): void;
  ended(playback: Playback): void;
  /** The turn may go to the next command at once. */
  advance(): void;
}

export class Playback implements Command {
  readonly request: PlaybackRequest;
  readonly #listener: PlaybackListener;
  #state: PlaybackState = 'queued';
  #samples: Int16Array = new Int16Array(0);
  #position = 0;
  over = false;

  constructor(request: PlaybackRequest, listener: PlaybackListener) {
    this.request = request;
    this.#listener = listener;
  }

  start(): void {
    // Stopped while it waited: Asterisk tells of its end only now, and of no beginning.
    if (this.#state === 'done') return this.#finish('done');
    this.#state = 'playing';
    this.#listener.event('PlaybackStarted', this);
    // Asterisk never tells the end of media that it has no name for.
    if (!this.request.media.startsWith(SOUND)) return this.#end();
    const samples = readSound(this.request.media.slice(SOUND.length));
    if (!samples) return this.#finish('failed');
    this.#samples = samples;
  }

  fill(out: Int16Array, from: number): number {
    if (this.#state !== 'playing') return 0;
    const piece = this.#samples.subarray(this.#position, this.#position + out.length - from);
    out.set(piece, from);
    this.#position += piece.length;
    if (piece.length < out.length - from) this.#finish('done');
    return piece.length;
  }

  stop(): void {
    if (this.#state === 'queued') this.#state = 'done';
    else if (!this.over) this.#finish('done');
    this.#listener.advance();
  }

  pause(): void {
    this.#mustHaveStarted('pause');
    this.#state = 'paused';
  }

  unpause(): void {
    this.#mustHaveStarted('unpause');
    if (this.#state !== 'paused') return;
    this.#state = 'playing';
    this.#listener.event('PlaybackStarted', this);
  }

  abandon(): void {
    if (this.#state === 'queued') {
      this.#state = 'playing';
      this.#listener.event('PlaybackStarted', this);
    }
    this.#finish(this.#state === 'done' ? 'done' : 'failed');
  }

  toJson() {
    return {
      id: this.request.id,
      media_uri: this.request.media,
      target_uri: `channel:${this.request.channelId}`,
      language: this.request.language,
      state: this.#state,
    };
  }

  #mustHaveStarted(operation: string): void {
    if (this.#state === 'queued' || this.#state === 'done')
      throw new AriError(409, `Can only ${operation} while media is playing`);
  }

  #finish(state: 'done' | 'failed'): void {
    this.#state = state;
    this.#listener.event('PlaybackFinished', this);
    this.#end();
  }

  #end(): void {
    this.over = true;
    this.#listener.ended(this);
  }
}

/** The sound's samples; undefined if Asterisk could not play the file. */
function readSound(path: string): Int16Array | undefined {
  try {
    const pcm = decodeWav(readFileSync(`${path}.wav`));
    return pcm.sampleRateHz === SAMPLE_RATE_HZ ? toSamples(pcm) : undefined;
  } catch {
    return undefined;
  }
}
