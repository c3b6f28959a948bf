/** What became of the caller's sounds over the bot, and how soon the bot fell silent for them. Reads the timeline, and touches nothing. */
import type { TimelineEntry } from '../timeline/timeline.ts';
import type { Metrics } from './metrics.ts';

/** Speech over the bot that lasts so long, ms, while the bot speaks on, was meant for it and missed. */
const MISSED_AFTER_MS = 1000;

export class BargeInMetrics {
  readonly #metrics: Metrics;
  /** Clips that sound now. */
  #speaking = 0;
  #speakingSinceMs = 0;
  #silentSinceMs = 0;
  /** The caller's first loud frame, while the bot has not reacted to it. */
  #soundSinceMs: number | undefined;
  /** Since when the bot holds still. */
  #pausedSinceMs: number | undefined;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  note(entry: TimelineEntry): void {
    const { bargeIns } = this.#metrics;
    switch (entry.type) {
      case 'playback.started':
        if (this.#speaking++ === 0) this.#speakingSinceMs = entry.atMs;
        return;
      case 'playback.finished':
        // What is dropped before it began has an end and no beginning.
        this.#speaking = Math.max(0, this.#speaking - 1);
        this.#silentSinceMs = entry.atMs;
        if (this.#speaking === 0) this.#pausedSinceMs = undefined;
        return;
      case 'speech.started':
        this.#soundSinceMs = entry.atMs;
        // The bot has paused on suspicion, and this was what it suspected.
        if (this.#pausedSinceMs !== undefined) this.#fellSilent(this.#pausedSinceMs);
        return;
      case 'bargeIn.paused':
        this.#pausedSinceMs = entry.atMs;
        return this.#fellSilent(entry.atMs);
      case 'bargeIn.resumed':
        this.#pausedSinceMs = undefined;
        return bargeIns.inc({ outcome: entry.because });
      case 'bargeIn.stopped':
        this.#pausedSinceMs = undefined;
        this.#fellSilent(entry.atMs);
        return bargeIns.inc({ outcome: 'stopped' });
      case 'speech.stopped':
        return this.#soundOver(entry.endedAtMs);
    }
  }

  #fellSilent(atMs: number): void {
    if (this.#soundSinceMs !== undefined)
      this.#metrics.bargeInStop.observe(Math.max(0, atMs - this.#soundSinceMs) / 1000);
    this.#soundSinceMs = undefined;
  }

  #soundOver(endedAtMs: number): void {
    const startedAtMs = this.#soundSinceMs;
    this.#soundSinceMs = undefined;
    if (startedAtMs === undefined) return;
    const untilMs = this.#speaking > 0 ? endedAtMs : Math.min(endedAtMs, this.#silentSinceMs);
    const overBotMs = untilMs - Math.max(startedAtMs, this.#speakingSinceMs);
    if (overBotMs >= MISSED_AFTER_MS) this.#metrics.bargeIns.inc({ outcome: 'missed' });
  }
}
