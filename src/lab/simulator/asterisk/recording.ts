/** Recordings: live ones take what a channel's caller says; stored ones are WAV files, 8 kHz, 16 bits, mono. */
import { encodeWav } from '../../../audio/wav.ts';
import type { Command } from './command.ts';
import { FRAME_MS, joinFrames, type Frame } from './frames.ts';

export interface RecordingRequest {
  readonly name: string;
  readonly format: string;
  readonly channelId: string;
  /** Zero is without limit. */
  readonly maxDurationSeconds: number;
}

export interface RecordingListener {
  event(type: 'RecordingStarted' | 'RecordingFinished' | 'RecordingFailed', recording: LiveRecording): void;
  ended(recording: LiveRecording): void;
  advance(): void;
}

/** The recordings that are kept. A live one has its place here from its start, empty until it ends. */
export class StoredRecordings {
  readonly #files = new Map<string, Uint8Array>();

  get names(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  file(name: string): Uint8Array | undefined {
    return this.#files.get(name);
  }

  open(name: string): void {
    this.#files.set(name, encodeWav(joinFrames([])));
  }

  /** Keeps what was recorded, unless the file has been deleted meanwhile. */
  fill(name: string, frames: readonly Frame[]): void {
    if (this.#files.has(name)) this.#files.set(name, encodeWav(joinFrames(frames)));
  }

  delete(name: string): boolean {
    return this.#files.delete(name);
  }
}

export class LiveRecording implements Command {
  readonly request: RecordingRequest;
  readonly #stored: StoredRecordings;
  readonly #listener: RecordingListener;
  readonly #fault: () => string | undefined;
  readonly #frames: Frame[] = [];
  #state: 'queued' | 'canceled' | 'recording' | 'done' | 'failed' = 'queued';
  #cause: string | undefined;
  over = false;

  /** `fault` is asked once, at the start: a cause makes the recording fail. */
  constructor(
    request: RecordingRequest,
    stored: StoredRecordings,
    listener: RecordingListener,
    fault: () => string | undefined,
  ) {
    this.request = request;
    this.#stored = stored;
    this.#listener = listener;
    this.#fault = fault;
  }

  start(): void {
    this.#cause = this.#fault();
    if (this.#cause !== undefined) return this.#finish('failed');
    this.#state = 'recording';
    this.#stored.open(this.request.name);
    this.#listener.event('RecordingStarted', this);
  }

  take(frame: Frame): void {
    this.#frames.push(frame);
    const { maxDurationSeconds } = this.request;
    if (maxDurationSeconds > 0 && this.#durationMs >= maxDurationSeconds * 1000) this.#finish('done');
  }

  /** Ends it and keeps the file. */
  stop(): void {
    if (this.#callOff()) return;
    this.#finish('done');
    this.#listener.advance();
  }

  /** Ends it and keeps nothing; Asterisk tells this as an ordinary end. */
  cancel(): void {
    if (this.#callOff()) return;
    this.#stored.delete(this.request.name);
    this.#finish('done');
    this.#listener.advance();
  }

  abandon(): void {
    if (this.#state === 'queued' || this.#state === 'canceled') this.start();
    if (!this.over) this.#finish('done');
  }

  toJson() {
    const { name, format, channelId } = this.request;
    return {
      name,
      format,
      state: this.#state,
      target_uri: `channel:${channelId}`,
      ...(this.#state === 'done' && { duration: Math.floor(this.#durationMs / 1000) }),
      ...(this.#cause !== undefined && { cause: this.#cause }),
    };
  }

  /** What Asterisk makes of a stop before the start: it says `canceled`, and records all the same when the turn comes. */
  #callOff(): boolean {
    if (this.#state === 'queued') this.#state = 'canceled';
    return this.#state === 'canceled';
  }

  get #durationMs(): number {
    return this.#frames.length * FRAME_MS;
  }

  #finish(state: 'done' | 'failed'): void {
    this.#state = state;
    this.over = true;
    if (state === 'done') this.#stored.fill(this.request.name, this.#frames);
    this.#listener.event(state === 'done' ? 'RecordingFinished' : 'RecordingFailed', this);
    this.#listener.ended(this);
  }
}
