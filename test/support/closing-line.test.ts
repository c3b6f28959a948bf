import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/base/project-root.ts';

const PASSES = `import { expect, it } from 'vitest'; it('adds', () => expect(1 + 1).toBe(2));`;
const FAILS = `import { expect, it } from 'vitest'; it('adds', () => expect(1 + 1).toBe(3));`;
const PASSES_LATER = `import { expect, it } from 'vitest'; let tries = 0;
  it('adds', { retry: 1 }, () => { tries++; expect(tries).toBe(2); });`;
const SKIPS = `import { it } from 'vitest'; it.skip('adds', () => undefined);`;
const NEEDS_ASTERISK = `import { beforeEach, it } from 'vitest';
  import { doWithoutAsterisk } from '${join(projectRoot(), 'test/support/without-asterisk.ts')}';
  beforeEach((context) => doWithoutAsterisk(context, 'this is no Debian')); it('calls', () => undefined);`;
const DOES_NOT_LOAD = `import './nowhere.ts';`;
const HOOK_FAILS = `import { beforeAll, describe, it } from 'vitest';
  describe('sums', () => { beforeAll(() => { throw new Error('no'); }); it('adds', () => undefined); });`;
const REJECTS_UNHEARD = `import { it } from 'vitest';
  it('adds', async () => { void Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 20)); });`;

const CONFIG = `export default { test: { projects: ['unit', 'e2e'].map((name) => (
  { test: { name, include: [name + '/*.test.ts'] } })) } };`;

describe('the last line of npm test', { timeout: 60_000 }, () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'parley-run-'));
    symlinkSync(join(projectRoot(), 'node_modules'), join(directory, 'node_modules'));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(directory, 'vitest.config.js'), CONFIG);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function runSuites(files: Readonly<Record<string, string>>, requireAsterisk: '0' | '1' = '0') {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    const script = join(projectRoot(), 'test/run.ts');
    const { VITEST: _, ...env } = process.env;
    const { status, stdout } = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
      cwd: directory,
      env: { ...env, NO_COLOR: '1', REQUIRE_ASTERISK: requireAsterisk },
      encoding: 'utf8',
    });
    return { status, lastLine: stdout.trimEnd().split('\n').at(-1), stdout };
  }

  it('counts what passed in all suites', () => {
    const run = runSuites({ 'unit/a.test.ts': PASSES, 'e2e/b.test.ts': PASSES, 'e2e/c.test.ts': SKIPS });
    expect(run).toMatchObject({ status: 0, lastLine: '2 passed, 0 failed, 1 skipped' });
    expect(run.stdout).toMatch(/\nSLOW +\d+\.\d s (unit|e2e)\/.*\n(SLOW .*\n)*\d+ % of \d+ cores used\n/);
  });

  it('and the exit status tell of whatever went wrong, one by one', () => {
    const run = runSuites({
      'unit/a.test.ts': PASSES,
      'e2e/b.test.ts': FAILS,
      'e2e/c.test.ts': DOES_NOT_LOAD,
      'e2e/d.test.ts': HOOK_FAILS,
      'e2e/e.test.ts': REJECTS_UNHEARD,
    });
    // The one who rejects has passed: the error that nobody caught is a failure of its own. What a hook has failed for is skipped.
    expect(run).toMatchObject({ status: 1, lastLine: '2 passed, 4 failed, 1 skipped' });
    expect(run.stdout).toMatch(/FAILED .*b\.test\.ts > adds/);
    for (const complaint of ['did not load', 'a hook failed', 'nobody caught: lost (near e.test.ts'])
      expect(run.stdout).toContain(complaint);
  });

  it('comes after one that says why nothing ran on a real Asterisk', () => {
    const run = runSuites({
      'unit/a.test.ts': PASSES,
      'e2e/b.test.ts': NEEDS_ASTERISK,
      'e2e/c.test.ts': PASSES,
    });
    expect(run).toMatchObject({ status: 0, lastLine: '2 passed, 0 failed, 1 skipped' });
    expect(run.stdout).toContain('\nSKIPPED no real Asterisk: this is no Debian\n');
  });

  it('counts a failure where a real Asterisk is required and there is none', () => {
    const run = runSuites({ 'unit/a.test.ts': PASSES, 'e2e/b.test.ts': NEEDS_ASTERISK }, '1');
    expect(run).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed' });
    expect(run.stdout).toContain('this is no Debian');
  });

  it('comes after those that say what passed only at the second try or later, and why the first one failed', () => {
    const later = PASSES_LATER.replace('retry: 1', 'retry: 2').replace('toBe(2)', 'toBe(3)');
    const whoAsks = (tries: string) =>
      `[{ tries${tries}, who: 'a caller', what: 'a question', when: 'today' }]`;
    const objects = PASSES_LATER.replace(
      'expect(tries).toBe(2)',
      `expect(${whoAsks('')}).toEqual(${whoAsks(': 2')})`,
    );
    const run = runSuites({
      'unit/a.test.ts': PASSES,
      'e2e/b.test.ts': PASSES_LATER,
      'e2e/c.test.ts': later,
      'e2e/d.test.ts': objects,
    });
    expect(run).toMatchObject({ status: 0, lastLine: '4 passed, 0 failed' });
    expect(run.stdout).toMatch(/\nSECOND TRY e2e\/b\.test\.ts > adds: expected 1 to be 2(?!.*at try)/);
    expect(run.stdout).toMatch(/\nSECOND TRY e2e\/c\.test\.ts > adds: expected 1 to be 3.* \(at try 3\)\n/);
    // A message leaves out what is in an object.
    expect(run.stdout).toMatch(
      /\nSECOND TRY e2e\/d\.test\.ts > adds: expected .*….* \(- "tries": 2, \+ "tries": 1,\)\n/,
    );
    expect(run.stdout).toMatch(/\n3 passed at the second try\n4 passed, 0 failed\n$/);
  });

  it('is a failure when a suite ran no test', () => {
    const run = runSuites({ 'unit/a.test.ts': PASSES });
    expect(run).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed' });
  });
});
