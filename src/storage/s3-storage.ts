/** Files with an S3 service: AWS's own, MinIO, or any other. https://docs.aws.amazon.com/AmazonS3/latest/API/ */
import { AwsClient } from 'aws4fetch';
import { ParleyError, isParleyError } from '../base/errors.ts';
import { bucketOf, newFileId } from './file-ids.ts';
import { listedKeys } from './s3-listing.ts';
import { LINK_SECONDS } from './storage.ts';
import type { Bucket, NewFile, Storage, StoredFile } from './storage.ts';
import { asHeader, checkMetadata } from './storage-faults.ts';
import { systemCode } from '../base/system-code.ts';

export interface S3StorageOptions {
  /** `http://minio:9000`. Buckets are named in the path, which every service understands. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** One for all files, in which `voice-files/` and `temp/` are folders; if it is not given, each of the two is a bucket of its own. */
  readonly bucket?: string | undefined;
  /** Since 1970. */
  readonly nowMs?: () => number;
}

/** A file of 25 MB over a line of 20 Mbit/s; who asked has its audio by then, or waits for it. */
const WITHIN_MS = 10_000;
/** Once more where the service was busy or the connection had gone stale: every request here may be sent twice. */
const ATTEMPTS = 2;
const METADATA = 'x-amz-meta-';

export class S3Storage implements Storage {
  readonly name = 's3';
  readonly #options: S3StorageOptions;
  readonly #client: AwsClient;
  readonly #nowMs: () => number;
  #fault: ParleyError | undefined;

  constructor(options: S3StorageOptions) {
    const { accessKey, secretKey, region, nowMs = Date.now } = options;
    this.#options = options;
    this.#nowMs = nowMs;
    this.#client = new AwsClient({
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      region,
      service: 's3',
    });
  }

  get fault(): ParleyError | undefined {
    return this.#fault;
  }

  async store({ bucket, content, contentType, metadata = {} }: NewFile): Promise<StoredFile> {
    checkMetadata(metadata);
    const id = newFileId(bucket);
    const told = Object.entries(metadata).map(([key, value]) => [METADATA + key, asHeader(value)] as const);
    // The bytes as a view of their own: a slice of a larger buffer would be sent whole.
    const body = new Uint8Array(content);
    const headers = { 'content-type': contentType, ...Object.fromEntries(told) };
    await this.#ask('PUT', this.#url(bucket, id), { headers, body });
    return { id, bucket, contentType, bytes: content.byteLength, createdAtMs: this.#nowMs(), metadata };
  }

  async info(id: string): Promise<StoredFile | undefined> {
    const bucket = bucketOf(id);
    const answer = bucket && (await this.#askFor('HEAD', this.#url(bucket, id)));
    return answer && about(id, bucket, answer.headers);
  }

  async read(id: string): Promise<{ readonly file: StoredFile; readonly content: Uint8Array } | undefined> {
    const bucket = bucketOf(id);
    const answer = bucket && (await this.#askFor('GET', this.#url(bucket, id)));
    if (!answer) return undefined;
    const { headers, content } = answer;
    return { file: { ...about(id, bucket, headers), bytes: content.byteLength }, content };
  }

  async delete(id: string): Promise<boolean> {
    const bucket = bucketOf(id);
    // DELETE says the same whether or not there was anything.
    if (!bucket || !(await this.info(id))) return false;
    await this.#askFor('DELETE', this.#url(bucket, id));
    return true;
  }

  async link(id: string): Promise<string> {
    const bucket = bucketOf(id);
    const url = new URL(this.#url(bucket ?? 'temp', id));
    url.searchParams.set('X-Amz-Expires', String(LINK_SECONDS));
    return (await this.#client.sign(url, { aws: { signQuery: true } })).url;
  }

  admits(): boolean {
    return false;
  }

  async cleanUp(bucket: Bucket, olderThanMs: number): Promise<number> {
    let count = 0;
    for (let after: string | undefined = ''; after !== undefined;) {
      const { keys, next } = await this.#list(bucket, after);
      for (const { key, modifiedAtMs } of keys) {
        const id = key.slice(key.lastIndexOf('/') + 1);
        // What somebody else keeps there is none of ours.
        if (bucketOf(id) !== bucket || modifiedAtMs >= olderThanMs) continue;
        await this.#askFor('DELETE', this.#url(bucket, id));
        count++;
      }
      after = next;
    }
    return count;
  }

  async close(): Promise<void> {}

  async #list(bucket: Bucket, after: string) {
    const { bucket: common } = this.#options;
    const url = new URL(`${this.#options.endpoint}/${common ?? bucket}`);
    url.searchParams.set('list-type', '2');
    if (common !== undefined) url.searchParams.set('prefix', `${bucket}/`);
    if (after !== '') url.searchParams.set('continuation-token', after);
    const { content } = await this.#ask('GET', url.href, {});
    return listedKeys(Buffer.from(content).toString('utf8'));
  }

  #url(bucket: Bucket, id: string): string {
    const { endpoint, bucket: common } = this.#options;
    return `${endpoint}/${common === undefined ? '' : `${common}/`}${bucket}/${id}`;
  }

  /** Undefined where there is no such object. */
  async #askFor(method: string, url: string) {
    const answer = await this.#ask(method, url, {}, [404]);
    return answer.status === 404 ? undefined : answer;
  }

  async #ask(
    method: string,
    url: string,
    init: { readonly headers?: Record<string, string>; readonly body?: Uint8Array<ArrayBuffer> },
    alsoGood: readonly number[] = [],
  ) {
    try {
      const answer = await this.#answer(method, url, init);
      const { status, headers } = answer;
      if (!answer.ok && !alsoGood.includes(status)) throw refusal(this.#options.endpoint, status);
      this.#fault = undefined;
      return { status, headers, content: answer.content };
    } catch (error) {
      this.#fault = isParleyError(error)
        ? error
        : new ParleyError('STORAGE_UNAVAILABLE', `${this.#options.endpoint}: ${reasonOf(error)}.`, {
            cause: error,
          });
      throw this.#fault;
    }
  }

  async #answer(method: string, url: string, init: RequestInit) {
    const signal = AbortSignal.timeout(WITHIN_MS);
    for (let attempt = 1; ; attempt++) {
      try {
        // Signed anew: a signature has a time in it.
        const response = await fetch(await this.#client.sign(url, { method, ...init }), { signal });
        const content = new Uint8Array(await response.arrayBuffer());
        const { ok, status, headers } = response;
        if (attempt >= ATTEMPTS || (status < 500 && status !== 429)) return { ok, status, headers, content };
      } catch (error) {
        if (attempt >= ATTEMPTS || signal.aborted) throw error;
      }
    }
  }
}

function about(id: string, bucket: Bucket, headers: Headers): StoredFile {
  const metadata = [...headers].flatMap(([name, value]) =>
    name.startsWith(METADATA) ? [[name.slice(METADATA.length), decoded(value)]] : [],
  );
  return {
    id,
    bucket,
    contentType: headers.get('content-type') ?? 'application/octet-stream',
    bytes: Number(headers.get('content-length') ?? 0),
    createdAtMs: Date.parse(headers.get('last-modified') ?? '') || 0,
    metadata: Object.fromEntries(metadata) as Record<string, string>,
  };
}

/** Somebody else may have written it. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function refusal(endpoint: string, status: number): ParleyError {
  const told = `${endpoint}: HTTP ${status}.`;
  // What MinIO says of a full disk.
  if (status === 507) return new ParleyError('STORAGE_FULL', told);
  if (status < 500 && status !== 429 && status !== 408) return new ParleyError('STORAGE_REFUSED', told);
  return new ParleyError('STORAGE_UNAVAILABLE', told);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (systemCode(error.cause) ?? error.name) : 'unknown reason';
}
