/**
 * The bot's voice as one stream of samples on its way through Asterisk, or to a page that does as Asterisk does: sends as much as it
 * should have, and knows how far the caller has heard it.
 *
 * Both come from marks. Asterisk tells a mark at the tick in which it takes the frame behind it, so a mark says exactly when a
 * position was reached; between marks the clock goes on from the last one, never beyond the next. A window of audio is on its way
 * beyond the last mark that came back, so nothing here has to be paced, and Asterisk's queue never comes near its limit.
 */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { BYTES_PER_SAMPLE } from '../../audio/pcm.ts';
import { KeptAudio } from './kept-audio.ts';
import type { PlayoutPace } from './playout-pace.ts';

/** Asterisk plays a frame a tick. */
const FRAME_MS = 20;

/** How late a mark may come before the socket counts as stalled, ms: beyond a busy host's hiccup, before a caller says "hello?". */
const STALLED_AFTER_MS = 1500;

/** A timer that fires so much too late, ms, shows that the process stood still: marks that came meanwhile are still to be read. */
const STOOD_STILL_MS = 100;

/** How long before the line falls silent a frame that is not whole is sent all the same, ms: two ticks. */
const PAD_AHEAD_MS = 2 * FRAME_MS;

/** What of a media socket is needed here. */
export interface PlayoutSocket {
  /** PCM, whole frames. */
  sendAudio(pcm: Uint8Array): void;
  mark(id: string): void;
  pause(): void;
  resume(): void;
  flush(): void;
}

export interface PlayoutOptions {
  readonly clock: Clock;
  readonly sampleRateHz: number;
  readonly pace: PlayoutPace;
  /** The caller has heard everything before `position`, and hears on from there since `atMs`. */
  readonly onReached: (position: number, atMs: number) => void;
  /** The caller has heard this PCM, whose first sample was played at `atMs`. The bytes are no copy. */
  readonly onHeard?: (pcm: Uint8Array, atMs: number) => void;
  /** Audio was sent, but Asterisk does not play it. */
  readonly onStalled: () => void;
}

/** With less than this to play, ms, a far end may have run dry before more is there: when it goes on, only a mark tells. */
const NEARLY_DRY_MS = 100;

interface Mark {
  readonly id: string;
  readonly at: number;
  /** Nothing is surely being played before it: what follows begins when this is told. */
  readonly isBeginning: boolean;
}

/** Positions are bytes since the stream's beginning. */
export class Playout {
  readonly #options: PlayoutOptions;
  readonly #bytesPerMs: number;
  readonly #frameBytes: number;
  /** From what is surely heard to what was written last. */
  readonly #audio = new KeptAudio();
  #socket: PlayoutSocket | undefined;
  #sent = 0;
  /** On their way, oldest first; if there are any, the last stands at `#sent`. */
  #marks: Mark[] = [];
  #markCount = 0;
  /** Positions to be told of as soon as they are reached, in their order. */
  #wanted: number[] = [];
  /** Where the caller was, and when. */
  #heard = { at: 0, ms: 0 };
  /** What was sent has been played by then, as far as the clock can tell. */
  #lastsUntilMs = 0;
  #paused = false;
  #cancelPad: CancelTimer = () => undefined;
  #cancelStall: CancelTimer = () => undefined;

  constructor(options: PlayoutOptions) {
    this.#options = options;
    this.#bytesPerMs = (options.sampleRateHz * BYTES_PER_SAMPLE) / 1000;
    this.#frameBytes = this.#bytesPerMs * FRAME_MS;
  }

  /** Where the next byte will be. */
  get written(): number {
    return this.#audio.to;
  }

  /** Sends over this socket from now on, beginning with what was on its way over the last one and was not heard. */
  attach(socket: PlayoutSocket): void {
    this.#socket = socket;
    if (this.#paused) socket.pause();
    this.#fill();
  }

  /** The socket is gone. What the caller had not heard by now goes out over the next one, from a frame's beginning. */
  detach(): void {
    const heard = this.heardPosition();
    this.#tellHeard(heard);
    const unheard = this.#sent - heard;
    this.#socket = undefined;
    this.#cancelStall();
    this.#marks = [];
    this.#lastsUntilMs = 0;
    this.#sent -= Math.ceil(unheard / this.#frameBytes) * this.#frameBytes;
    this.#setHeard(this.#sent);
  }

  /** Appends whole samples. */
  write(pcm: Uint8Array): void {
    if (pcm.byteLength === 0) return;
    this.#cancelPad();
    this.#audio.push(pcm);
    this.#fill();
  }

  /** Asks for word when the caller has heard all that was written up to now, even if more follows at once. */
  watchWritten(): void {
    this.#wanted.push(this.written);
  }

  /** True if the sample at `position` is on its way to the caller, or beyond. */
  isSent(position: number): boolean {
    return position < this.#sent;
  }

  /** Nothing follows: a last frame that is not whole is made so. */
  complete(): void {
    this.#cancelPad();
    const over = (this.written - this.#sent) % this.#frameBytes;
    if (over > 0) this.write(new Uint8Array(this.#frameBytes - over));
  }

  /** Something follows soon and shall join without a gap; if it comes too late, the last frame goes without it. */
  completeInTime(): void {
    this.#cancelPad();
    const leftMs = (this.written - this.heardPosition()) / this.#bytesPerMs;
    this.#cancelPad = this.#options.clock.after(leftMs - PAD_AHEAD_MS, () => this.complete());
  }

  /** Up to where the caller has heard it by now. */
  heardPosition(): number {
    const limit = this.#marks[0]?.at ?? this.#sent;
    if (this.#isHalted || this.#marks.length === 0) return Math.min(this.#heard.at, limit);
    const passedMs = this.#options.clock.nowMs() - this.#heard.ms;
    const samples = Math.floor((passedMs * this.#bytesPerMs) / BYTES_PER_SAMPLE);
    return Math.min(this.#heard.at + samples * BYTES_PER_SAMPLE, limit);
  }

  toMs(bytes: number): number {
    return bytes / this.#bytesPerMs;
  }

  pause(): void {
    if (this.#paused) return;
    if (this.#halts) {
      const heard = this.#haltPosition();
      this.#tellHeard(heard);
      this.#setHeard(heard);
      this.#cancelStall();
    }
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#halts) this.#setHeard(this.#heard.at);
    this.#socket?.resume();
    this.#fill();
  }

  /** Silence at once; everything that was not heard is forgotten. Leaves it unpaused. Returns where the caller was. */
  stop(): number {
    const heard = this.#haltPosition();
    this.#tellHeard(heard);
    this.#cancelPad();
    this.#cancelStall();
    this.#socket?.flush();
    if (this.#paused) this.#socket?.resume();
    this.#paused = false;
    this.#marks = [];
    this.#lastsUntilMs = 0;
    this.#wanted = [];
    this.#audio.cutFrom(this.#sent);
    this.#setHeard(this.#sent);
    return heard;
  }

  /** Asterisk has told a mark. Those of a flushed queue or a dead socket are nobody's any more. */
  markPlayed(id: string, atMs: number): void {
    const index = this.#marks.findIndex((mark) => mark.id === id);
    if (index < 0) return;
    const at = this.#marks[index]?.at ?? 0;
    const told = this.#marks.splice(0, index + 1);
    // What was played without a break was not played later than it lasts: the mark is late, as marks are that come in a bunch.
    const atOnceMs = this.#heard.ms + this.toMs(at - this.#heard.at);
    const reachedMs = told.some(({ isBeginning }) => isBeginning) ? atMs : Math.min(atMs, atOnceMs);
    this.#tellHeard(at);
    this.#setHeard(at, reachedMs);
    if (!this.#marks.some(({ isBeginning }) => isBeginning))
      this.#lastsUntilMs = reachedMs + this.toMs(this.#sent - at);
    this.#options.onReached(at, reachedMs);
    this.#fill();
  }

  /** No timer is left. */
  close(): void {
    this.#cancelPad();
    this.#cancelStall();
    this.#socket = undefined;
  }

  get #halts(): boolean {
    return this.#options.pace.pause === 'atOnce';
  }

  get #isHalted(): boolean {
    return this.#paused && this.#halts;
  }

  /** Where the caller will be when nothing more is played from now on: the frame that is being played is heard to its end. */
  #haltPosition(): number {
    const begun = this.heardPosition() - this.#heard.at;
    return this.#heard.at + Math.ceil(begun / this.#frameBytes) * this.#frameBytes;
  }

  /** Before the place is noted up to which it was heard. */
  #tellHeard(to: number): void {
    const { at, ms } = this.#heard;
    if (to > at) this.#options.onHeard?.(this.#audio.read(at, to), ms);
  }

  #setHeard(at: number, ms = this.#options.clock.nowMs()): void {
    this.#heard = { at, ms };
    this.#wanted = this.#wanted.filter((wanted) => wanted > at);
    this.#audio.dropBefore(Math.min(at, this.#sent));
  }

  #fill(): void {
    const socket = this.#socket;
    if (!socket) return;
    if (this.#paused && !this.#halts) return this.#watchStall();
    const nowMs = this.#options.clock.nowMs();
    let mayBeDry = this.#marks.length === 0 || this.#lastsUntilMs - nowMs < NEARLY_DRY_MS;
    for (let bytes = this.#nextBlock(); bytes > 0; bytes = this.#nextBlock()) {
      if (this.#marks.length === 0) this.#setHeard(this.#sent);
      if (mayBeDry) this.#mark(socket, true);
      mayBeDry = false;
      socket.sendAudio(this.#audio.read(this.#sent, this.#sent + bytes));
      this.#sent += bytes;
      this.#lastsUntilMs = Math.max(this.#lastsUntilMs, nowMs) + this.toMs(bytes);
      this.#mark(socket);
    }
    this.#watchStall();
  }

  /** Whole frames that may go now: as far as the window, the next mark and the audio reach. */
  #nextBlock(): number {
    const there = Math.floor((this.written - this.#sent) / this.#frameBytes);
    const wanted = this.#wanted.find((position) => position > this.#sent) ?? Infinity;
    const toWanted = Math.ceil((wanted - this.#sent) / this.#frameBytes);
    const onItsWay = this.#sent - this.#heard.at;
    const room = Math.floor((this.#options.pace.windowMs * this.#bytesPerMs - onItsWay) / this.#frameBytes);
    return (
      Math.max(0, Math.min(there, toWanted, room, this.#options.pace.markEveryMs / FRAME_MS)) *
      this.#frameBytes
    );
  }

  #mark(socket: PlayoutSocket, isBeginning = false): void {
    const mark = { id: String(this.#markCount++), at: this.#sent, isBeginning };
    this.#marks.push(mark);
    socket.mark(mark.id);
  }

  #watchStall(): void {
    this.#cancelStall();
    const next = this.#marks[0];
    if (!next || this.#isHalted || !this.#socket) return;
    const { clock, onStalled } = this.#options;
    const inMs = (next.at - this.heardPosition()) / this.#bytesPerMs + STALLED_AFTER_MS;
    const lookAtMs = clock.nowMs() + inMs;
    this.#cancelStall = clock.after(inMs, () => {
      if (clock.nowMs() - lookAtMs > STOOD_STILL_MS) this.#watchStall();
      else onStalled();
    });
  }
}
