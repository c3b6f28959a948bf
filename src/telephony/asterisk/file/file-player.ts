/**
 * File mode's mouth: each clip becomes a WAV in MEDIA_DIR, and Asterisk is always told of the next clip while the present one plays,
 * so that no gap opens between them.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deferred } from '../../../base/async.ts';
import type { Deferred } from '../../../base/async.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { concatBytes, durationMs } from '../../../audio/pcm.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import { resampled } from '../../../audio/resample.ts';
import { encodeWav } from '../../../audio/wav.ts';
import type { Clip, Playback, Played, Player } from '../../line.ts';
import type { AriEvent, AriPort } from '../ari/ari-port.ts';
import { muteFirstFrame } from './first-frame.ts';
import { isHangupRace, tolerant } from '../ari/hangup-race.ts';

/** Asterisk reads a `.wav` at this rate only; any other is silence. */
export const FILE_RATE_HZ = 8000;

/** How many clips Asterisk knows of at once: the one that plays and the one behind it. More would only be more to take back. */
const CLIPS_IN_ASTERISK = 2;

/** How long after its time a clip's end may still be told, ms: far beyond any event that is only late. */
const END_LOST_AFTER_MS = 3000;

interface Entry extends Playback {
  readonly id: string;
  readonly clip: Clip;
  readonly started: Promise<number>;
  readonly start: Deferred<number>;
  readonly finish: Deferred<Played>;
  readonly heard: HeardTime;
  clipMs: number;
  path: string | undefined;
  state: 'waiting' | 'sent' | 'playing' | 'over';
}

export interface FilePlayerOptions {
  readonly ari: AriPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly channelId: string;
  readonly mediaDir: string;
  /** How the names of its files and playbacks begin; unique for ever. */
  readonly prefix: string;
}

export class FilePlayer implements Player {
  readonly sampleRateHz = FILE_RATE_HZ;
  readonly startsOn = 'wholeClip';
  readonly #ari: AriPort;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #channelId: string;
  readonly #mediaDir: string;
  readonly #prefix: string;
  /** In playing order; what is over has left. */
  #entries: Entry[] = [];
  #paused = false;
  #pumping = false;
  #clips = 0;
  #changed = deferred();

  constructor(options: FilePlayerOptions) {
    this.#ari = options.ari;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#channelId = options.channelId;
    this.#mediaDir = options.mediaDir;
    this.#prefix = options.prefix;
  }

  /** Asterisk has something to play, or plays it. */
  get isPlaying(): boolean {
    return this.#entries.some(({ state }) => state === 'sent' || state === 'playing');
  }

  play(clip: Clip): Playback {
    const start = deferred<number>();
    const finish = deferred<Played>();
    const entry: Entry = {
      id: `${this.#prefix}-${this.#clips++}`,
      clip,
      start,
      finish,
      started: start.promise,
      finished: finish.promise,
      heard: new HeardTime(this.#clock),
      clipMs: 0,
      path: undefined,
      state: 'waiting',
    };
    this.#entries.push(entry);
    if (!this.#pumping) void this.#pump();
    return entry;
  }

  async pause(): Promise<void> {
    if (this.#paused) return;
    this.#paused = true;
    const current = this.#current();
    if (current) await this.#pauseEntry(current);
  }

  async resume(): Promise<void> {
    if (!this.#paused) return;
    this.#paused = false;
    this.#notify();
    const current = this.#current();
    if (!current) return;
    await tolerant(this.#log, 'playback.control', () => this.#goOn(current));
  }

  async stop(): Promise<void> {
    this.#paused = false;
    const dropped = this.#entries;
    for (const entry of dropped) entry.heard.halt();
    const sent = dropped.filter((entry) => entry.state !== 'waiting');
    for (const entry of dropped) this.#over(entry, 'stopped');
    // The queued one first, or it would begin the moment the present one ends. One connection may overtake another: hence one by one.
    for (const entry of sent.reverse())
      await tolerant(this.#log, 'playback.control', () => this.#ari.stopPlayback(entry.id));
  }

  /** To be given every event of the caller's channel. */
  onEvent(event: AriEvent): void {
    if (event.type !== 'PlaybackStarted' && event.type !== 'PlaybackFinished') return;
    const entry = this.#entries.find((candidate) => candidate.id === event.playbackId);
    if (!entry) return;
    if (event.type === 'PlaybackFinished') return this.#over(entry, event.failed ? 'failed' : 'heard');
    // An un-pause is told as a second start.
    if (entry.state === 'playing') return;
    entry.state = 'playing';
    entry.start.resolve(event.atMs);
    entry.heard.goOn();
    if (this.#paused) void this.#pauseEntry(entry);
  }

  async #pauseEntry(entry: Entry): Promise<void> {
    entry.heard.halt();
    await tolerant(this.#log, 'playback.control', () => this.#ari.pausePlayback(entry.id));
  }

  async #goOn(entry: Entry): Promise<void> {
    // Where that fails, 20 ms of the clip's beginning are heard once more: not worth a word.
    await muteFirstFrame(`${entry.path}.wav`, entry.clipMs, FILE_RATE_HZ).catch(() => undefined);
    // The caller may have made a sound again meanwhile.
    if (this.#paused || isOver(entry)) return;
    entry.heard.goOn();
    await this.#ari.unpausePlayback(entry.id);
  }

  #current(): Entry | undefined {
    return this.#entries.find((entry) => entry.state === 'playing');
  }

  /** Takes the clips to Asterisk one behind another, as each becomes whole and room behind the present one is free. */
  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let entry = this.#next(); entry; entry = this.#next()) await this.#send(entry);
    this.#pumping = false;
  }

  #next(): Entry | undefined {
    return this.#entries.find((entry) => entry.state === 'waiting');
  }

  async #send(entry: Entry): Promise<void> {
    try {
      // A stop must not wait for a clip that never becomes whole.
      const pcm = await Promise.race([wholeClip(entry.clip), entry.finished]);
      if ('outcome' in pcm) return;
      entry.clipMs = durationMs(pcm);
      if (entry.clipMs === 0) return this.#over(entry, 'heard');
      while (entry.state === 'waiting' && !this.#mayStart()) await this.#changed.promise;
      if (entry.state !== 'waiting') return;
      entry.path = join(this.#mediaDir, entry.id);
      await writeFile(`${entry.path}.wav`, encodeWav(pcm));
      // The caller may have interrupted while the file was written.
      if (isOver(entry)) return void (await this.#removeFile(entry));
      entry.state = 'sent';
      this.#expectEnd(entry);
      await this.#ari.play(this.#channelId, entry.id, `sound:${entry.path}`);
      // Stopped while the request was on its way: Asterisk may have heard of the stop first.
      if (isOver(entry))
        await tolerant(this.#log, 'playback.control', () => this.#ari.stopPlayback(entry.id));
    } catch (error) {
      if (!isOver(entry) && !isHangupRace(error)) {
        this.#log.warn({ event: 'playback.failed', error }, 'a clip could not be played');
      }
      this.#over(entry, 'failed');
    }
  }

  /** Events are lost while the event socket is down; a call must not wait for ever for one that will not come. */
  #expectEnd(entry: Entry): void {
    const remainingMs = entry.clipMs - entry.heard.totalMs;
    const cancel = this.#clock.after(remainingMs + END_LOST_AFTER_MS, () => {
      const isItsTurn = this.#entries[0] === entry;
      if (this.#paused || !isItsTurn || entry.clipMs - entry.heard.totalMs > 0) {
        if (entry.state === 'playing' || !isItsTurn || this.#paused) return this.#expectEnd(entry);
      }
      this.#over(entry, entry.state === 'playing' ? 'heard' : 'failed');
    });
    void entry.finished.then(cancel);
  }

  #mayStart(): boolean {
    const inAsterisk = this.#entries.filter(
      (entry) => entry.state === 'sent' || entry.state === 'playing',
    ).length;
    return !this.#paused && inAsterisk < CLIPS_IN_ASTERISK;
  }

  #over(entry: Entry, outcome: Played['outcome']): void {
    if (entry.state === 'over') return;
    entry.heard.halt();
    entry.state = 'over';
    this.#entries = this.#entries.filter((other) => other !== entry);
    const heardMs = outcome === 'heard' ? entry.clipMs : Math.min(entry.heard.totalMs, entry.clipMs);
    entry.finish.resolve({ outcome, heardMs });
    this.#notify();
    if (entry.path) void this.#removeFile(entry);
  }

  #notify(): void {
    const changed = this.#changed;
    this.#changed = deferred();
    changed.resolve();
  }

  async #removeFile(entry: Entry): Promise<void> {
    await rm(`${entry.path}.wav`, { force: true }).catch((error: unknown) => {
      this.#log.warn({ event: 'media.leftover', error }, 'a played file could not be deleted');
    });
  }
}

/** How long a clip has sounded: a stopwatch that halts and goes on. */
class HeardTime {
  readonly #clock: Clock;
  #soFarMs = 0;
  #sinceMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  goOn(): void {
    this.#sinceMs ??= this.#clock.nowMs();
  }

  halt(): void {
    this.#soFarMs = this.totalMs;
    this.#sinceMs = undefined;
  }

  get totalMs(): number {
    return this.#soFarMs + (this.#sinceMs === undefined ? 0 : this.#clock.nowMs() - this.#sinceMs);
  }
}

/** At the rate of the file. */
async function wholeClip(clip: Clip): Promise<Pcm> {
  const pieces: Uint8Array[] = [];
  for await (const piece of clip.audio) pieces.push(piece);
  return resampled({ sampleRateHz: clip.sampleRateHz, data: concatBytes(pieces) }, FILE_RATE_HZ);
}

function isOver(entry: Entry): boolean {
  return entry.state === 'over';
}
