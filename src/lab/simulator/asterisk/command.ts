import type { Frame } from './frames.ts';

/**
 * What an application asks of a channel. Stasis works a channel's commands off one behind another: a playback, a recording, but
 * also an answer or a continue, which therefore wait until the playbacks before them are over.
 */
export interface Command {
  /** Its turn has come. */
  start(): void;
  /** Nothing is left to do: the next one may start. */
  readonly over: boolean;
  /** The channel is gone, or leaves the application. Called while the command has or awaits its turn; it is over afterwards. */
  abandon(): void;
  /** One frame of what the caller says, while this command has its turn. */
  take?(frame: Frame): void;
  /** Puts what the caller shall hear into `out` from sample `from` on; returns how many samples that are. */
  fill?(out: Int16Array, from: number): number;
}

/** A command that is over as soon as it has been done. */
export class Deed implements Command {
  readonly #work: () => void;
  readonly #refuse: () => void;
  over = false;

  /** `refuse` is called instead of `work` if the channel goes before its turn comes. */
  constructor(work: () => void, refuse: () => void = () => undefined) {
    this.#work = work;
    this.#refuse = refuse;
  }

  start(): void {
    this.over = true;
    this.#work();
  }

  abandon(): void {
    this.over = true;
    this.#refuse();
  }
}
