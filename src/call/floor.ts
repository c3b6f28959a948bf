/** Who may speak: the bot does what it does in turns, which the caller may take from it, until the conversation is over. */
import type { CallEndCause, Timeline, TurnOutcome } from '../timeline/timeline.ts';
import { CallOver } from './call-over.ts';
import type { Mouth } from './speaking/mouth.ts';

export interface FloorOptions {
  readonly timeline: Pick<Timeline, 'mark'>;
  readonly mouth: Pick<Mouth, 'stop' | 'isMute'>;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
}

export class Floor {
  readonly #options: FloorOptions;
  readonly #over = new AbortController();
  /** What the bot is saying or thinking about; the caller may abort it. */
  #turn: AbortController | undefined;
  #lastOutcome: TurnOutcome | undefined;

  constructor(options: FloorOptions) {
    this.#options = options;
  }

  /** Aborts when the conversation is over, with a CallOver. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** The conversation is over; the first cause stands. */
  end(cause: CallEndCause): void {
    this.#over.abort(new CallOver(cause));
  }

  /** How the last thing that the bot said ended. */
  get lastOutcome(): TurnOutcome | undefined {
    return this.#lastOutcome;
  }

  /** The bot is in a turn, if only in one that is being left. */
  get isTaken(): boolean {
    return this.#turn !== undefined;
  }

  /** The bot has the turn. */
  get hasTurn(): boolean {
    return this.#turn !== undefined && !this.#turn.signal.aborted;
  }

  /** The caller takes the turn. */
  interrupt(): void {
    this.#options.timeline.mark('bargeIn.stopped', {});
    this.#turn?.abort(new Error('the caller took the turn'));
    void this.#options.mouth.stop();
  }

  /** Runs what the bot does under a signal that the caller can abort. Throws a CallOver when the conversation is over. */
  async asTurn(act: (signal: AbortSignal) => Promise<TurnOutcome>): Promise<TurnOutcome> {
    const { mouth, onBegin, onEnd } = this.#options;
    this.over.throwIfAborted();
    onBegin();
    const turn = new AbortController();
    this.#turn = turn;
    const end = () => {
      turn.abort(this.over.reason);
      void mouth.stop();
    };
    this.over.addEventListener('abort', end, { once: true });
    const outcome = await act(turn.signal);
    this.over.removeEventListener('abort', end);
    this.#turn = undefined;
    onEnd();
    this.#lastOutcome = outcome;
    this.over.throwIfAborted();
    if (mouth.isMute) throw new CallOver('failure');
    return outcome;
  }
}
