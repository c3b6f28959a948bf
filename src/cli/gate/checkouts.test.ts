import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectRoot } from '../../base/project-root.ts';
import { runParley } from '../../../test/support/run-parley.ts';
import { until } from '../../../test/support/until.ts';
import { Checkouts } from './checkouts.ts';

const run = promisify(execFile);
const FOUND_WITHIN_MS = 30_000;

let dir: string;
let repository: string;

/** A Parley whose build tells where it is, and does not end. */
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-checkouts-'));
  repository = join(dir, 'repository');
  await mkdir(join(repository, 'node_modules'), { recursive: true });
  const files = {
    'package.json': JSON.stringify({ scripts: { build: `pwd > ${dir}/building; sleep 600; true` } }),
    'package-lock.json': '{}',
    'tsconfig.build.json': '{}',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(repository, name), text);
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: repository });
  await git('init', '--quiet');
  await git('add', ...Object.keys(files));
  await git('commit', '--quiet', '-m', 'first');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const worktrees = async (of: string) =>
  (await run('git', ['worktree', 'list', '--porcelain'], { cwd: of })).stdout;

it('ends the build that nobody waits for any more, and removes what it has made', async () => {
  const stop = new AbortController();
  const checkouts = new Checkouts(stop.signal, repository);
  const making = checkouts.of('HEAD');
  making.catch(() => undefined);
  const told = join(dir, 'building');
  await until('it builds', () => existsSync(told), FOUND_WITHIN_MS);
  expect(await worktrees(repository)).toContain('parley-gate-');
  stop.abort(new Error('Enough.'));
  await expect(making).rejects.toThrow('Enough.');
  await checkouts.close();
  expect(await worktrees(repository)).not.toContain('parley-gate-');
  expect(existsSync((await readFile(told, 'utf8')).trim())).toBe(false);
});

it('says what the compiler has said of a branch that does not build', async () => {
  const scripts = { build: 'echo "src/x.ts(1,1): error TS1005"; exit 2' };
  await writeFile(join(repository, 'package.json'), JSON.stringify({ scripts }));
  const checkouts = new Checkouts(new AbortController().signal, repository);
  await expect(checkouts.at(repository)).rejects.toMatchObject({
    code: 'CHECKOUT_UNUSABLE',
    detail: expect.stringContaining('error TS1005') as string,
  });
});

it('leaves nothing behind at Ctrl-C while a branch is checked out', async () => {
  const made = () => readdir(dir).then((names) => names.filter((name) => name.startsWith('parley-gate-')));
  const isThere = async () => (await made()).some((name) => existsSync(join(dir, name, 'checkout/src')));
  const interruptWhen = until('there is a checkout', isThere, FOUND_WITHIN_MS);
  const args = ['gate', join(projectRoot(), 'test/calls/slow-model'), '--against', 'HEAD'];
  const { status, stdout, stderr } = await runParley(args, { env: { TMPDIR: dir }, interruptWhen });
  expect(stderr).toContain('GATE_INTERRUPTED');
  expect({ status, stdout, made: await made() }).toEqual({ status: 2, stdout: '', made: [] });
  expect(await worktrees(projectRoot())).not.toContain(dir);
});
