import { defineConfig } from 'vitest/config';

/** Real sockets in real time on shared machines: a stall of a second breaks what nothing is wrong with. Twice running it does not. */
const retry = 1;

export default defineConfig({
  test: {
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
          // Calls run in real time and mostly wait: each file has an Asterisk and ports of its own, and a core for a few of them suffices.
          maxWorkers: 4,
          retry,
          testTimeout: 90_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
