/**
 * The bot's mouth: everything a call says goes through here, so that it is always known whether the bot is speaking, and since when
 * it has been silent. Knows no strategy.
 */
import type { Clock } from '../../base/clock.ts';
import type { Clip, Playback, Player } from '../../telephony/line.ts';
import type { BotWords } from '../listening/interjection.ts';
import type { SpeechKind, Timeline } from '../../timeline/timeline.ts';

export interface Words {
  readonly kind: SpeechKind;
  readonly text: string;
  /** The chunk's place in its answer; 0 for what is said whole. */
  readonly index?: number;
}

export interface MouthOptions {
  readonly player: Player;
  readonly clock: Clock;
  readonly timeline: Timeline;
  /** What is spoken at present, BCP-47. */
  readonly language: () => string;
}

/** One clip may be lost; when the next one is as well, so will be all that follow: a full disk, an Asterisk that plays nothing. */
const MUTE_AFTER = 2;

export class Mouth {
  readonly startsOn: Player['startsOn'];
  readonly sampleRateHz: number;
  /** So much is still heard after a pause, ms. */
  readonly heardOutMs: number;
  readonly #player: Player;
  readonly #clock: Clock;
  readonly #timeline: Timeline;
  readonly #language: () => string;
  readonly #onIdle = new Set<() => void>();
  #speaking = 0;
  /** Of the last two clips that have begun, oldest first. */
  #begun: readonly string[] = [];
  #idleSinceMs: number;
  /** How many clips in a row could not be played. */
  #unplayed = 0;

  constructor(options: MouthOptions) {
    this.#player = options.player;
    this.#clock = options.clock;
    this.#timeline = options.timeline;
    this.#language = options.language;
    this.startsOn = options.player.startsOn;
    this.sampleRateHz = options.player.sampleRateHz;
    this.heardOutMs = options.player.heardOutMs ?? 0;
    this.#idleSinceMs = options.clock.nowMs();
  }

  /** Says a clip behind whatever is being said. */
  say(clip: Clip, words: Words): Playback {
    const { kind, text, index = 0 } = words;
    const playback = this.#player.play(clip, { text, language: this.#language() });
    this.#speaking++;
    void playback.started.then((atMs) => {
      this.#begun = [...this.#begun.slice(-1), text];
      this.#timeline.mark('playback.started', { kind, index, text }, atMs);
    });
    void playback.finished.then(({ outcome, heardMs }) => {
      this.#timeline.mark('playback.finished', { kind, index, heardMs, outcome });
      if (heardMs > 0) this.#unplayed = 0;
      else if (outcome === 'failed') this.#unplayed++;
      this.#speaking--;
      if (this.#speaking === 0) this.#fallSilent();
    });
    return playback;
  }

  /** True while something is being said, waits to be said, or is paused. */
  get isSpeaking(): boolean {
    return this.#speaking > 0;
  }

  /** Whatever is said, the caller hears nothing of it. */
  get isMute(): boolean {
    return this.#unplayed >= MUTE_AFTER;
  }

  /** What the caller hears, or has just heard. */
  get words(): BotWords {
    return { lately: this.#begun.join(' '), last: this.#begun.at(-1) ?? '' };
  }

  /** How long nothing has been said, in milliseconds; 0 while speaking. */
  get idleMs(): number {
    return this.isSpeaking ? 0 : this.#clock.nowMs() - this.#idleSinceMs;
  }

  /** Calls back each time the bot has said all it had to say, until the returned function is called. */
  onIdle(listener: () => void): () => void {
    this.#onIdle.add(listener);
    return () => this.#onIdle.delete(listener);
  }

  pause(): Promise<void> {
    return this.#player.pause();
  }

  resume(): Promise<void> {
    return this.#player.resume();
  }

  /** Falls silent at once and forgets what was still to be said. */
  stop(): Promise<void> {
    return this.#player.stop();
  }

  #fallSilent(): void {
    this.#idleSinceMs = this.#clock.nowMs();
    for (const listener of [...this.#onIdle]) listener();
  }
}
