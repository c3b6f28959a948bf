/** The files of a folder of documents, as bytes with their hashes. */
import { createHash } from 'node:crypto';
import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { BadFile, BadFileCode } from './bad-file.ts';
import { systemCode } from '../../base/system-code.ts';

const DOCUMENT_ENDINGS = ['.md', '.markdown', '.txt', '.html', '.htm', '.pdf'] as const;

export interface FolderFile {
  /** Within the folder, with `/`. */
  readonly file: string;
  readonly path: string;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
}

export interface FolderContent {
  readonly files: readonly FolderFile[];
  readonly bad: readonly BadFile[];
  /** All directories, the folder itself among them: what is to be watched. */
  readonly directories: readonly string[];
}

/** A whole book as a PDF with pictures is less; what is larger is most likely there by mistake. */
const MOST_FILE_BYTES = 32 * 1024 * 1024;
/** A folder of so many is not what somebody wrote for callers. */
const MOST_FILES = 10_000;

/** What editors and file managers leave behind. */
const LEFT_BEHIND = /^\.|~$|^#.*#$|^Thumbs\.db$|\.(?:swp|tmp|part)$/i;

/** Everything under `dir`, in the order of names. Throws what the file system throws if `dir` itself cannot be read. */
export async function folderFiles(dir: string): Promise<FolderContent> {
  const walk = new FolderWalk(await realpath(dir));
  await walk.directory('');
  return walk;
}

/** The bytes of a file. Throws what the file system throws. */
export function fileBytes({ path }: FolderFile): Promise<Uint8Array> {
  return readFile(path);
}

class FolderWalk implements FolderContent {
  readonly files: FolderFile[] = [];
  readonly bad: BadFile[] = [];
  readonly directories: string[] = [];
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async directory(within: string): Promise<void> {
    const path = join(this.#root, within);
    const entries = await readdir(path, { withFileTypes: true });
    this.directories.push(path);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (LEFT_BEHIND.test(entry.name)) continue;
      const file = within === '' ? entry.name : `${within}/${entry.name}`;
      try {
        await this.#entry(file, entry.isSymbolicLink());
      } catch (error) {
        const reason = systemCode(error) ?? 'unknown reason';
        this.#isBad(file, 'KNOWLEDGE_FILE_UNREADABLE', `cannot be read (${reason})`);
      }
    }
  }

  async #entry(file: string, isLink: boolean): Promise<void> {
    const path = await realpath(join(this.#root, file));
    if (!path.startsWith(`${this.#root}${sep}`)) {
      this.#isBad(file, 'KNOWLEDGE_FILE_OUTSIDE', 'is a link to a place outside of the folder');
      return;
    }
    const { size, isDirectory, isFile } = await facts(path);
    // A directory that is linked from within is read where it lies.
    if (isDirectory) return isLink ? undefined : this.directory(file);
    if (!isFile) this.#isBad(file, 'KNOWLEDGE_FILE_UNREADABLE', 'is no ordinary file');
    else if (!DOCUMENT_ENDINGS.some((ending) => ending === extname(file).toLowerCase()))
      this.#isBad(file, 'KNOWLEDGE_FILE_UNKNOWN', `does not end in ${DOCUMENT_ENDINGS.join(', ')}`);
    else if (size > MOST_FILE_BYTES)
      this.#isBad(file, 'KNOWLEDGE_FILE_TOO_LARGE', `has more than ${MOST_FILE_BYTES} bytes`);
    else if (this.files.length >= MOST_FILES)
      this.#isBad(file, 'KNOWLEDGE_TOO_MUCH', `is one of more than ${MOST_FILES} files`);
    else {
      const hash = createHash('sha256').update(await readFile(path));
      this.files.push({ file, path, hash: hash.digest('hex') });
    }
  }

  #isBad(file: string, code: BadFileCode, detail: string): void {
    this.bad.push({ file, code, detail });
  }
}

async function facts(path: string) {
  const found = await stat(path);
  return { size: found.size, isDirectory: found.isDirectory(), isFile: found.isFile() };
}
