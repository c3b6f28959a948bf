/** All of it, where a file system may take less at once. It waits for the disk. */
import { writeSync } from 'node:fs';

export function writeWhole(file: number, bytes: Uint8Array, at: number): void {
  for (let from = 0; from < bytes.byteLength;)
    from += writeSync(file, bytes, from, bytes.byteLength - from, at + from);
}
