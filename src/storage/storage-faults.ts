/** What is wrong with a storage, in the words of the catalogue. */
import { ParleyError, isParleyError } from '../base/errors.ts';
import { systemCode } from '../base/system-code.ts';

/** Of all keys and values of a file's metadata: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MOST_METADATA_BYTES = 2000;

/** Keys become names of HTTP headers. */
const METADATA_KEY = /^[a-z][a-z0-9-]{0,40}$/;

/** Headers hold ASCII. Half of a surrogate pair becomes U+FFFD. */
export function asHeader(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString());
}

/** Throws STORAGE_REFUSED. */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  const wrong = Object.keys(metadata).find((key) => !METADATA_KEY.test(key));
  if (wrong !== undefined)
    throw new ParleyError('STORAGE_REFUSED', `"${wrong.slice(0, 40)}" is no name for metadata.`);
  const bytes = Object.entries(metadata).reduce(
    (sum, [key, value]) => sum + key.length + asHeader(value).length,
    0,
  );
  if (bytes > MOST_METADATA_BYTES)
    throw new ParleyError(
      'STORAGE_REFUSED',
      `The metadata of a file has ${bytes} bytes; at most ${MOST_METADATA_BYTES} are kept.`,
    );
}

/** EFBIG: beyond what a file, or this process, may write. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS'];

/** `where` it happened stands in the message, with the system's own name for it. */
export function fileFault(where: string, cause: unknown): ParleyError {
  if (isParleyError(cause)) return cause;
  const reason = systemCode(cause) ?? 'unknown reason';
  if (FULL.includes(reason)) return new ParleyError('STORAGE_FULL', `${where}: ${reason}.`, { cause });
  if (FORBIDDEN.includes(reason))
    return new ParleyError('STORAGE_REFUSED', `${where}: ${reason}.`, { cause });
  return new ParleyError('STORAGE_UNAVAILABLE', `${where}: ${reason}.`, { cause });
}
