/** The one thread that searches, and what is loaded in it; another takes its place if it ends. */
import { deferred } from '../../base/async.ts';
import type { Deferred } from '../../base/async.ts';
import { ParleyError } from '../../base/errors.ts';
import { Thread } from '../../base/thread.ts';
import type { FoundPassage } from './found-passage.ts';
import type { SearchAnswer, SearchNews, SearchQuestion } from './search-thread.ts';

export interface Search {
  readonly key: string;
  readonly question: string;
  readonly most: number;
  readonly vector: Float32Array | undefined;
}

export class IndexSearches {
  readonly #loading = new Map<string, Deferred<SearchNews['loaded']>>();
  /** By key, the files of what is to be searched. */
  readonly #paths = new Map<string, string>();
  #thread: Thread | undefined;
  #isClosed = false;

  /** Resolves when it is searched, or cannot be; until then what was loaded for the key before is. One at a time for a key. */
  async load(key: string, path: string): Promise<SearchNews['loaded']> {
    this.#paths.set(key, path);
    if (this.#isClosed) return 'KNOWLEDGE_UNAVAILABLE';
    // Whatever an ended thread was loading has failed; this is not among it.
    this.#open();
    const loading = deferred<SearchNews['loaded']>();
    this.#loading.set(key, loading);
    try {
      await this.#ask({ kind: 'load', key, path });
    } catch {
      return 'KNOWLEDGE_UNAVAILABLE';
    }
    return loading.promise;
  }

  async drop(key: string): Promise<void> {
    this.#paths.delete(key);
    if (this.#thread) await this.#ask({ kind: 'drop', key }).catch(() => undefined);
  }

  /** Rejects with KNOWLEDGE_UNAVAILABLE if nothing is loaded for the key, or the thread has ended. */
  async search(search: Search): Promise<readonly FoundPassage[]> {
    const found = await this.#ask({ kind: 'search', ...search });
    if (found === undefined)
      throw new ParleyError('KNOWLEDGE_UNAVAILABLE', 'The documents are not read yet.');
    return found;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.close();
    this.#endLoads();
  }

  async #ask(question: SearchQuestion): Promise<SearchAnswer> {
    if (this.#isClosed) throw new ParleyError('KNOWLEDGE_UNAVAILABLE', 'It was closed.');
    return (await this.#open().ask(question)) as SearchAnswer;
  }

  #open(): Thread {
    if (this.#thread && !this.#thread.isOver) return this.#thread;
    this.#endLoads();
    const isAgain = this.#thread !== undefined;
    const thread = new Thread({
      module: new URL('./search-thread', import.meta.url),
      onNews: (news) => this.#heard(news as SearchNews),
      goneCode: 'KNOWLEDGE_UNAVAILABLE',
    });
    this.#thread = thread;
    if (isAgain)
      for (const [key, path] of this.#paths)
        thread.ask({ kind: 'load', key, path } satisfies SearchQuestion).catch(() => undefined);
    return thread;
  }

  #heard({ key, loaded }: SearchNews): void {
    this.#loading.get(key)?.resolve(loaded);
    this.#loading.delete(key);
  }

  #endLoads(): void {
    for (const { resolve } of this.#loading.values()) resolve('KNOWLEDGE_UNAVAILABLE');
    this.#loading.clear();
  }
}
