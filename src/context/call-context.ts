/** What one call is told from elsewhere: who calls, and what the company's documents say to what is asked. */
import type { Clock } from '../base/clock.ts';
import { CallerLookup } from './caller-lookup.ts';
import type { CallerSource } from './caller-lookup.ts';
import type { ContextFacts, ContextSource, KnownContext } from './known-context.ts';
import type { KnowledgeSource } from './knowledge/knowledge-source.ts';
import { SpokenSearch } from './spoken-search.ts';

export interface CallContextOptions {
  readonly caller?: CallerSource | undefined;
  readonly knowledge?:
    { readonly source: KnowledgeSource; readonly top: number; readonly deadlineMs: number } | undefined;
  readonly clock: Clock;
  /** Told of each source's answer: of a lookup once, of documents once for each question that an answer was made for. */
  readonly onReady?: ((facts: ContextFacts) => void) | undefined;
}

export class CallContext {
  readonly #options: CallContextOptions;
  readonly #search: SpokenSearch | undefined;
  #lookup: CallerLookup | undefined;
  #isClosed = false;

  constructor(options: CallContextOptions) {
    this.#options = options;
    const { knowledge, clock } = options;
    if (knowledge) this.#search = new SpokenSearch({ ...knowledge, clock, onReady: this.#onReady });
  }

  /** Asks who calls: when the call rings, so that it is known when it is answered. Once; further calls do nothing. */
  callerLookup(): void {
    const { caller, clock } = this.#options;
    if (!caller || this.#lookup || this.#isClosed) return;
    this.#lookup = new CallerLookup({ ...caller, clock, onReady: this.#onReady });
  }

  /** The caller's words so far: documents are searched for them while the rest is being said. */
  heard(text: string): void {
    if (!this.#isClosed) this.#search?.heard(text);
  }

  /**
   * What is known for an answer to these words, within the deadlines of the sources. What is late is left out, and is there for the next
   * answer. The same words may be asked for again: an early answer and the one that counts get the same. Rejects with the signal's reason.
   */
  async for(text: string, signal: AbortSignal): Promise<KnownContext> {
    signal.throwIfAborted();
    const [caller, found] = await Promise.all([
      this.#lookup?.known(signal),
      this.#isClosed ? undefined : this.#search?.found(text, signal),
    ]);
    const late: ContextSource[] = [
      ...(caller === 'late' ? (['caller'] as const) : []),
      ...(found?.late ?? []),
    ];
    const known = caller === 'late' ? undefined : caller?.caller;
    return { ...(known === undefined ? {} : { caller: known }), passages: found?.passages ?? [], late };
  }

  /** Ends what is under way; nothing is told after that. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#lookup?.close();
    this.#search?.close();
  }

  readonly #onReady = (facts: ContextFacts): void => {
    if (!this.#isClosed) this.#options.onReady?.(facts);
  };
}
