/**
 * `parley/testing`: recorded calls as tests of a project's own vitest.
 *
 *     import { test } from 'vitest';
 *     import { testCalls } from 'parley/testing';
 *     await testCalls('calls', test);
 */
import { basename } from 'node:path';
import { bundlesIn, testBundle } from './recordings/replay/test-bundle.ts';

/** vitest's `test`, or anything that takes a name and a body. */
export type Test = (name: string, body: () => Promise<void>) => void;

/** One test for each recorded call in `dir`, which fails with everything that is not as expected. Throws BUNDLE_UNREADABLE if there are none. */
export async function testCalls(dir: string, test: Test): Promise<void> {
  for (const path of await bundlesIn(dir))
    test(basename(path), async () => {
      const { faults } = await testBundle(path);
      if (faults.length > 0) throw new Error(faults.join('\n'));
    });
}
