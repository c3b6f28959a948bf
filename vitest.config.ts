import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/support/**/*.test.ts'],
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Calls run in real time and mostly wait: each file has an Asterisk and ports of its own, and a core for a few of them suffices.
          maxWorkers: 4,
          // Real time on a shared machine: a stall of a second breaks a call that nothing is wrong with. Twice running it does not.
          retry: 1,
          testTimeout: 90_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
