/** A line's player that notes on a call's tape what it acknowledged, and hands on what the caller heard, where it was heard. */
import { bytesToMs, concatBytes, slice } from '../../audio/pcm.ts';
import { resampled } from '../../audio/resample.ts';
import type { Pcm } from '../../audio/pcm.ts';
import type { AudioListener, Clip, ClipWords, Playback, Player } from '../../telephony/line.ts';
import type { CallTape, Growing } from './call-tape.ts';
import type { RecordedPlayback } from '../bundle/recorded-call.ts';

/** A stretch of a clip that was heard in one go. */
export interface HeardStretch {
  readonly atMs: number;
  readonly pcm: Pcm;
  /** Where in the clip it begins. */
  readonly fromMs: number;
}

/** Told of each clip when it is over: its place among all clips that began, and what of it was heard. */
export type HeardClip = (began: number, stretches: readonly HeardStretch[]) => void;

class Pause {
  readonly fromMs: number;
  toMs = Infinity;
  /** The same as the call wanted it. */
  readonly askedFromMs: number;
  askedToMs = Infinity;

  constructor(fromMs: number, askedFromMs: number) {
    this.fromMs = fromMs;
    this.askedFromMs = askedFromMs;
  }
}

/** How far a clip would be heard if nothing but the lateness of its pieces held it up: what a replay reckons with. */
class SoundByTheClock {
  /** No piece follows. */
  isWhole = false;
  readonly #rateHz: number;
  readonly #pieces: { readonly atMs: number; readonly lastsMs: number }[] = [];

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
  }

  add(atMs: number, bytes: number): void {
    this.#pieces.push({ atMs, lastsMs: bytesToMs(bytes, this.#rateHz) });
  }

  overAtMs(startedAtMs: number): number {
    return this.#pieces.reduce((endMs, { atMs, lastsMs }) => Math.max(endMs, atMs) + lastsMs, startedAtMs);
  }

  heardMs(startedAtMs: number, untilMs: number): number {
    let endMs = startedAtMs;
    let heardMs = 0;
    for (const { atMs, lastsMs } of this.#pieces) {
      const fromMs = Math.max(endMs, atMs);
      endMs = fromMs + lastsMs;
      heardMs += Math.max(0, Math.min(untilMs, endMs) - fromMs);
    }
    return heardMs;
  }
}

/** What is there is handed over within the same turn of the event loop, ms. */
const AT_ONCE_MS = 1;

export class TapedPlayer implements Player {
  readonly sampleRateHz: number;
  readonly startsOn: Player['startsOn'];
  readonly heardOutMs: number | undefined;
  readonly #inner: Player;
  readonly #tape: CallTape;
  readonly #heard: HeardClip;
  /** Of a line that has no tap: they are told of a clip when it is over. */
  readonly #listeners: AudioListener[] = [];
  readonly #pauses: Pause[] = [];
  /** When the stop was asked for that is going on. */
  #stopAskedAtMs: number | undefined;
  #began = 0;

  constructor(inner: Player, tape: CallTape, heard: HeardClip) {
    this.sampleRateHz = inner.sampleRateHz;
    this.startsOn = inner.startsOn;
    this.heardOutMs = inner.heardOutMs;
    this.#inner = inner;
    this.#tape = tape;
    this.#heard = heard;
  }

  play(clip: Clip, words?: ClipWords): Playback {
    const note: Growing<RecordedPlayback> = { heardMs: 0 };
    this.#tape.playbacks.push(note);
    const pieces: Uint8Array[] = [];
    const sound = new SoundByTheClock(clip.sampleRateHz);
    const audio = this.#noting(clip, note, { pieces, sound, askedAtMs: this.#tape.causeAtMs });
    const playback = this.#inner.play({ sampleRateHz: clip.sampleRateHz, audio }, words);
    let began: number | undefined;
    void playback.started.then((atMs) => {
      note.startedAtMs = this.#tape.at(atMs);
      note.toldAfterMs = this.#tape.happens() - note.startedAtMs;
      note.delayMs = note.startedAtMs - this.#couldBeginAtMs(note, note.startedAtMs);
      const askedFromMs =
        this.#pauses.at(-1)?.askedToMs === Infinity ? this.#pauses.at(-1)?.askedFromMs : undefined;
      if (askedFromMs !== undefined && askedFromMs <= note.startedAtMs)
        note.beginsInPauseMs = note.startedAtMs - askedFromMs;
      began = this.#began++;
    });
    void playback.finished.then(({ outcome, heardMs }) => {
      const stopAskedAtMs = outcome === 'stopped' ? this.#stopAskedAtMs : undefined;
      // What a stop brings at once is part of it, and no event of its own.
      note.finishedAtMs = stopAskedAtMs === this.#tape.causeAtMs ? stopAskedAtMs : this.#tape.happens();
      note.outcome = outcome;
      note.heardMs = heardMs;
      if (stopAskedAtMs !== undefined) note.endToldAfterMs = note.finishedAtMs - stopAskedAtMs;
      // Its end came before its beginning, which would have been later still.
      if (note.startedAtMs === undefined && note.readyAtMs !== undefined)
        note.delayMs =
          outcome === 'failed'
            ? note.finishedAtMs - this.#askedForAtMs(note)
            : this.#waitedMs(note, note.finishedAtMs);
      if (note.startedAtMs === undefined || began === undefined) return;
      const { startedAtMs } = note;
      const pausedMs = (untilMs: number) => this.#pausedMs(startedAtMs, untilMs);
      const sinceOverMs = (atMs: number) => atMs - pausedMs(atMs) - sound.overAtMs(startedAtMs);
      if (stopAskedAtMs === undefined) {
        note.endToldAfterMs = sinceOverMs(note.finishedAtMs);
        const last = this.#pauses.at(-1);
        if (last?.askedToMs === Infinity && last.askedFromMs >= startedAtMs)
          note.endsInPauseMs = note.finishedAtMs - last.askedFromMs;
      } else {
        note.unheardMs = sound.heardMs(startedAtMs, stopAskedAtMs - pausedMs(stopAskedAtMs)) - heardMs;
        const overdueMs = sinceOverMs(stopAskedAtMs);
        if (sound.isWhole && overdueMs >= 0) note.overdueMs = overdueMs;
      }
      const pcm = slice({ sampleRateHz: clip.sampleRateHz, data: concatBytes(pieces) }, 0, heardMs);
      const stretches = this.#stretches(pcm, note.startedAtMs, heardMs);
      this.#heard(began, stretches);
      this.#tellListeners(stretches);
    });
    return playback;
  }

  tap(listener: AudioListener): void {
    if (this.#inner.tap) this.#inner.tap(listener);
    else this.#listeners.push(listener);
  }

  pause(): Promise<void> {
    const isPaused = this.#pauses.at(-1)?.toMs === Infinity;
    if (!isPaused) this.#pauses.push(new Pause(this.#tape.nowMs, this.#tape.causeAtMs));
    return this.#inner.pause();
  }

  async resume(): Promise<void> {
    this.#pauseOver();
    await this.#inner.resume();
    this.#endPause();
  }

  async stop(): Promise<void> {
    this.#pauseOver();
    this.#stopAskedAtMs = this.#tape.causeAtMs;
    await this.#inner.stop();
    this.#endPause();
  }

  #tellListeners(stretches: readonly HeardStretch[]): void {
    if (this.#listeners.length === 0) return;
    for (const { atMs, pcm } of stretches) {
      const { data } = resampled(pcm, this.sampleRateHz);
      for (const listener of this.#listeners) listener(data, this.#tape.onTheClock(atMs));
    }
  }

  /** When nothing kept the clip from beginning any more, which it had by then, or had not at all. */
  #couldBeginAtMs(note: RecordedPlayback, byMs: number): number {
    const { playbacks } = this.#tape;
    const before = playbacks[playbacks.indexOf(note) - 1]?.finishedAtMs ?? 0;
    const { readyAtMs = 0 } = note;
    const lastPause = this.#pauses.findLast(({ askedToMs }) => askedToMs <= byMs);
    return Math.max(before, readyAtMs, lastPause?.askedToMs ?? 0);
  }

  /** When the telephone was asked for it: nothing keeps it from failing any more, no pause either. */
  #askedForAtMs(note: RecordedPlayback): number {
    const { playbacks } = this.#tape;
    const before = playbacks[playbacks.indexOf(note) - 1]?.finishedAtMs ?? 0;
    const freeAtMs = Math.max(before, note.readyAtMs ?? 0);
    const pause = this.#pauses.find(
      ({ askedFromMs, askedToMs }) => askedFromMs <= freeAtMs && freeAtMs < askedToMs,
    );
    return pause === undefined || pause.askedToMs === Infinity ? freeAtMs : pause.askedToMs;
  }

  /** The longest time in which nothing kept it from beginning, and it did not. */
  #waitedMs(note: RecordedPlayback, untilMs: number): number {
    let waitedMs = 0;
    let fromMs = this.#couldBeginAtMs(note, note.readyAtMs ?? 0);
    for (const { askedFromMs, askedToMs } of this.#pauses) {
      if (askedToMs <= fromMs) continue;
      waitedMs = Math.max(waitedMs, Math.min(askedFromMs, untilMs) - fromMs);
      fromMs = Math.max(fromMs, Math.min(askedToMs, untilMs));
    }
    return Math.max(waitedMs, untilMs - fromMs);
  }

  /** Nobody wants it any more, whenever it will really be over. */
  #pauseOver(): void {
    const last = this.#pauses.at(-1);
    if (last?.askedToMs === Infinity) last.askedToMs = this.#tape.causeAtMs;
  }

  /** For how long, of that time, the call wanted it to hold still. */
  #pausedMs(fromMs: number, toMs: number): number {
    return this.#pauses.reduce(
      (ms, { askedFromMs, askedToMs }) =>
        ms + Math.max(0, Math.min(toMs, askedToMs) - Math.max(fromMs, askedFromMs)),
      0,
    );
  }

  #endPause(): void {
    const last = this.#pauses.at(-1);
    if (last?.toMs === Infinity) last.toMs = this.#tape.nowMs;
  }

  async *#noting(
    { audio }: Clip,
    note: Growing<RecordedPlayback>,
    {
      pieces,
      sound,
      askedAtMs,
    }: { readonly pieces: Uint8Array[]; readonly sound: SoundByTheClock; readonly askedAtMs: number },
  ): AsyncIterable<Uint8Array> {
    let thereAtMs = askedAtMs;
    const ready = () => (note.readyAtMs ??= thereAtMs);
    let asked = this.#asks();
    for await (const piece of audio) {
      if (asked.waited()) thereAtMs = this.#tape.causeAtMs;
      if (this.startsOn === 'firstAudio' && piece.byteLength > 0) ready();
      sound.add(this.#tape.causeAtMs, piece.byteLength);
      pieces.push(piece);
      yield piece;
      asked = this.#asks();
    }
    if (asked.waited()) thereAtMs = this.#tape.causeAtMs;
    sound.isWhole = true;
    ready();
  }

  /** A player may be too busy to ask for a piece that has been there for long. What had to be waited for was not there. */
  #asks(): { waited(): boolean } {
    const { nowMs } = this.#tape;
    let isLater = false;
    const next = setImmediate(() => (isLater = true)).unref();
    return {
      waited: () => {
        clearImmediate(next);
        return isLater || this.#tape.nowMs - nowMs >= AT_ONCE_MS;
      },
    };
  }

  /** What was heard, cut where the player was paused. */
  #stretches(pcm: Pcm, startedAtMs: number, heardMs: number): readonly HeardStretch[] {
    const stretches: HeardStretch[] = [];
    let atMs = startedAtMs;
    let fromMs = 0;
    const upTo = (untilMs: number) => {
      const toMs = Math.min(heardMs, fromMs + untilMs - atMs);
      if (toMs > fromMs) stretches.push({ atMs, fromMs, pcm: slice(pcm, fromMs, toMs) });
      fromMs = toMs;
    };
    for (const pause of this.#pauses) {
      if (pause.toMs <= atMs || fromMs >= heardMs) continue;
      upTo(Math.max(atMs, pause.fromMs));
      atMs = pause.toMs;
    }
    if (fromMs < heardMs && atMs !== Infinity) upTo(Infinity);
    return stretches;
  }
}
