/**
 * Files in a directory: `BUCKET/ID` is the content, `BUCKET/ID.json` what is known of it. The second is written last, and a file without it is not
 * there: whoever dies while writing leaves something for the clean-up, and nothing to be read.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UNFINISHED, writeDurably } from '../base/durable-file.ts';
import type { ParleyError } from '../base/errors.ts';
import { bucketOf, newFileId } from './file-ids.ts';
import { LinkSigner } from './link-signer.ts';
import { BUCKETS } from './storage.ts';
import type { Bucket, LinkProof, NewFile, Storage, StoredFile } from './storage.ts';
import { checkMetadata, fileFault } from './storage-faults.ts';
import { parsedJson } from '../base/json.ts';
import { systemCode } from '../base/system-code.ts';

const KNOWN = '.json';
/** Shared by all processes that serve the same directory. */
const SECRET = 'link-secret';
const SECRET_BYTES = 32;
/** Nobody is still writing a file that has not grown for so long, ms. */
const ABANDONED_AFTER_MS = 3_600_000;

const known = z.object({
  contentType: z.string(),
  bytes: z.number(),
  createdAtMs: z.number(),
  metadata: z.record(z.string(), z.string()),
});

export interface DirectoryStorageOptions {
  readonly dir: string;
  /** Since 1970. */
  readonly nowMs?: () => number;
}

export class DirectoryStorage implements Storage {
  readonly name = 'directory';
  readonly #dir: string;
  readonly #nowMs: () => number;
  readonly #links: LinkSigner;
  #fault: ParleyError | undefined;

  private constructor(dir: string, nowMs: () => number, secret: Uint8Array) {
    this.#dir = dir;
    this.#nowMs = nowMs;
    this.#links = new LinkSigner(secret, nowMs);
  }

  /** Makes the directory if it is not there. */
  static async open({ dir, nowMs = Date.now }: DirectoryStorageOptions): Promise<DirectoryStorage> {
    try {
      for (const bucket of BUCKETS) await mkdir(join(dir, bucket), { recursive: true, mode: 0o700 });
      return new DirectoryStorage(dir, nowMs, await sharedSecret(join(dir, SECRET)));
    } catch (error) {
      throw fileFault(dir, error);
    }
  }

  get fault(): ParleyError | undefined {
    return this.#fault;
  }

  async store({ bucket, content, contentType, metadata = {} }: NewFile): Promise<StoredFile> {
    checkMetadata(metadata);
    const id = newFileId(bucket);
    const about = { contentType, bytes: content.byteLength, createdAtMs: this.#nowMs(), metadata };
    const path = this.#path(bucket, id);
    await this.#attempt(async () => {
      try {
        await writeDurably(path, content);
        await writeDurably(path + KNOWN, JSON.stringify(about));
      } catch (error) {
        await rm(path, { force: true }).catch(() => undefined);
        throw error;
      }
    });
    return { id, bucket, ...about };
  }

  async info(id: string): Promise<StoredFile | undefined> {
    const bucket = bucketOf(id);
    return bucket && this.#attempt(async () => this.#info(bucket, id));
  }

  async read(id: string): Promise<{ readonly file: StoredFile; readonly content: Uint8Array } | undefined> {
    const bucket = bucketOf(id);
    if (!bucket) return undefined;
    return this.#attempt(async () => {
      const file = await this.#info(bucket, id);
      const content = file && (await orUndefined(readFile(this.#path(bucket, id))));
      return content?.byteLength === file?.bytes && file && content ? { file, content } : undefined;
    });
  }

  async delete(id: string): Promise<boolean> {
    const bucket = bucketOf(id);
    if (!bucket) return false;
    return this.#attempt(async () => {
      const isThere = (await this.#info(bucket, id)) !== undefined;
      await this.#remove(bucket, id);
      return isThere;
    });
  }

  async link(id: string): Promise<string> {
    const { expires, signature } = this.#links.prove(id);
    return `/v1/files/${id}?expires=${expires}&signature=${signature}`;
  }

  admits(id: string, proof: LinkProof): boolean {
    return this.#links.admits(id, proof);
  }

  async cleanUp(bucket: Bucket, olderThanMs: number): Promise<number> {
    return this.#attempt(async () => {
      const names = await readdir(join(this.#dir, bucket));
      const listed = new Set(names);
      let count = 0;
      for (const name of names) {
        const isHalf = name.endsWith(UNFINISHED) || (!name.endsWith(KNOWN) && !listed.has(name + KNOWN));
        const found = await orUndefined(stat(join(this.#dir, bucket, name)));
        if (!found?.isFile()) continue;
        const ageMs = this.#nowMs() - found.mtimeMs;
        if (isHalf && ageMs > ABANDONED_AFTER_MS) {
          await rm(join(this.#dir, bucket, name), { force: true });
        } else if (name.endsWith(KNOWN)) {
          const id = name.slice(0, -KNOWN.length);
          const file = bucketOf(id) === bucket ? await this.#info(bucket, id) : undefined;
          if (!file || file.createdAtMs >= olderThanMs) continue;
          await this.#remove(bucket, id);
          count++;
        }
      }
      return count;
    });
  }

  async close(): Promise<void> {}

  /** What is known goes first: from then on the file is not there. */
  async #remove(bucket: Bucket, id: string): Promise<void> {
    await rm(this.#path(bucket, id) + KNOWN, { force: true });
    await rm(this.#path(bucket, id), { force: true });
  }

  async #info(bucket: Bucket, id: string): Promise<StoredFile | undefined> {
    const text = await orUndefined(readFile(this.#path(bucket, id) + KNOWN, 'utf8'));
    const about = text === undefined ? undefined : known.safeParse(parsedJson(text)).data;
    return about && { id, bucket, ...about };
  }

  #path(bucket: Bucket, id: string): string {
    return join(this.#dir, bucket, id);
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#fault = undefined;
      return result;
    } catch (error) {
      this.#fault = fileFault(this.#dir, error);
      throw this.#fault;
    }
  }
}

/** Made by whoever comes first. */
async function sharedSecret(path: string): Promise<Uint8Array> {
  await writeFile(path, randomBytes(SECRET_BYTES).toString('hex'), { flag: 'wx', mode: 0o600 }).catch(
    (error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    },
  );
  const secret = Buffer.from(await readFile(path, 'utf8'), 'hex');
  if (secret.byteLength === SECRET_BYTES) return secret;
  // Somebody is writing it, or has died over it: whoever replaces it ends the links of an hour, and nothing else.
  await writeDurably(path, randomBytes(SECRET_BYTES).toString('hex'));
  return Buffer.from(await readFile(path, 'utf8'), 'hex');
}

/** Undefined where there is no such file. */
async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
