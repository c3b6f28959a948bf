/** What a model is offered in one call, what is said meanwhile, and the desk that does it: all that a call needs of this room. */
import type { ToolOutcome } from '../tool.ts';
import type { Tool } from '../tool.ts';
import type { AskedTool } from './asked.ts';
import type { AskedBy, ToolDeskOptions } from './tool-desk.ts';
import { ToolDesk } from './tool-desk.ts';

export interface CallHandsOptions extends ToolDeskOptions {
  readonly maxRounds: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export class CallHands {
  readonly maxRounds: number;
  readonly #desk: ToolDesk;
  readonly #options: CallHandsOptions;
  /** Nobody wants to hear the same twice running. */
  #lastSaid: string | undefined;

  constructor(options: CallHandsOptions) {
    this.maxRounds = options.maxRounds;
    this.#options = options;
    this.#desk = new ToolDesk(options);
  }

  /** As the model reads of them. */
  offers(): readonly Pick<Tool, 'name' | 'description' | 'parameters'>[] {
    return this.#options
      .tools()
      .map(({ name, description, parameters }) => ({ name, description, parameters }));
  }

  /** One of what the profile has for it, not the last one again; undefined if it has nothing. */
  saying({ name }: Pick<AskedTool, 'name'>): string | undefined {
    const all = this.#options.tools().find((tool) => tool.name === name)?.saying ?? [];
    const others = all.filter((each) => each !== this.#lastSaid);
    const choice = others.length > 0 ? others : all;
    const said = choice[Math.floor(this.#options.random() * choice.length)];
    this.#lastSaid = said ?? this.#lastSaid;
    return said;
  }

  /** See `ToolDesk.run`. */
  use(asked: AskedTool, by: AskedBy): Promise<ToolOutcome> {
    return this.#desk.run(asked, by);
  }

  /** See `ToolDesk.settled`: awaited when the call is over. */
  settled(): Promise<void> {
    return this.#desk.settled();
  }
}
