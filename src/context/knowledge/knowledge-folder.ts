/** One folder of documents: searched, watched, and its index kept up to date. */
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { watchDirectories } from '../../base/watch-directories.ts';
import type { BadFile } from './bad-file.ts';
import type { BuildReport, BuildRequest } from './build-index.ts';
import { embed } from './embeddings.ts';
import type { EmbeddingsOptions } from './embeddings.ts';
import type { FoundPassage } from './found-passage.ts';
import type { IndexSearches } from './index-searches.ts';
import type { KnowledgeSource } from './knowledge-source.ts';

export interface FolderOptions {
  readonly dir: string;
  readonly embeddings?: EmbeddingsOptions | undefined;
}

export interface FolderKit {
  /** Where indexes are kept. */
  readonly indexDir: string;
  readonly searches: IndexSearches;
  /** Makes the index in a thread of its own. Rejects with what `buildIndex` throws. */
  readonly build: (request: BuildRequest) => Promise<BuildReport>;
  readonly clock: Clock;
  readonly log: Log;
}

/** After a failure (the folder gone, the disk full, no embeddings), ms. A change of the folder is looked at sooner. */
const AGAIN_AFTER_MS = 60_000;

export class KnowledgeFolder implements KnowledgeSource {
  readonly key: string;
  /** Settles when it is searched for the first time, or cannot be for now. Never rejects. */
  readonly ready: Promise<void>;
  readonly #options: FolderOptions;
  readonly #kit: FolderKit;
  readonly #path: string;
  #report: BuildReport | undefined;
  #isLoaded = false;
  #isChanged = false;
  #isClosed = false;
  #refreshing: Promise<void>;
  #unwatch: () => void = () => undefined;
  #cancelAgain: CancelTimer = () => undefined;

  constructor(options: FolderOptions, kit: FolderKit) {
    this.#options = options;
    this.#kit = kit;
    this.key = folderKey(options);
    this.#path = indexPath(kit.indexDir, options);
    this.#refreshing = this.#start();
    this.ready = this.#refreshing;
  }

  get hasMeaning(): boolean {
    return this.#options.embeddings !== undefined;
  }

  /** What was found in the folder; undefined until it was read. */
  get report(): BuildReport | undefined {
    return this.#report;
  }

  byWords(question: string, most: number): Promise<readonly FoundPassage[]> {
    return this.#kit.searches.search({ key: this.key, question, most, vector: undefined });
  }

  async byMeaning(question: string, most: number, signal: AbortSignal): Promise<readonly FoundPassage[]> {
    const { embeddings } = this.#options;
    const [vector] = embeddings ? await embed([question], embeddings, signal) : [];
    return this.#kit.searches.search({ key: this.key, question, most, vector });
  }

  /** Reads the folder again. Resolves when that is searched; never rejects. */
  refresh(): Promise<void> {
    this.#isChanged = true;
    this.#refreshing = this.#refreshing.then(() => (this.#isChanged ? this.#refresh() : undefined));
    return this.#refreshing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isChanged = false;
    this.#unwatch();
    this.#cancelAgain();
    await this.#kit.searches.drop(this.key);
    await this.#refreshing;
  }

  /** What is on disk serves while it is compared with the folder. */
  async #start(): Promise<void> {
    await this.#load();
    await this.#refresh();
  }

  async #load(): Promise<void> {
    const loaded = await this.#kit.searches.load(this.key, this.#path);
    this.#isLoaded ||= loaded === 'whole';
    if (loaded !== 'whole' && loaded !== 'none')
      this.#kit.log.warn(
        { event: 'knowledge.indexUnusable', code: loaded, dir: this.#options.dir },
        'the index of documents cannot be used and is made anew',
      );
  }

  async #refresh(): Promise<void> {
    if (this.#isClosed) return;
    this.#isChanged = false;
    this.#cancelAgain();
    const { dir, embeddings } = this.#options;
    const { build, clock, log } = this.#kit;
    const startedAtMs = clock.nowMs();
    try {
      const report = await build({ dir, path: this.#path, embeddings });
      if (this.#isClosed) return;
      this.#watch(report.directories);
      if (report.isNew || !this.#isLoaded) await this.#load();
      this.#tell(report, clock.nowMs() - startedAtMs);
      this.#report = report;
      if (report.withoutEmbeddings) this.#againLater();
    } catch (error) {
      if (this.#isClosed) return;
      log.error(
        { event: 'knowledge.failed', code: errorCode(error), dir, error },
        'documents could not be read; what was read of them before is still searched',
      );
      this.#againLater();
    }
  }

  #againLater(): void {
    this.#cancelAgain = this.#kit.clock.after(AGAIN_AFTER_MS, () => void this.refresh());
  }

  #watch(dirs: readonly string[]): void {
    const { clock, log } = this.#kit;
    this.#unwatch();
    this.#unwatch = watchDirectories({
      dirs,
      clock,
      onChange: () => void this.refresh(),
      onUnwatched: (dir, error) =>
        log.warn({ event: 'knowledge.unwatched', dir, error }, 'changes of documents will not be noticed'),
    });
  }

  #tell(report: BuildReport, tookMs: number): void {
    const { log } = this.#kit;
    const { dir } = this.#options;
    const isKnown = ({ file, code }: BadFile) =>
      this.#report?.bad.some((known) => known.file === file && known.code === code) === true;
    for (const bad of report.bad.filter((each) => !isKnown(each)))
      log.warn({ event: 'knowledge.badFile', dir, ...bad }, 'a document is not searched');
    const { files, passages, withoutEmbeddings, isNew } = report;
    if (withoutEmbeddings)
      log.warn(
        { event: 'knowledge.byWordsOnly', dir, code: withoutEmbeddings },
        'documents are found by words only',
      );
    const fields = { event: 'knowledge.read', dir, files, passages, isNew, tookMs: Math.round(tookMs) };
    log.info(fields, 'documents are searched');
  }
}

/** The file of its index. */
export function indexPath(indexDir: string, options: FolderOptions): string {
  return join(indexDir, `${folderKey(options)}.index`);
}

/** Names the index of a folder: the same for all bots that share it. */
export function folderKey({ dir, embeddings }: FolderOptions): string {
  const whole = JSON.stringify([resolve(dir), embeddings?.baseUrl, embeddings?.model]);
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 12);
  return `${basename(dir)
    .replaceAll(/[^\p{L}\p{N}_-]/gu, '_')
    .slice(0, 40)}-${hash}`;
}
