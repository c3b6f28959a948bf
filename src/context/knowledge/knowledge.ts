/** All folders of documents that the bots of a service name. */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { Thread } from '../../base/thread.ts';
import type { BuildReport, BuildRequest } from './build-index.ts';
import { IndexSearches } from './index-searches.ts';
import { folderKey, KnowledgeFolder } from './knowledge-folder.ts';
import type { FolderOptions } from './knowledge-folder.ts';

export interface KnowledgeOptions {
  /** `DATA_DIR/knowledge`; made when it is needed. */
  readonly indexDir: string;
  readonly clock: Clock;
  readonly log: Log;
}

export class Knowledge {
  readonly #options: KnowledgeOptions;
  readonly #folders = new Map<string, KnowledgeFolder>();
  readonly #searches = new IndexSearches();
  /** At most one: reading documents takes a core. */
  #builder: Thread | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: KnowledgeOptions) {
    this.#options = options;
  }

  /** The folder, opened if it was not. Its index is read, and made if need be, meanwhile. */
  folder(options: FolderOptions): KnowledgeFolder {
    const key = folderKey(options);
    const known = this.#folders.get(key);
    if (known) return known;
    const { indexDir, clock, log } = this.#options;
    const build = (request: BuildRequest) => this.#build(request);
    const folder = new KnowledgeFolder(options, { indexDir, clock, log, build, searches: this.#searches });
    this.#folders.set(key, folder);
    return folder;
  }

  /** Opens these folders and closes all others: called whenever the profiles have been read. */
  async keepOnly(folders: readonly FolderOptions[]): Promise<void> {
    const wanted = new Set(folders.map((options) => this.folder(options).key));
    const unwanted = [...this.#folders.values()].filter(({ key }) => !wanted.has(key));
    for (const { key } of unwanted) this.#folders.delete(key);
    await Promise.all(unwanted.map((folder) => folder.close()));
  }

  /** Ends all threads and watches. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#builder?.close();
    await this.#searches.close();
    await Promise.all([...this.#folders.values()].map((folder) => folder.close()));
    this.#folders.clear();
  }

  #build(request: BuildRequest): Promise<BuildReport> {
    const built = this.#last.then(() => this.#buildNow(request));
    this.#last = built.catch(() => undefined);
    return built;
  }

  async #buildNow(request: BuildRequest): Promise<BuildReport> {
    if (this.#isClosed) throw new Error('it was closed');
    const thread = new Thread({
      module: new URL('./build-thread', import.meta.url),
      goneCode: 'KNOWLEDGE_UNAVAILABLE',
    });
    this.#builder = thread;
    try {
      return (await thread.ask(request)) as BuildReport;
    } finally {
      this.#builder = undefined;
      await thread.close();
    }
  }
}
