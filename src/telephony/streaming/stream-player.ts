/** A live line's mouth: clips go out as they are synthesized, joined sample to sample; marks tell what of them was heard. */
import { deferred } from '../../base/async.ts';
import type { Deferred } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { Resampler } from '../../audio/resample.ts';
import type { AudioListener, Clip, Playback, Played, Player } from '../line.ts';
import { PAUSING_PACE } from './playout-pace.ts';
import type { PlayoutPace } from './playout-pace.ts';
import { Playout } from './playout.ts';
import type { PlayoutSocket } from './playout.ts';
import { wholeSamples } from '../../audio/whole-samples.ts';

interface Entry extends Playback {
  readonly clip: Clip;
  readonly start: Deferred<number>;
  readonly finish: Deferred<Played>;
  /** Where the clip lies in the stream: from its first byte, as far as it is known, up to its last. */
  from: number | undefined;
  to: number | undefined;
  failed: boolean;
  over: boolean;
}

export interface StreamPlayerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The rate of the stream; clips of another rate are converted. */
  readonly sampleRateHz: number;
  /** How it is sent to; as to one that can pause, if not given. */
  readonly pace?: PlayoutPace;
  /** The far end has not played what it was sent for too long. */
  readonly onStalled: () => void;
}

export class StreamPlayer implements Player {
  readonly sampleRateHz: number;
  readonly startsOn = 'firstAudio';
  readonly heardOutMs: number | undefined;
  readonly #log: Log;
  readonly #playout: Playout;
  /** In playing order; what is over has left. */
  #entries: Entry[] = [];
  readonly #listeners: AudioListener[] = [];
  #pumping = false;

  constructor({ clock, log, sampleRateHz, pace = PAUSING_PACE, onStalled }: StreamPlayerOptions) {
    this.sampleRateHz = sampleRateHz;
    this.heardOutMs = pace.pause === 'heldBack' ? pace.windowMs : undefined;
    this.#log = log;
    const onReached = (position: number, atMs: number) => this.#onReached(position, atMs);
    const onHeard: AudioListener = (pcm, atMs) => {
      for (const listener of this.#listeners) listener(pcm, atMs);
    };
    this.#playout = new Playout({ clock, sampleRateHz, pace, onReached, onHeard, onStalled });
  }

  /** Plays over this socket from now on. */
  attach(socket: PlayoutSocket): void {
    this.#playout.attach(socket);
  }

  /** The socket is gone; what was not heard waits for the next one. */
  detach(): void {
    this.#playout.detach();
  }

  /** To be given every mark that the far end tells of. */
  markPlayed(id: string, atMs: number): void {
    this.#playout.markPlayed(id, atMs);
  }

  tap(listener: AudioListener): void {
    this.#listeners.push(listener);
  }

  play(clip: Clip): Playback {
    const start = deferred<number>();
    const finish = deferred<Played>();
    const entry: Entry = {
      clip,
      start,
      finish,
      started: start.promise,
      finished: finish.promise,
      from: undefined,
      to: undefined,
      failed: false,
      over: false,
    };
    this.#entries.push(entry);
    if (!this.#pumping) void this.#pump();
    return entry;
  }

  pause(): Promise<void> {
    this.#playout.pause();
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.#playout.resume();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    const heard = this.#playout.stop();
    for (const entry of [...this.#entries]) this.#over(entry, 'stopped', heard);
    return Promise.resolve();
  }

  /** Ends every playback and leaves no timer behind. */
  close(): void {
    void this.stop();
    this.#playout.close();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let entry = this.#unread(); entry; entry = this.#unread()) await this.#read(entry);
    this.#pumping = false;
  }

  #unread(): Entry | undefined {
    return this.#entries.find((entry) => entry.to === undefined);
  }

  /** Takes the clip into the stream as it becomes ready. */
  async #read(entry: Entry): Promise<void> {
    // A stop must not wait for a clip that never becomes whole.
    await Promise.race([this.#copy(entry), entry.finished]);
    if (entry.over) return;
    entry.from ??= this.#playout.written;
    entry.to = this.#playout.written;
    if (entry.to === entry.from) return this.#over(entry, entry.failed ? 'failed' : 'heard', entry.to);
    this.#playout.watchWritten();
    if (this.#unread()) this.#playout.completeInTime();
    else this.#playout.complete();
  }

  async #copy(entry: Entry): Promise<void> {
    try {
      const resampler = new Resampler(entry.clip.sampleRateHz, this.sampleRateHz);
      for await (const samples of wholeSamples(entry.clip.audio)) {
        if (entry.over) return;
        this.#write(entry, resampler.push(samples));
      }
      this.#write(entry, resampler.flush());
    } catch (error) {
      if (entry.over) return;
      entry.failed = true;
      this.#log.warn({ event: 'playback.failed', error }, 'a clip could not be played to its end');
    }
  }

  #write(entry: Entry, pcm: Uint8Array): void {
    if (entry.over || pcm.byteLength === 0) return;
    entry.from ??= this.#playout.written;
    this.#playout.write(pcm);
  }

  #onReached(position: number, atMs: number): void {
    for (const entry of [...this.#entries]) {
      const { from } = entry;
      // At its very beginning a clip has only begun if its first frame has gone out as well.
      if (from === undefined || from > position || (from === position && !this.#playout.isSent(from))) return;
      entry.start.resolve(atMs - this.#playout.toMs(position - from));
      if (entry.to === undefined || entry.to > position) return;
      this.#over(entry, entry.failed ? 'failed' : 'heard', entry.to);
    }
  }

  #over(entry: Entry, outcome: Played['outcome'], heard: number): void {
    if (entry.over) return;
    entry.over = true;
    this.#entries = this.#entries.filter((other) => other !== entry);
    const { from = heard, to = heard } = entry;
    entry.finish.resolve({
      outcome,
      heardMs: this.#playout.toMs(Math.max(0, Math.min(heard, to) - from)),
    });
  }
}
