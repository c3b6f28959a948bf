import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../base/project-root.ts';
import { readProfile } from '../config/profile-file.ts';
import { runCommand } from '../../test/support/run-command.ts';
import { runParley } from '../../test/support/run-parley.ts';

const CALL = join(projectRoot(), 'test/calls/slow-model');
const QUICK = ['--only', 'fillers', '--combinations', '0'];
const dir = await mkdtemp(join(tmpdir(), 'parley-tune-command-'));
const file = (name: string) => join(dir, name);

/** A call of which something is not as it should be. */
async function changed(name: string, change: (json: string) => string): Promise<void> {
  const path = join(dir, 'calls', name);
  await cp(CALL, path, { recursive: true });
  await writeFile(join(path, 'call.json'), change(await readFile(join(path, 'call.json'), 'utf8')));
}

beforeAll(async () => {
  await changed('good', (json) => json);
  await changed('cut-short', (json) => json.slice(0, 2000));
  await changed('of-a-later-parley', (json) => json.replace(/"version": ?\d+/, '"version": 99'));
  await changed('of-somebody-else', (json) => json.replace('parley-call', 'other-call'));
  await mkdir(join(dir, 'calls/empty'));
  await writeFile(join(dir, 'calls/junk.parley.zip'), 'no zip');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it('refuses a row that nothing is written of, and one that there is not', async () => {
  const unwritten = await runParley(['tune', CALL, '--row', '1']);
  expect(unwritten).toMatchObject({ status: 64, stdout: '' });
  expect(unwritten.stderr).toContain('--row 1 is a row to be written: name the profile with --write FILE.');
  const missing = await runCommand('tune', [CALL, ...QUICK, '--row', '99', '--write', file('missing.yaml')]);
  expect(missing.status).toBe(64);
  expect(existsSync(file('missing.yaml'))).toBe(false);
});

it('writes the row that it was told, as a profile that loads', async () => {
  const { status, stdout } = await runCommand('tune', [
    CALL,
    ...QUICK,
    '--row',
    '1',
    '--write',
    file('a.yaml'),
  ]);
  expect(stdout).toContain(`Written: ${file('a.yaml')}`);
  expect(status).toBe(0);
  const setting = /^ 1 +fillers\.(\w+)=(\S+)/m.exec(stdout);
  const read = readProfile('a', await readFile(file('a.yaml'), 'utf8'));
  if ('faults' in read) throw new Error(read.faults.join());
  const written = new Map<string, unknown>(Object.entries(read.profile.fillers));
  expect(String(written.get(setting?.[1] ?? ''))).toBe(setting?.[2]);
});

it('says that nothing is better, and writes nothing', async () => {
  const { status, stdout } = await runCommand('tune', [CALL, ...QUICK, '--write', file('best.yaml')]);
  expect(stdout).toMatch(/Of one call nobody can tell.*\nNothing was written\.\n$/);
  expect(status).toBe(1);
  expect(existsSync(file('best.yaml'))).toBe(false);
});

it('says before its search that what it is to write into is no profile', async () => {
  await writeFile(file('wrong.yaml'), 'prompt: You sell flowers.\nendpointing: soon\n');
  const { status, stdout, stderr } = await runCommand('tune', [CALL, '--write', file('wrong.yaml')]);
  expect(stderr).toContain('BOT_PROFILE_INVALID');
  expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
});

it('names each call that it cannot use, and why, and tunes by the rest', async () => {
  const { status, stdout } = await runCommand('tune', [join(dir, 'calls'), join(dir, 'nowhere'), ...QUICK]);
  expect(status).toBe(0);
  expect(stdout).toContain('default: 1 calls, 0 of them held out');
  const because = (name: string) => new RegExp(`^Left out: .*${name}: (.*)$`, 'm').exec(stdout)?.[1];
  expect(because('cut-short')).toMatch(/call\.json/);
  expect(because('of-a-later-parley')).toMatch(/\[BUNDLE_NEWER\]/);
  expect(because('of-somebody-else')).toMatch(/\[BUNDLE_\w+\]/);
  expect(because('empty')).toMatch(/\[BUNDLE_\w+\]/);
  expect(because('junk.parley.zip')).toMatch(/\[BUNDLE_\w+\]/);
  expect(because('nowhere')).toMatch(/holds no recorded calls/);
});
