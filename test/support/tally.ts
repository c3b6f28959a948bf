/**
 * Counts what a vitest run came to. Whatever is broken without being a test (a file that does not load, a failed hook, an error
 * that nobody caught) counts as a failure of its own, so that a run with "0 failed" really had nothing wrong.
 */
import type { TestModule } from 'vitest/node';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each failure: where, and what it is. */
  readonly failures: readonly string[];
  /** Why tests were skipped that say so, each reason once. */
  readonly reasonsToSkip: readonly string[];
}

export const nothingRun: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], reasonsToSkip: [] };

/** The tally of one project's run. A project in which no test ran at all is a failure. */
export function tally(
  project: string,
  modules: readonly TestModule[],
  unhandledErrors: readonly unknown[],
): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const passed = tests.filter((test) => test.result().state === 'passed').length;
  const skipped = tests.filter((test) => test.result().state === 'skipped').length;
  const failures = [
    ...modules
      .filter((module) => module.errors().length > 0)
      .map((module) => `${module.relativeModuleId}: did not load`),
    ...modules
      .flatMap((module) => [...module.children.allSuites()])
      .filter((suite) => suite.errors().length > 0)
      .map((suite) => `${suite.module.relativeModuleId} > ${suite.fullName}: a hook failed`),
    ...tests
      .filter((test) => ['failed', 'pending'].includes(test.result().state))
      .map(
        (test) =>
          `${test.module.relativeModuleId} > ${test.fullName}: ${firstLine(test.result().errors?.[0])}`,
      ),
    ...unhandledErrors.map((error) => `${project}: an error that nobody caught: ${firstLine(error)}`),
  ];
  if (passed + failures.length === 0) failures.push(`${project}: no test ran`);
  const notes = tests
    .map((test) => test.result())
    .flatMap((result) => (result.state === 'skipped' && result.note) || []);
  return { passed, failed: failures.length, skipped, failures, reasonsToSkip: [...new Set(notes)] };
}

export function sum(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
    reasonsToSkip: [...new Set([...one.reasonsToSkip, ...other.reasonsToSkip])],
  };
}

/** The last line of a test run, which scripts read. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function firstLine(error: unknown): string {
  if (error === undefined) return 'did not end';
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message).split('\n', 1)[0] ?? '';
}
