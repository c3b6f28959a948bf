import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Real sockets in real time on shared machines: a stall of a second breaks what nothing is wrong with. Twice running it does not. */
const retry = 1;

/** Calls mostly wait: one file more at once than there are cores does no harm. With two more, packets come late. */
const E2E_FILES_AT_ONCE = Math.max(4, availableParallelism() + 1);

/** Minutes each. What takes long begins first, or everybody waits for it at the end. */
const LONG = ['failing-chat', 'long-speech', 'barge-in', 'killed-in-call', 'failing-recognition', 'silence'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.includes(basename(moduleId, '.test.ts'));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/support/**/*.test.ts', 'test/calls/**/*.test.ts'],
          retry,
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Each file has an Asterisk and ports of its own.
          maxWorkers: E2E_FILES_AT_ONCE,
          retry,
          testTimeout: 90_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
