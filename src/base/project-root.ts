import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The directory that holds package.json, and with it proto/, sounds/ and config/. The same from `src/` (tsx) and from `dist/src/`
 * (compiled), because it is searched upward from this module or from `startUrl`, a file URL. Throws an Error if there is none.
 */
export function projectRoot(startUrl: string = import.meta.url): string {
  const start = dirname(fileURLToPath(startUrl));
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json'))) return directory;
    if (directory === dirname(directory)) throw new Error(`No package.json above ${start}.`);
  }
}
