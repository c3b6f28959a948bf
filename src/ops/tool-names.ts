/** Names of tools as labels. Models ask for tools that there are not: a name counts when something was done by it. */

/** More than all profiles have. */
const MOST_NAMES = 200;

const OTHER = 'other';

export class ToolNames {
  readonly #known = new Set<string>();

  labelOf(name: string, status: 'done' | 'failed'): string {
    if (status === 'done' && this.#known.size < MOST_NAMES) this.#known.add(name);
    return this.#known.has(name) ? name : OTHER;
  }
}
