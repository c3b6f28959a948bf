/** The caller's side of a rehearsed call: hears what the bot says, waits for it to finish or does not, and speaks by the clock. */
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Chance } from '../base/seeded.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import type { CallerDeed, CallerMind } from './caller-mind.ts';
import type { Utterance } from './virtual-hearing.ts';
import type { VirtualLine } from './virtual-line.ts';

/** How long a person thinks before they answer, ms. */
const SHORTEST_THOUGHT_MS = 500;
const LONGEST_THOUGHT_MS = 1100;

/** Said to bridge time: nobody answers it. */
const BRIDGES: readonly string[] = ['filler', 'hold'];

export interface VirtualCallerOptions {
  readonly clock: Clock;
  readonly line: VirtualLine;
  readonly mind: CallerMind;
  readonly chance: Chance;
  /** Of ten utterances so many are not understood. */
  readonly mumbles: number;
  /** What the caller cannot do makes the whole call worthless. */
  readonly onFault: (error: unknown) => void;
}

export class VirtualCaller {
  readonly #options: VirtualCallerOptions;
  #cancelThought: CancelTimer = () => undefined;
  #cancelInterruption: CancelTimer = () => undefined;
  /** What the bot has said since the caller did something. */
  #heard = '';
  #playing = 0;
  #isBotsTurn = true;
  #isActing = false;
  /** It is the bot's to say something now. */
  #waits = true;
  /** What nobody has understood: to be said again, clearly. */
  #mumbledDeed: CallerDeed | undefined;

  constructor(options: VirtualCallerOptions) {
    this.#options = options;
    options.line.ended.addEventListener('abort', () => this.#stop(), { once: true });
  }

  /** Whatever happens in the call. */
  readonly observe = (entry: TimelineEntry): void => {
    switch (entry.type) {
      case 'call.answered':
        this.#isBotsTurn = false;
        break;
      case 'turn.ended':
        this.#isBotsTurn = true;
        break;
      case 'turn.over':
        this.#isBotsTurn = false;
        break;
      case 'playback.started':
        this.#playing++;
        if (!BRIDGES.includes(entry.kind)) this.#mayInterrupt(entry.text);
        break;
      case 'playback.finished':
        this.#playing = Math.max(0, this.#playing - 1);
        this.#cancelInterruption();
        if (entry.outcome === 'heard' && !BRIDGES.includes(entry.kind)) this.#hears();
        break;
      default:
        return;
    }
    this.#considerTurn();
  };

  /** What was said in words, once it has been heard. */
  #saying = '';

  #hears(): void {
    this.#heard = `${this.#heard} ${this.#saying}`.trim();
    this.#waits = false;
  }

  #mayInterrupt(text: string): void {
    this.#saying = text;
    if (this.#isActing) return;
    const over = this.#options.mind.over(text);
    if (!over) return;
    this.#cancelInterruption = this.#options.clock.after(over.afterMs, () => void this.#act(over.deed));
  }

  #considerTurn(): void {
    this.#cancelThought();
    if (this.#isActing || this.#waits || this.#isBotsTurn || this.#playing > 0) return;
    const { chance, clock } = this.#options;
    const thinksMs = chance.whole(SHORTEST_THOUGHT_MS, LONGEST_THOUGHT_MS);
    this.#cancelThought = clock.after(thinksMs, () => void this.#act());
  }

  /** Never rejects. */
  async #act(given?: CallerDeed): Promise<void> {
    const { line, mind, onFault } = this.#options;
    if (this.#isActing || line.ended.aborted) return;
    this.#isActing = true;
    this.#waits = true;
    const heard = this.#heard;
    this.#heard = '';
    try {
      const again = this.#mumbledDeed;
      this.#mumbledDeed = undefined;
      if (again) await this.#do(again, 'clearly');
      else await this.#do(given ?? (await mind.next(heard)), 'asUsual');
    } catch (error) {
      if (!line.ended.aborted) onFault(error);
    }
    this.#isActing = false;
    this.#considerTurn();
  }

  async #do(deed: CallerDeed, how: 'clearly' | 'asUsual'): Promise<void> {
    const { hearing, ended } = this.#options.line;
    ended.throwIfAborted();
    switch (deed.kind) {
      case 'say':
        return hearing.say(how === 'clearly' ? deed : this.#mumbled(deed));
      case 'press':
        for (const key of deed.keys) await hearing.press(key);
        return undefined;
      case 'hangUp':
        return this.#options.line.leave();
      case 'silent':
        return undefined;
    }
  }

  #mumbled(deed: Extract<CallerDeed, { kind: 'say' }>): Utterance {
    const { chance, mumbles } = this.#options;
    if (mumbles === 0 || chance.whole(1, 10) > mumbles) return deed;
    this.#mumbledDeed = deed;
    return { ...deed, heardAs: '' };
  }

  #stop(): void {
    this.#cancelThought();
    this.#cancelInterruption();
  }
}
