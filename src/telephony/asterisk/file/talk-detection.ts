/**
 * TALK_DETECT on the caller's channel. Asterisk sets a channel's variables behind what it plays there: while the bot speaks, a request
 * would only wait, and might be given up after its half was done.
 */
import { type Clock, sleep } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { AriPort } from '../ari/ari-port.ts';
import { tolerant } from '../ari/hangup-race.ts';
import { persistently } from '../ari/persistently.ts';
import { QUIET_LINE_LEVEL } from './noise-level.ts';

/**
 * Silence after which Asterisk says that the caller has stopped, ms. Short, because it only detects: the end of a turn is timed by
 * the call. Long enough to bridge the gaps within a word.
 */
export const DETECTION_SILENCE_MS = 160;

/** How often it is looked whether the bot is silent, ms. */
const LOOK_EVERY_MS = 100;

export interface TalkDetectionOptions {
  readonly ari: AriPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly channelId: string;
  readonly isPlaying: () => boolean;
  /** Aborts with the line. */
  readonly ended: AbortSignal;
}

export class TalkDetection {
  readonly #options: TalkDetectionOptions;
  #level = QUIET_LINE_LEVEL;
  /** One request behind another: over two connections one may overtake the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: TalkDetectionOptions) {
    this.#options = options;
  }

  /** Mean amplitude from which Asterisk takes a frame for speech, now or as soon as it can be told. */
  get level(): number {
    return this.#level;
  }

  /** Throws a ParleyError ARI_*. */
  begin(): Promise<void> {
    return this.#set();
  }

  /** In effect as soon as the bot is silent. Logs a failure. */
  setLevel(level: number): void {
    this.#level = level;
    this.#enqueue(async () => {
      const { clock, isPlaying, ended } = this.#options;
      while (isPlaying() && !ended.aborted) await sleep(clock, LOOK_EVERY_MS, ended);
      if (!ended.aborted) await this.#setForSure();
    });
  }

  /** Begins to detect anew: speech that goes on is told again. `notNow`: nothing is known to have been done. Never rejects. */
  async again(): Promise<'asked' | 'notNow'> {
    const { ari, channelId, isPlaying } = this.#options;
    if (isPlaying()) return 'notNow';
    let outcome: 'asked' | 'notNow' = 'notNow';
    this.#enqueue(async () => {
      try {
        await ari.setVariable(channelId, 'TALK_DETECT(remove)', '');
        await this.#set();
        outcome = 'asked';
      } catch {
        // Without a detection nothing of the caller would ever be told.
        await this.#setForSure();
      }
    });
    await this.#work;
    return outcome;
  }

  #enqueue(work: () => Promise<void>): void {
    const { log, ended } = this.#options;
    this.#work = this.#work.then(() =>
      tolerant(log, 'line.detection', () => work().catch((error: unknown) => unlessOver(error, ended))),
    );
  }

  #setForSure(): Promise<void> {
    const { clock, ended } = this.#options;
    return persistently(() => this.#set(), { clock, signal: ended });
  }

  #set(): Promise<void> {
    const { ari, channelId } = this.#options;
    return ari.setVariable(channelId, 'TALK_DETECT(set)', `${DETECTION_SILENCE_MS},${this.#level}`);
  }
}

function unlessOver(error: unknown, ended: AbortSignal): void {
  if (!ended.aborted) throw error;
}
