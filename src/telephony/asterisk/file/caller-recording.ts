/**
 * File mode's ear: the caller is recorded all the time on a snoop channel, so that words spoken over the bot are on the recording from
 * their first syllable. Asterisk hands out a recording only once it is stopped, so the recording is rolled (stopped, with the next one
 * behind it) at each pause of an utterance, and the finished part is fetched while the call still waits for the end of the turn.
 */
import { AsyncQueue, deferred } from '../../../base/async.ts';
import type { Deferred } from '../../../base/async.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { concatBytes, durationMs, slice } from '../../../audio/pcm.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import { decodeWav } from '../../../audio/wav.ts';
import type { Capture } from '../../line.ts';
import type { AriEvent, AriPort } from '../ari/ari-port.ts';
import { isHangupRace, tolerant } from '../ari/hangup-race.ts';

/** What Asterisk records in format `wav`. */
const RECORDING_RATE_HZ = 8000;

/**
 * How much earlier than computed an utterance is cut from its recording, ms: events arrive later than the sound they tell of, by
 * network and event loop. A little silence too much costs nothing, a lost syllable does.
 */
const CUT_MARGIN_MS = 120;

/** A recording in which nobody has spoken is thrown away and begun anew at this length, ms, so that none grows without bound. */
const IDLE_ROLL_MS = 30_000;

/** The same while it is to be heard how loud the line is, ms: noise that has raised the detection's level may be gone. */
const NOISY_IDLE_ROLL_MS = 5_000;

/** How long to wait for Asterisk's word that a stopped recording is complete, ms. It takes one media frame; a second means it is lost. */
const FINISH_WITHIN_MS = 1000;

interface LiveRecording {
  readonly name: string;
  readonly finished: Deferred<void>;
}

interface EndedRecording {
  readonly name: string;
  /** The latest that it can have ended, on the line's clock: when that was known. */
  readonly endedByMs: number;
}

export interface CallerRecordingOptions {
  readonly ari: AriPort;
  readonly clock: Clock;
  readonly log: Log;
  /** A snoop channel that is in Stasis. */
  readonly channelId: string;
  /** Recordings get names that begin so. */
  readonly prefix: string;
  /** Told of every recording that was fetched. Also of idle ones while `isNoisy`. */
  readonly onFetched: (pcm: Pcm) => void;
  /** The line's noise has to be heard again soon. */
  readonly isNoisy: () => boolean;
}

export class CallerRecording {
  readonly #ari: AriPort;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #channelId: string;
  readonly #prefix: string;
  readonly #onFetched: CallerRecordingOptions['onFetched'];
  readonly #isNoisy: () => boolean;
  #count = 0;
  #live: LiveRecording | undefined;
  /** Asked for already: begins when the live one ends. */
  #next: LiveRecording | undefined;
  #capture: OpenCapture | undefined;
  #cancelIdleRoll: () => void = () => undefined;
  /** Rolls happen one behind another: a channel does one recording at a time. */
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: CallerRecordingOptions) {
    this.#ari = options.ari;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#channelId = options.channelId;
    this.#prefix = options.prefix;
    this.#onFetched = options.onFetched;
    this.#isNoisy = options.isNoisy;
  }

  /** Throws a ParleyError ARI_* if recording cannot begin. */
  async start(): Promise<void> {
    await this.#begin();
  }

  /** To be given every event of the snoop channel. */
  onEvent(event: AriEvent): void {
    if (event.type !== 'RecordingFinished' && event.type !== 'RecordingFailed') return;
    for (const recording of [this.#live, this.#next])
      if (recording?.name === event.name) recording.finished.resolve();
  }

  /** See Hearing.capture. `speechStartedAtMs` is on the line's clock. */
  capture(speechStartedAtMs: number, preRollMs: number): Capture {
    this.#capture?.discard();
    this.#cancelIdleRoll();
    const fromMs = speechStartedAtMs - preRollMs - CUT_MARGIN_MS;
    const capture: OpenCapture = {
      sampleRateHz: RECORDING_RATE_HZ,
      audio: new AsyncQueue<Uint8Array>(),
      fromMs,
      isBegun: false,
      collected: [],
      isDelivered: false,
      finish: () => {
        // The silence since the last pause is nobody's: to fetch it would only delay the answer.
        if (!capture.isDelivered) this.#enqueue(() => this.#deliver(capture));
        this.#enqueue(async () => capture.audio.end());
        this.#release(capture);
      },
      discard: () => {
        capture.audio.end();
        this.#release(capture);
      },
    };
    this.#capture = capture;
    return capture;
  }

  /** The caller pauses: what was said up to now is fetched already, so that the end of the turn need not wait for it. */
  pauseHeard(): void {
    const capture = this.#capture;
    if (!capture) return;
    capture.isDelivered = true;
    this.#enqueue(() => this.#deliver(capture));
  }

  /** The caller speaks, perhaps on after a pause. */
  speechHeard(): void {
    if (this.#capture) this.#capture.isDelivered = false;
  }

  /** Fetches what was recorded up to now; what of it belongs to an utterance is handed on with the rest. Never rejects. */
  async look(): Promise<void> {
    const capture = this.#capture;
    this.#enqueue(async () => void (await (capture ? this.#collect(capture) : this.#fetch())));
    await this.#work;
  }

  /** Ends the recording and deletes what is left of it. Never throws. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelIdleRoll();
    this.#capture?.discard();
    await this.#work;
    await tolerant(this.#log, 'recording.failed', async () => {
      for (let ended = await this.#stop(); ended; ended = await this.#stop())
        await this.#ari.deleteRecording(ended.name);
    });
  }

  #release(capture: OpenCapture): void {
    if (this.#capture !== capture) return;
    this.#capture = undefined;
    this.#armIdleRoll();
  }

  #armIdleRoll(): void {
    this.#cancelIdleRoll();
    // An utterance that is given up with the call arms nothing behind it.
    if (this.#closed) return;
    const afterMs = this.#isNoisy() ? NOISY_IDLE_ROLL_MS : IDLE_ROLL_MS;
    this.#cancelIdleRoll = this.#clock.after(afterMs, () => {
      this.#enqueue(() => this.#rollIdle());
      this.#armIdleRoll();
    });
  }

  async #rollIdle(): Promise<void> {
    if (this.#capture) return;
    if (this.#isNoisy()) return void (await this.#fetch());
    const ended = await this.#roll();
    if (ended) await this.#ari.deleteRecording(ended.name);
  }

  /** Hands the capture what was recorded since its beginning, or since its last delivery. */
  async #deliver(capture: OpenCapture): Promise<void> {
    await this.#collect(capture);
    capture.audio.push(concatBytes(capture.collected.splice(0)));
  }

  async #collect(capture: OpenCapture): Promise<void> {
    const fetched = await this.#fetch();
    if (!fetched) return;
    const { pcm, endedByMs } = fetched;
    // Of a recording in which it goes on, an utterance has all.
    const wantedMs = capture.isBegun ? Infinity : endedByMs - capture.fromMs;
    capture.collected.push(slice(pcm, Math.max(0, durationMs(pcm) - wantedMs)).data);
    capture.isBegun = true;
  }

  async #fetch(): Promise<{ readonly pcm: Pcm; readonly endedByMs: number } | undefined> {
    const ended = await this.#roll();
    if (!ended) return undefined;
    try {
      const pcm = decodeWav(await this.#ari.recordedFile(ended.name));
      this.#onFetched(pcm);
      return { pcm, endedByMs: ended.endedByMs };
    } finally {
      await tolerant(this.#log, 'recording.failed', () => this.#ari.deleteRecording(ended.name));
    }
  }

  /**
   * Ends the live recording and begins the next; the one that ended. The next is asked for first: Asterisk begins it in the frame in which
   * the other ends, and nothing that is said meanwhile falls between them. The one that ended is there also if the next cannot begin, as
   * when the caller hangs up at this moment; the next roll tries again.
   */
  async #roll(): Promise<EndedRecording | undefined> {
    const live = this.#live;
    if (!this.#closed) await tolerant(this.#log, 'recording.failed', () => this.#begin());
    return live && this.#stop();
  }

  /** Behind the live one, where there is one. */
  async #begin(): Promise<void> {
    if (this.#next) return;
    const recording: LiveRecording = { name: `${this.#prefix}-${this.#count++}`, finished: deferred() };
    if (this.#live) this.#next = recording;
    else this.#live = recording;
    this.#armIdleRoll();
    try {
      await this.#ari.record(this.#channelId, recording.name);
    } catch (error) {
      if (this.#next === recording) this.#next = undefined;
      else this.#live = undefined;
      throw error;
    }
  }

  async #stop(): Promise<EndedRecording | undefined> {
    const live = this.#live;
    if (!live) return undefined;
    await this.#ari.stopRecording(live.name).catch((error: unknown) => {
      // The channel is gone or about to go (409, "not in session"), and with it the live recording; it is stored all the same.
      if (!isHangupRace(error)) throw error;
    });
    const cancel = this.#clock.after(FINISH_WITHIN_MS, () => live.finished.resolve());
    await live.finished.promise;
    cancel();
    this.#live = this.#next;
    this.#next = undefined;
    return { name: live.name, endedByMs: this.#clock.nowMs() };
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => tolerant(this.#log, 'recording.failed', work));
  }
}

interface OpenCapture extends Capture {
  readonly audio: AsyncQueue<Uint8Array>;
  /** Fetched, and not delivered yet. */
  readonly collected: Uint8Array[];
  /** Where it begins, on the line's clock. */
  readonly fromMs: number;
  /** Its beginning has been fetched. */
  isBegun: boolean;
  /** All that was said up to now has been delivered, or is about to be. */
  isDelivered: boolean;
}
