import { openSync, closeSync } from 'node:fs';
import { expect, it } from 'vitest';
import { freeFiles } from './open-files.ts';

it.runIf(process.platform === 'linux')('counts every file that is open', () => {
  const before = freeFiles();
  const files = Array.from({ length: 10 }, () => openSync('/dev/null', 'r'));
  expect(before - freeFiles()).toBe(10);
  for (const file of files) closeSync(file);
  expect(freeFiles()).toBe(before);
});
