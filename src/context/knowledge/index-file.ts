/**
 * What is kept on disk of a folder of documents, in one file, so that it is whole or not there:
 * a line of JSON (the head), the body as JSON, and the vectors as 32-bit floats, little-endian, one passage after another.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AsPlainObject } from 'minisearch';
import { z } from 'zod';
import { ParleyError } from '../../base/errors.ts';
import type { BadFile } from './bad-file.ts';
import type { Passage } from './passages.ts';
import { systemCode } from '../../base/system-code.ts';

/** Another number makes every index anew: raise it when files are read, divided or made terms of in another way. */
const INDEX_VERSION = 2;

const headSchema = z.object({
  parleyKnowledge: z.literal(INDEX_VERSION),
  /** Of all files and their hashes: the same as long as nothing has changed. */
  folderHash: z.string(),
  files: z.int(),
  passages: z.int(),
  bad: z.array(z.custom<BadFile>()),
  bodyBytes: z.int(),
  /** Of one vector; 0 if there are none. */
  dimensions: z.int(),
  /** SHA-256 of all that follows the head, hex. */
  hash: z.string(),
});

export interface KeptIndex {
  readonly folderHash: string;
  /** That were read. */
  readonly files: number;
  readonly passages: readonly Passage[];
  readonly bad: readonly BadFile[];
  /** What `WordIndex.load` takes. */
  readonly words: AsPlainObject;
  readonly vectors: KeptVectors | undefined;
}

export interface KeptVectors {
  readonly dimensions: number;
  /** One after another, each of length 1, in the passages' order. */
  readonly values: Float32Array;
}

/** `words` is JSON. Throws what the file system throws; what was there before is then still there. */
export async function writeIndex(
  path: string,
  index: Omit<KeptIndex, 'words'> & { readonly words: string },
): Promise<void> {
  const { folderHash, files, passages, bad, words, vectors } = index;
  const body = Buffer.from(`{"passages":${JSON.stringify(passages)},"words":${words}}`);
  const floats = vectors
    ? Buffer.from(vectors.values.buffer, vectors.values.byteOffset, vectors.values.byteLength)
    : Buffer.alloc(0);
  const head: z.output<typeof headSchema> = {
    parleyKnowledge: INDEX_VERSION,
    folderHash,
    files,
    passages: passages.length,
    bad: [...bad],
    bodyBytes: body.byteLength,
    dimensions: vectors?.dimensions ?? 0,
    hash: hashOf(body, floats),
  };
  const unfinished = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(unfinished, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body, floats]));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

export type IndexHead = Readonly<z.output<typeof headSchema>>;

/** What an index is of; in a fraction of the time that it takes to read all of it. Undefined for none, and for one that is of no use. */
export async function readIndexHead(path: string): Promise<IndexHead | undefined> {
  return read(path, ({ head }) => head).catch(() => undefined);
}

/** Undefined if there is none. Throws KNOWLEDGE_INDEX_UNUSABLE for one that is damaged or of another version. */
export function readIndex(path: string): Promise<KeptIndex | undefined> {
  return read(path, parsed);
}

async function read<T>(path: string, as: (parts: IndexParts) => T): Promise<T | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new ParleyError('KNOWLEDGE_INDEX_UNUSABLE', `${path} cannot be read.`, { cause: error });
  }
  try {
    return as(partsOf(bytes));
  } catch (cause) {
    throw new ParleyError('KNOWLEDGE_INDEX_UNUSABLE', `${path} is damaged or of another version.`, { cause });
  }
}

interface IndexParts {
  readonly head: IndexHead;
  readonly body: Buffer;
  readonly floats: Buffer;
}

/** Throws an Error if it is not what was written. */
function partsOf(bytes: Buffer): IndexParts {
  const end = bytes.indexOf('\n');
  const head = headSchema.parse(JSON.parse(bytes.toString('utf8', 0, end)));
  const body = bytes.subarray(end + 1, end + 1 + head.bodyBytes);
  const floats = bytes.subarray(end + 1 + head.bodyBytes);
  if (hashOf(body, floats) !== head.hash) throw new Error('the content is not what was written');
  return { head, body, floats };
}

function parsed({ head, body, floats }: IndexParts): KeptIndex {
  const { folderHash, files, bad, dimensions } = head;
  // Ours, and whole: its hash is right.
  const { passages, words } = JSON.parse(body.toString('utf8')) as Pick<KeptIndex, 'passages' | 'words'>;
  const values = () => new Float32Array(Uint8Array.from(floats).buffer);
  const vectors = dimensions > 0 ? { dimensions, values: values() } : undefined;
  return { folderHash, files, passages, bad, words, vectors };
}

function hashOf(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
