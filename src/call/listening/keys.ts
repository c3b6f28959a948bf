/** The keys that a caller presses: one of a number that is asked for, or one that means something by itself. */
import type { Clock } from '../../base/clock.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import { Digits } from './digits.ts';
import type { CollectedDigits, Collecting } from './digits.ts';

/** The key that asks for a person. */
const OPERATOR_KEY = '0';

/** Stands for what nobody is to read. */
export const MASKED = '•';

/** What stands in the place of keys that only whoever has asked may know: see `hiddenDigits`. */
const HIDDEN_DIGITS = /\b\d+ digits, hidden\b/g;

/** Reads as an answer where the number itself may not stand. */
function hiddenDigits(digits: string): string {
  return `${digits.length} digits, hidden`;
}

/** How often these words stand for keys that were hidden: some of a number may be keys, and some be said. */
export function hiddenPieces(text: string): number {
  return text.match(HIDDEN_DIGITS)?.length ?? 0;
}

/** The same with the keys themselves, by their place among those that were hidden. */
export function withHiddenDigits(text: string, keysOf: (at: number) => string | undefined): string {
  let at = 0;
  return text.replaceAll(HIDDEN_DIGITS, (hidden) => keysOf(at++) ?? hidden);
}

export interface KeysOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  /** Which number the script asks for at present. */
  readonly collecting: () => Collecting | undefined;
  /** What the caller gives at present is to be masked wherever it would be kept. */
  readonly isSensitive: () => boolean;
  readonly hasTurn: () => boolean;
  /** The first key of a number takes the turn, as words do. */
  readonly interrupt: () => void;
  /** The caller asks for a person. */
  readonly onOperator: () => void;
  /** Keys are an answer as words are. Times are on the call's clock. */
  readonly onTyped: (text: string, startedAtMs: number, endedAtMs: number) => void;
}

export class Keys {
  readonly #options: KeysOptions;
  readonly #digits: Digits;
  /** The number that the bot has asked for by a tool, until the caller has answered. */
  #asked: Collecting | undefined;

  constructor(options: KeysOptions) {
    this.#options = options;
    const { clock } = options;
    const onCollected = (collected: CollectedDigits) => this.#collected(collected);
    this.#digits = new Digits({ clock, collecting: () => this.collecting, onCollected });
  }

  /** Which number is asked for. */
  get collecting(): Collecting | undefined {
    return this.#asked ?? this.#options.collecting();
  }

  /** The bot has asked for a number. */
  ask(number: Collecting): void {
    this.#asked = number;
  }

  /** Whoever has answered in words is asked for no keys any more. */
  answeredInWords(): void {
    this.#asked = undefined;
  }

  pressed(key: string): void {
    const { timeline, isSensitive, hasTurn, interrupt, onOperator } = this.#options;
    timeline.mark('digit', { digit: isSensitive() ? MASKED : key });
    const isOfNumber = this.#digits.press(key);
    if (isOfNumber && hasTurn()) interrupt();
    else if (!isOfNumber && key === OPERATOR_KEY) onOperator();
  }

  speechStarted(): void {
    this.#digits.speechStarted();
  }

  speechStopped(): void {
    this.#digits.speechStopped();
  }

  /** Keys that were pressed before the words belong to the same answer. */
  wordsEnded(): void {
    this.#digits.flush();
  }

  close(): void {
    this.#digits.close();
  }

  #collected({ digits, startedAtMs, endedAtMs }: CollectedDigits): void {
    const { sensitive } = this.collecting ?? {};
    this.#asked = undefined;
    sensitive?.take(digits);
    this.#options.onTyped(sensitive ? hiddenDigits(digits) : digits, startedAtMs, endedAtMs);
  }
}
