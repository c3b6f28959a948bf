/**
 * File mode's ear: the caller is recorded all the time on a snoop channel, so that words spoken over the bot are on the recording from
 * their first syllable. Asterisk hands out a recording only once it is stopped, so the recording is rolled (stopped, and the next one
 * started) at each pause of an utterance, and the finished part is fetched while the call still waits for the end of the turn.
 */
import { AsyncQueue, deferred } from '../../../base/async.ts';
import type { Deferred } from '../../../base/async.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { durationMs, slice } from '../../../audio/pcm.ts';
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

/** How long to wait for Asterisk's word that a stopped recording is complete, ms. It takes one media frame; a second means it is lost. */
const FINISH_WITHIN_MS = 1000;

interface LiveRecording {
  readonly name: string;
  readonly finished: Deferred<void>;
}

export class CallerRecording {
  readonly #ari: AriPort;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #channelId: string;
  readonly #prefix: string;
  #count = 0;
  #live: LiveRecording | undefined;
  #capture: OpenCapture | undefined;
  #cancelIdleRoll: () => void = () => undefined;
  /** Rolls happen one behind another: a channel does one recording at a time. */
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  /** Records `channelId` (a snoop channel that is in Stasis) under names that begin with `prefix`. */
  constructor(options: { ari: AriPort; clock: Clock; log: Log; channelId: string; prefix: string }) {
    this.#ari = options.ari;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#channelId = options.channelId;
    this.#prefix = options.prefix;
  }

  /** Throws a ParleyError ARI_* if recording cannot begin. */
  async start(): Promise<void> {
    await this.#begin();
  }

  /** To be given every event of the snoop channel. */
  onEvent(event: AriEvent): void {
    if (event.type !== 'RecordingFinished' && event.type !== 'RecordingFailed') return;
    if (event.name === this.#live?.name) this.#live.finished.resolve();
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
      undeliveredFromMs: fromMs,
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

  /** Ends the recording and deletes what is left of it. Never throws. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelIdleRoll();
    this.#capture?.discard();
    await this.#work;
    await tolerant(this.#log, 'recording.failed', async () => {
      const name = await this.#stop();
      if (name) await this.#ari.deleteRecording(name);
    });
  }

  #release(capture: OpenCapture): void {
    if (this.#capture !== capture) return;
    this.#capture = undefined;
    this.#armIdleRoll();
  }

  #armIdleRoll(): void {
    this.#cancelIdleRoll();
    this.#cancelIdleRoll = this.#clock.after(IDLE_ROLL_MS, () => {
      this.#enqueue(async () => {
        if (this.#capture) return;
        const name = await this.#roll();
        if (name) await this.#ari.deleteRecording(name);
      });
      this.#armIdleRoll();
    });
  }

  /** Hands the capture what was recorded since its beginning, or since its last delivery. */
  async #deliver(capture: OpenCapture): Promise<void> {
    const stoppedAtMs = this.#clock.nowMs();
    const name = await this.#roll();
    if (!name) return;
    const pcm = decodeWav(await this.#ari.recordedFile(name));
    const wholeMs = durationMs(pcm);
    const wantedMs = stoppedAtMs - capture.undeliveredFromMs;
    capture.audio.push(slice(pcm, Math.max(0, wholeMs - wantedMs)).data);
    capture.undeliveredFromMs = stoppedAtMs;
    await this.#ari.deleteRecording(name);
  }

  /** Ends the live recording and begins the next; the name of the one that ended. */
  async #roll(): Promise<string | undefined> {
    const name = await this.#stop();
    if (!this.#closed) await this.#begin();
    return name;
  }

  async #begin(): Promise<void> {
    const name = `${this.#prefix}-${this.#count++}`;
    this.#live = { name, finished: deferred() };
    this.#armIdleRoll();
    await this.#ari.record(this.#channelId, name);
  }

  async #stop(): Promise<string | undefined> {
    const live = this.#live;
    if (!live) return undefined;
    await this.#ari.stopRecording(live.name).catch((error: unknown) => {
      // The channel is gone or about to go (409, "not in session"), and with it the live recording; it is stored all the same.
      if (!isHangupRace(error)) throw error;
    });
    const cancel = this.#clock.after(FINISH_WITHIN_MS, () => live.finished.resolve());
    await live.finished.promise;
    cancel();
    this.#live = undefined;
    return live.name;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => tolerant(this.#log, 'recording.failed', work));
  }
}

interface OpenCapture extends Capture {
  readonly audio: AsyncQueue<Uint8Array>;
  /** Where the audio that is still to be delivered begins, on the line's clock. */
  undeliveredFromMs: number;
  /** All that was said up to now has been delivered, or is about to be. */
  isDelivered: boolean;
}
