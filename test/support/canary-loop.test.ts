/** The canary's loop must outlive whatever the calls do, and its file's age must tell the truth. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectRoot } from '../../src/base/project-root.ts';
import { until } from './until.ts';

const SCRIPT = join(projectRoot(), 'config/canary/every-ten-minutes.sh');

let dir: string;
let loop: ChildProcess | undefined;

beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'parley-canary-'))));
afterEach(async () => {
  if (loop?.exitCode === null && loop.signalCode === null) {
    loop.kill('SIGKILL');
    await once(loop, 'exit');
  }
  await rm(dir, { recursive: true });
});

const good = () => join(dir, 'good');
const calls = async () => (await readFile(join(dir, 'calls'), 'utf8').catch(() => '')).length;

/** Each call leaves a character behind, and then does what `then` says. */
function begin(then: string, more: Readonly<Record<string, string>> = {}): void {
  const command = ['sh', '-c', `printf x >> ${dir}/calls; ${then}`];
  loop = spawn('sh', [SCRIPT, good(), ...command], {
    env: {
      PATH: process.env['PATH'],
      EVERY_SECONDS: '0.05',
      AGAIN_SECONDS: '0.05',
      CALL_SECONDS: '0.2',
      ...more,
    },
    stdio: 'ignore',
  });
}

it('goes on calling after calls that fail, and does not say that they went well', async () => {
  begin('exit 1');
  await until('three calls', async () => (await calls()) >= 3);
  expect(existsSync(good())).toBe(false);
});

it('ends a call that hangs, and makes the next one', async () => {
  begin('exec sleep 60');
  await until('two calls', async () => (await calls()) >= 2);
  expect(existsSync(good())).toBe(false);
});

it('calls again soon after a call that failed, twice, and then as seldom as ever', async () => {
  begin('exit 1', { EVERY_SECONDS: '60' });
  await until('three calls', async () => (await calls()) === 3);
  // As many times the short pause as a fourth call would need.
  await sleep(500);
  expect(await calls()).toBe(3);
});

it('does not call again soon after a call that went well', async () => {
  begin('exit 0', { EVERY_SECONDS: '60' });
  await until('the file is there', () => existsSync(good()));
  await sleep(500);
  expect(await calls()).toBe(1);
});

it('says when a call went well', async () => {
  begin('exit 0');
  await until('the file is there', () => existsSync(good()));
});

it('hands a password over that it is given as a file', async () => {
  const file = join(dir, 'password');
  await writeFile(file, 'a word; "two"\n');
  begin(`[ "$DIAL_PASSWORD" = 'a word; "two"' ]`, { DIAL_PASSWORD_FILE: file });
  await until('the file is there', () => existsSync(good()));
});

it('stops at once when it is told to, also within a call', async () => {
  begin('exec sleep 60');
  await until('a call', async () => (await calls()) === 1);
  loop?.kill('SIGTERM');
  const [status] = (await once(loop as ChildProcess, 'exit')) as [number | null];
  expect(status).toBe(0);
});
