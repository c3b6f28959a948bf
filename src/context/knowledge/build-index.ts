/** Makes the index of a folder anew if anything of it has changed. */
import { createHash } from 'node:crypto';
import { errorCode, ParleyError } from '../../base/errors.ts';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import type { BadFile } from './bad-file.ts';
import type { EmbeddingsOptions } from './embeddings.ts';
import { fileBytes, folderFiles } from './folder-files.ts';
import type { FolderContent } from './folder-files.ts';
import { readIndex, readIndexHead, writeIndex } from './index-file.ts';
import type { KeptVectors } from './index-file.ts';
import { passageVectors } from './passage-vectors.ts';
import { passagesOf } from './passages.ts';
import type { Passage } from './passages.ts';
import { readDocument } from './read-document.ts';
import { WordIndex } from './word-index.ts';
import { systemCode } from '../../base/system-code.ts';

export interface BuildRequest {
  /** The folder of documents. */
  readonly dir: string;
  /** The file of its index. */
  readonly path: string;
  readonly embeddings?: EmbeddingsOptions | undefined;
}

export interface BuildReport {
  /** False if the index on disk was up to date. */
  readonly isNew: boolean;
  readonly files: number;
  readonly passages: number;
  readonly bad: readonly BadFile[];
  /** What is to be watched. */
  readonly directories: readonly string[];
  /** Why passages are found by words alone although `embeddings` were asked for. */
  readonly withoutEmbeddings: ErrorCode | undefined;
}

/** Half a million words or ten: what is searched within a few milliseconds. */
const MOST_PASSAGES = 50_000;

/** Throws KNOWLEDGE_INDEX_UNUSABLE if it cannot be kept, and KNOWLEDGE_UNAVAILABLE if the folder cannot be read. */
export async function buildIndex({ dir, path, embeddings }: BuildRequest): Promise<BuildReport> {
  const content = await folderFiles(dir).catch((error: unknown) => {
    throw new ParleyError(
      'KNOWLEDGE_UNAVAILABLE',
      `${dir} cannot be read (${systemCode(error) ?? String(error)}).`,
      {
        cause: error,
      },
    );
  });
  const { directories } = content;
  const folderHash = hashOf(content, embeddings);
  const kept = await readIndexHead(path);
  const isComplete = embeddings === undefined || (kept?.dimensions ?? 0) > 0 || kept?.passages === 0;
  if (kept?.folderHash === folderHash && isComplete) {
    const { files, passages, bad } = kept;
    return { isNew: false, files, passages, bad, directories, withoutEmbeddings: undefined };
  }
  const { passages, bad } = await readAll(content);
  const { vectors, failure } = await vectorsFor(passages, path, embeddings);
  const files = new Set(passages.map(({ file }) => file)).size;
  const index = { folderHash, files, passages, bad, words: WordIndex.build(passages), vectors };
  await writeIndex(path, index).catch((error: unknown) => {
    throw new ParleyError(
      'KNOWLEDGE_INDEX_UNUSABLE',
      `${path} cannot be written (${systemCode(error) ?? String(error)}).`,
      {
        cause: error,
      },
    );
  });
  return { isNew: true, files, passages: passages.length, bad, directories, withoutEmbeddings: failure };
}

async function readAll({ files, bad }: FolderContent) {
  const passages: Passage[] = [];
  const allBad: BadFile[] = [...bad];
  for (const each of files) {
    const bytes = await fileBytes(each).catch(() => undefined);
    const document = bytes ? await readDocument(each.file, bytes) : goneFile(each.file);
    if ('code' in document) allBad.push(document);
    else {
      const found = passagesOf(document, each.file);
      if (passages.length + found.length <= MOST_PASSAGES) passages.push(...found);
      else {
        const detail = `would make more than ${MOST_PASSAGES} passages of the folder`;
        allBad.push({ file: each.file, code: 'KNOWLEDGE_TOO_MUCH', detail });
      }
    }
  }
  return { passages, bad: allBad.toSorted((a, b) => (a.file < b.file ? -1 : 1)) };
}

/** Between the list of files and this one: the next look will tell more. */
function goneFile(file: string): BadFile {
  return { file, code: 'KNOWLEDGE_FILE_UNREADABLE', detail: 'was taken away while it was read' };
}

interface Vectors {
  readonly vectors: KeptVectors | undefined;
  readonly failure: ErrorCode | undefined;
}

async function vectorsFor(
  passages: readonly Passage[],
  path: string,
  embeddings: EmbeddingsOptions | undefined,
): Promise<Vectors> {
  if (embeddings === undefined) return { vectors: undefined, failure: undefined };
  // A damaged one is made anew.
  const before = await readIndex(path).catch(() => undefined);
  try {
    return { vectors: await passageVectors(passages, before, embeddings), failure: undefined };
  } catch (error) {
    return { vectors: undefined, failure: errorCode(error) };
  }
}

function hashOf({ files, bad }: FolderContent, embeddings: EmbeddingsOptions | undefined): string {
  const names = files.map(({ file, hash }) => [file, hash]);
  const meaning = embeddings && [embeddings.baseUrl, embeddings.model];
  return createHash('sha256')
    .update(JSON.stringify([names, bad, meaning]))
    .digest('hex');
}
