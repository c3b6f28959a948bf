import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What the process holds on to, bytes: what is only waiting to be collected is collected first, and does not count. */
export function keptBytes(): number {
  collectGarbage();
  // The memory of buffers is given back by a thread of its own; the next collection waits for it.
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
