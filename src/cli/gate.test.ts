import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../base/project-root.ts';
import { runCommand } from '../../test/support/run-command.ts';
import { runParley } from '../../test/support/run-parley.ts';

const CALL = join(projectRoot(), 'test/calls/ordinary-dialogue');
const dir = await mkdtemp(join(tmpdir(), 'parley-gate-command-'));
const other = join(dir, 'shop.yaml');
const profile = (name: string) => join(dir, name, 'default.yaml');

beforeAll(async () => {
  const profiles = {
    slow: 'prompt: You sell flowers.\nendpointing:\n  silenceMs: 2500\n',
    wrong: 'prompt: You sell flowers.\nendpointing: soon\n',
  };
  for (const [name, yaml] of Object.entries(profiles)) {
    await mkdir(join(dir, name));
    await writeFile(profile(name), yaml);
  }
  await writeFile(other, 'prompt: You sell flowers.\n');
  await cp(CALL, join(dir, 'calls/broken'), { recursive: true });
  await writeFile(join(dir, 'calls/broken/call.json'), '{');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it.each([
  ['nothing is worse', 0, () => [CALL, '--against', projectRoot()]],
  ['something is worse', 1, () => [CALL, '--against', profile('slow')]],
  ['no call can be read', 2, () => [join(dir, 'calls'), '--against', projectRoot()]],
  ['there are no calls', 2, () => [join(dir, 'nowhere'), '--against', projectRoot()]],
  ['the profile has a fault', 2, () => [CALL, '--against', profile('wrong')]],
  ['the profile is not there', 2, () => [CALL, '--against', profile('missing')]],
  ['the two profiles are of two bots', 64, () => [CALL, '--old', profile('slow'), '--against', other]],
  ['there is no such branch', 2, () => [CALL, '--against', 'no-such-branch']],
])('ends with its own status where %s', async (_what, status, args) => {
  expect((await runCommand('gate', args())).status).toBe(status);
});

it('ends with 64 where the command line is wrong', async () => {
  const { status, stderr } = await runParley(['gate', CALL, '--against', 'x', '--allow', 'words=many']);
  expect(stderr).toContain('expected one of waitMs=50');
  expect(status).toBe(64);
});
