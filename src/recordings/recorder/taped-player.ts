/** A line's player that notes on a call's tape what it acknowledged, and hands on what the caller heard, where it was heard. */
import { concatBytes, slice } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import type { Clip, Playback, Player } from '../../telephony/line.ts';
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

interface Pause {
  readonly fromMs: number;
  toMs: number;
}

export class TapedPlayer implements Player {
  readonly sampleRateHz: number;
  readonly startsOn: Player['startsOn'];
  readonly #inner: Player;
  readonly #tape: CallTape;
  readonly #heard: HeardClip;
  readonly #pauses: Pause[] = [];
  #began = 0;

  constructor(inner: Player, tape: CallTape, heard: HeardClip) {
    this.sampleRateHz = inner.sampleRateHz;
    this.startsOn = inner.startsOn;
    this.#inner = inner;
    this.#tape = tape;
    this.#heard = heard;
  }

  play(clip: Clip): Playback {
    const note: Growing<RecordedPlayback> = { heardMs: 0 };
    this.#tape.playbacks.push(note);
    const pieces: Uint8Array[] = [];
    const audio = this.#noting(clip, note, pieces);
    const playback = this.#inner.play({ sampleRateHz: clip.sampleRateHz, audio });
    let began: number | undefined;
    void playback.started.then((atMs) => {
      note.startedAtMs = this.#tape.at(atMs);
      began = this.#began++;
    });
    void playback.finished.then(({ outcome, heardMs }) => {
      note.finishedAtMs = this.#tape.nowMs;
      note.outcome = outcome;
      note.heardMs = heardMs;
      if (note.startedAtMs === undefined || began === undefined) return;
      const pcm = slice({ sampleRateHz: clip.sampleRateHz, data: concatBytes(pieces) }, 0, heardMs);
      this.#heard(began, this.#stretches(pcm, note.startedAtMs, heardMs));
    });
    return playback;
  }

  pause(): Promise<void> {
    const isPaused = this.#pauses.at(-1)?.toMs === Infinity;
    if (!isPaused) this.#pauses.push({ fromMs: this.#tape.nowMs, toMs: Infinity });
    return this.#inner.pause();
  }

  async resume(): Promise<void> {
    await this.#inner.resume();
    this.#endPause();
  }

  async stop(): Promise<void> {
    await this.#inner.stop();
    this.#endPause();
  }

  #endPause(): void {
    const last = this.#pauses.at(-1);
    if (last?.toMs === Infinity) last.toMs = this.#tape.nowMs;
  }

  async *#noting(
    { audio }: Clip,
    note: Growing<RecordedPlayback>,
    pieces: Uint8Array[],
  ): AsyncIterable<Uint8Array> {
    const queuedAtMs = this.#tape.nowMs;
    const ready = () => (note.readyAtMs ??= Math.max(queuedAtMs, this.#tape.nowMs));
    for await (const piece of audio) {
      if (this.startsOn === 'firstAudio' && piece.byteLength > 0) ready();
      pieces.push(piece);
      yield piece;
    }
    ready();
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
