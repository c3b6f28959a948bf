/** The names of stored files: nothing in them comes from a client, and none of them is a path. */
import { randomBytes } from 'node:crypto';
import type { Bucket } from './storage.ts';

const PREFIXES: Readonly<Record<Bucket, string>> = { 'voice-files': 'voice', temp: 'temp' };
/** 128 bits: to be tried out by nobody. */
const RANDOM_BYTES = 16;

export function newFileId(bucket: Bucket): string {
  return `${PREFIXES[bucket]}_${randomBytes(RANDOM_BYTES).toString('hex')}`;
}

/** Undefined for whatever was not made by `newFileId`. */
export function bucketOf(id: string): Bucket | undefined {
  const [, prefix] = /^(voice|temp)_[0-9a-f]{32}$/.exec(id) ?? [];
  if (prefix === undefined) return undefined;
  return prefix === 'voice' ? 'voice-files' : 'temp';
}
