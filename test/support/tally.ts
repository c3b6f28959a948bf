/**
 * Counts what a vitest run came to. Whatever is broken without being a test (a file that does not load, a failed hook, an error
 * that nobody caught) counts as a failure of its own, so that a run with "0 failed" really had nothing wrong.
 */
import { basename } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { TestCase, TestModule } from 'vitest/node';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each failure: where, and what it is. */
  readonly failures: readonly string[];
  /** One line for each test that passed only when it was tried again: where, and what it was the first time. */
  readonly triedAgain: readonly string[];
  /** Why tests were skipped that say so, each reason once. */
  readonly reasonsToSkip: readonly string[];
}

export const nothingRun: Tally = {
  passed: 0,
  failed: 0,
  skipped: 0,
  failures: [],
  triedAgain: [],
  reasonsToSkip: [],
};

/** The tally of one project's run. A project in which no test ran at all is a failure. */
export function tally(project: string, modules: readonly TestModule[]): Tally {
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
      .map((test) => told(test, test.result().errors?.[0])),
  ];
  if (passed + failures.length === 0) failures.push(`${project}: no test ran`);
  const notes = tests
    .map((test) => test.result())
    .flatMap((result) => (result.state === 'skipped' && result.note) || []);
  const triedAgain = tests
    .filter((test) => test.result().state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0)
    .map((test) => {
      const tries = (test.diagnostic()?.retryCount ?? 0) + 1;
      return `${told(test, test.result().errors?.[0])}${tries > 2 ? ` (at try ${tries})` : ''}`;
    });
  const reasonsToSkip = [...new Set(notes)];
  return { passed, failed: failures.length, skipped, failures, triedAgain, reasonsToSkip };
}

/** Errors of no test: each is a failure of its own. */
export function uncaught(errors: readonly unknown[]): Tally {
  const failures = errors.map((error) => `an error that nobody caught: ${firstLine(error)}${during(error)}`);
  return { ...nothingRun, failed: failures.length, failures };
}

export function sum(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
    triedAgain: [...one.triedAgain, ...other.triedAgain],
    reasonsToSkip: [...new Set([...one.reasonsToSkip, ...other.reasonsToSkip])],
  };
}

/** The lines before the last: what passed only when it was tried again, and how much of that there was. */
export function secondTries({ triedAgain }: Pick<Tally, 'triedAgain'>): readonly string[] {
  return [...triedAgain.map((each) => `SECOND TRY ${each}`), `${triedAgain.length} passed at the second try`];
}

/** The last line of a test run, which scripts read. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function told(test: TestCase, error: unknown): string {
  return `${test.module.relativeModuleId} > ${test.fullName}: ${firstLine(error)}${difference(error)}`;
}

/** Of a difference, enough to see what it was. */
const LONGEST_DIFFERENCE = 600;

/** What a message leaves out with an ellipsis: of a test that passes later the runner shows nothing else. */
function difference(error: unknown): string {
  const { message, diff } = Object(error) as { message?: string; diff?: string };
  if (!message?.includes('…') || diff === undefined) return '';
  const lines = stripVTControlCharacters(diff).split('\n');
  // Two lines say which sign is whose.
  const changed = lines
    .filter((line) => /^[-+] (?!Expected$|Received$)/.test(line))
    .map((line) => line.trim());
  return ` (${changed.join(' ').replaceAll(/\s+/g, ' ').slice(0, LONGEST_DIFFERENCE)})`;
}

/** Which file ran then, as the runner notes it in the error, and where in the house it came from: only a guess at who is to blame. */
function during(error: unknown): string {
  const { VITEST_TEST_PATH: file, stack } = Object(error) as { VITEST_TEST_PATH?: string; stack?: string };
  const places = [...String(stack).matchAll(/\/((?:src|test)\/[^\s)]+)/g)].map(([, place]) => place);
  const near = [...new Set(file === undefined ? places : [basename(file), ...places])];
  return near.length === 0 ? '' : ` (near ${near.slice(0, 4).join(', ')})`;
}

function firstLine(error: unknown): string {
  if (error === undefined) return 'did not end';
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message).split('\n', 1)[0] ?? '';
}
