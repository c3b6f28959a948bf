import type { CallAction } from '../../tools/tool.ts';

/** What is to be done once the bot has said that it will be. */
export class Announced {
  #action: CallAction | undefined;

  note(action: CallAction): void {
    this.#action = action;
  }

  /** Gives it once. */
  take(): CallAction | undefined {
    const action = this.#action;
    this.#action = undefined;
    return action;
  }
}
