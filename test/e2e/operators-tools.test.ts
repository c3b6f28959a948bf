/**
 * What operators are given, shown to the tools that will read it: Compose, Prometheus, systemd. Compose and promtool are this machine's
 * or Debian's; no engine is needed to check a file, and none is asked.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../src/base/project-root.ts';
import { ensureDebianRoot, whyNoDebianRoot } from '../../src/lab/local-asterisk/debian-root.ts';
import { isOnPath, runProgram } from '../../src/lab/local-asterisk/run-program.ts';

/** Each answers within a second; the rest is for a busy machine. */
const WITHIN_MS = 30_000;

const TOOLS_ROOT = join(projectRoot(), '.cache/operators-tools');
/** Debian 12 has a Compose of the first kind, which does not know this file's format. */
const TOOLS_SUITE = 'forky';

describe('Compose and Prometheus', () => {
  let missing: string | undefined;
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-operators-'));
    missing = await whyNoDebianRoot(TOOLS_ROOT);
    if (missing !== undefined) return;
    const packages = ['docker-compose', 'prometheus'];
    await ensureDebianRoot({ root: TOOLS_ROOT, suite: TOOLS_SUITE, variant: 'extract', packages }).catch(
      (error: unknown) => (missing = (error as Error).message),
    );
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('find nothing wrong with docker-compose.yml', async (context) => {
    const compose = (await hasCompose())
      ? ['docker', 'compose']
      : [join(TOOLS_ROOT, 'usr/libexec/docker/cli-plugins/docker-compose')];
    if (compose.length === 1 && missing !== undefined)
      context.skip(`docker-compose.yml was parsed only, not read by Compose: ${missing}`);
    await copyFile(join(projectRoot(), 'docker-compose.yml'), join(dir, 'docker-compose.yml'));
    await copyFile(join(projectRoot(), '.env.example'), join(dir, '.env'));
    await writeSecrets();
    const env = { PATH: process.env['PATH'], HOME: dir };
    const command = [...compose, '--project-directory', dir, 'config'];
    const read = parse(await runProgram(command, { env, withinMs: WITHIN_MS })) as {
      services: Record<string, { environment?: Record<string, string | null> }>;
    };
    expect(Object.keys(read.services)).toHaveLength(5);
    // What is in .env.example for others must not stand against the files.
    const { environment = {} } = read.services['parley'] ?? {};
    expect(environment).toMatchObject({ ARI_PASSWORD: '', ARI_PASSWORD_FILE: '/run/secrets/ari-password' });
    expect(JSON.stringify(read)).not.toContain('planted');
  });

  it('find nothing wrong with the rules, and with how Parley is scraped', async (context) => {
    if (missing !== undefined) context.skip(`Prometheus's files were parsed only: ${missing}`);
    const promtool = join(TOOLS_ROOT, 'usr/bin/promtool');
    const config = join(projectRoot(), 'config/prometheus');
    const rules = (await readdir(config)).filter((file) => file !== 'prometheus.yml');
    const check = (...args: string[]) => runProgram([promtool, 'check', ...args], { withinMs: WITHIN_MS });
    expect(await check('config', '--syntax-only', join(config, 'prometheus.yml'))).toContain('SUCCESS');
    for (const file of rules) expect(await check('rules', join(config, file))).toContain('SUCCESS');
  });

  async function writeSecrets(): Promise<void> {
    const { secrets } = parse(await readFile(join(dir, 'docker-compose.yml'), 'utf8')) as {
      secrets: Record<string, { file: string }>;
    };
    await mkdir(join(dir, 'secrets'));
    for (const { file } of Object.values(secrets)) await writeFile(join(dir, file), 'planted');
  }
});

describe('systemd', () => {
  const unit = join(projectRoot(), 'config/systemd/parley.service');
  const said = async (...args: string[]) => {
    const { stdout, stderr } = await promisify(execFile)('systemd-analyze', args, { timeout: WITHIN_MS });
    return { stdout, stderr };
  };

  beforeEach(async (context) => {
    if (!(await isOnPath('systemd-analyze')))
      context.skip('the systemd unit was not verified: there is no systemd-analyze');
  });

  it('finds nothing wrong with the unit', async () => {
    // Where Node is, is this machine's own affair.
    const dir = await mkdtemp(join(tmpdir(), 'parley-unit-'));
    const copy = join(dir, 'parley.service');
    await writeFile(copy, (await readFile(unit, 'utf8')).replaceAll('/usr/bin/node', process.execPath));
    try {
      expect(await said('verify', '--man=no', copy)).toEqual({ stdout: '', stderr: '' });
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('finds little that a Parley gone wrong could do', async () => {
    const { stdout } = await said('security', '--offline=true', '--no-pager', unit);
    const [, exposure = 'none'] = /Overall exposure level for \S+ (\d+\.\d+)/.exec(stdout) ?? [];
    expect(Number(exposure)).toBeLessThanOrEqual(MOST_EXPOSURE);
  });
});

/** Of 10, as systemd counts: Parley needs the network and, as V8 compiles, memory that it may write and run. */
const MOST_EXPOSURE = 1.3;

async function hasCompose(): Promise<boolean> {
  return runProgram(['docker', 'compose', 'version'], { withinMs: WITHIN_MS }).then(
    () => true,
    () => false,
  );
}
