/** Where audio lies that outlives its request: a directory, or an S3 service. */
import type { ParleyError } from '../base/errors.ts';

/** `voice-files`: what clients may fetch later. `temp`: what is of use while something is being done, such as the uploads of a batch. */
export const BUCKETS = ['voice-files', 'temp'] as const;
export type Bucket = (typeof BUCKETS)[number];

export interface NewFile {
  readonly bucket: Bucket;
  readonly content: Uint8Array;
  /** `audio/mpeg` */
  readonly contentType: string;
  /** Whose it is, what it was called: few words. All of it together has at most 2 KB, which is what S3 takes. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface StoredFile {
  /** Made by the storage; it tells the bucket, and cannot be guessed. */
  readonly id: string;
  readonly bucket: Bucket;
  readonly contentType: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a link to a file carries beside its id. */
export interface LinkProof {
  /** Seconds since 1970. */
  readonly expires: string;
  readonly signature: string;
}

/**
 * All that can fail throws STORAGE_UNAVAILABLE, STORAGE_FULL or STORAGE_REFUSED, and soon; an id that nobody made is one of a file that is not
 * there. Nobody ever sees half of a file.
 */
export interface Storage {
  /** Stands in logs: `directory`, `s3`. */
  readonly name: string;
  /** Resolves when the file is safe. */
  store(file: NewFile): Promise<StoredFile>;
  /** Undefined where there is no such file. */
  info(id: string): Promise<StoredFile | undefined>;
  /** The file whole; undefined where there is no such file. */
  read(id: string): Promise<{ readonly file: StoredFile; readonly content: Uint8Array } | undefined>;
  /** False where there was none. */
  delete(id: string): Promise<boolean>;
  /**
   * Where anybody who knows the address may fetch the file for an hour: a whole URL, or, where this service has to hand it out itself, a path of
   * the speech API, `/v1/files/ID?expires=…&signature=…`.
   */
  link(id: string): Promise<string>;
  /** Whether this proof was in a link of `link`'s, to this file, and its time is not over. False where links lead elsewhere. */
  admits(id: string, proof: LinkProof): boolean;
  /** Deletes what is older, and what was left half written; resolves with how many files that were. */
  cleanUp(bucket: Bucket, olderThanMs: number): Promise<number>;
  /** Undefined while it works, else what was wrong with the last request. */
  readonly fault: ParleyError | undefined;
  close(): Promise<void>;
}

/** A link is good for so long. */
export const LINK_SECONDS = 3600;
