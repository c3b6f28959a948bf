import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tone } from '../audio/tone.ts';
import { encodeWav } from '../audio/wav.ts';
import { projectRoot } from '../base/project-root.ts';
import { parleyVersion } from '../base/version.ts';
import { startCommand } from '../../test/support/parley-process.ts';
import { parleyProgram } from '../../test/support/program.ts';
import { until } from '../../test/support/until.ts';

/** npm, the compiler and the service, one after another on a busy machine: it bounds a failure, not a success. */
const STARTED_WITHIN_MS = 60_000;

/** Settings in which nothing is wrong; nobody listens at port 1. */
const USABLE = {
  ARI_URL: 'http://127.0.0.1:1',
  ARI_USERNAME: 'parley',
  ARI_PASSWORD: 'x',
  YANDEX_API_KEY: 'x',
  YANDEX_FOLDER_ID: 'x',
  OPENAI_API_KEY: 'x',
  YANDEX_TTS_GRPC_URL: 'grpc://127.0.0.1:1',
  YANDEX_STT_GRPC_URL: 'grpc://127.0.0.1:1',
  YANDEX_TTS_HTTP_URL: 'http://127.0.0.1:1/',
  YANDEX_STT_HTTP_URL: 'http://127.0.0.1:1/',
  OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
  BOTS_DIR: join(projectRoot(), 'config/bots'),
};

describe('the parley command', () => {
  it('refuses to serve with faulty settings: one message, no stack trace, status 78', () => {
    const { status, stderr, stdout } = parley(['serve'], { ARI_PASSWORD: 'hush\nhush' });
    expect(status).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^parley: \d settings are wrong:\n {2}ARI_PASSWORD: [^]*\n {2}ARI_USERNAME: is missing/,
    );
    expect(stderr).not.toMatch(/hush|\n\s+at /);
  });

  it('reads .env, which the environment overrules', () => {
    const { stderr } = parley(['serve'], { HTTP_PORT: 'eighty' }, 'ARI_USERNAME=parley\nHTTP_PORT=81\n');
    expect(stderr).toContain('HTTP_PORT: is "eighty"');
    expect(stderr).not.toContain('ARI_USERNAME');
  });

  it('says as JSON what the doctor found, and ends with status 1 when something is wrong', () => {
    const { status, stdout } = parley(['doctor', '--json'], {});
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, checks: [{ name: 'settings', ok: 'fault' }] });
  });

  it('tells its version', () => {
    const { status, stdout } = parley(['--version'], {});
    expect([status, stdout]).toEqual([0, `${parleyVersion()}\n`]);
  });

  it('names the port that another program has, and ends with status 78: no supervisor starts it for ever', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { status, stderr } = parley(['serve'], { ...USABLE, HTTP_PORT: String(port) });
    other.close();
    expect(stderr).toMatch(new RegExp(`^parley: HTTP_PORT: ${port} is taken by another program.*EADDRINUSE`));
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(78);
  });

  it('names the directory that it cannot write, and ends with status 78', () => {
    const { status, stderr } = parley(['serve'], { ...USABLE, DATA_DIR: '.env/data' });
    expect(stderr).toMatch(/^parley: DATA_DIR: .*\.env\/data cannot be written/);
    expect(status).toBe(78);
  });

  it(
    'stops when it was started by npm, and npm is told to stop',
    { timeout: 2 * STARTED_WITHIN_MS },
    async () => {
      const dir = mkdtempSync(join(tmpdir(), 'parley-cli-'));
      const env = { ...USABLE, DATA_DIR: join(dir, 'data'), MEDIA_DIR: join(dir, 'media'), HTTP_PORT: '0' };
      const npm = startCommand(['npm', '--prefix', projectRoot(), 'start'], dir, { ...env, HOME: dir });
      try {
        await until('it waits for Asterisk', () => npm.printed.includes('ari_not_up'), STARTED_WITHIN_MS);
      } finally {
        await npm.stop();
      }
      expect(npm.printed).toContain('service.stopped');
    },
  );

  it.each([
    ['whom it cannot dial', ['100@pbx', '--say', 'a.wav'], 'DIAL_TARGET_INVALID'],
    ['a file that is not there', ['sip:100@pbx', '--say', 'missing.wav'], 'missing.wav cannot be said'],
    ['no file at all', ['sip:100@pbx'], "required option '--say <file...>' not specified"],
    [
      'an expectation that it does not understand',
      ['sip:100@pbx', '--say', 'a.wav', '--expect', 'p95>1s'],
      'DIAL_EXPECTATION_INVALID',
    ],
    [
      'nothing to barge in with',
      ['sip:100@pbx', '--say', 'a.wav', '--barge-in-after', '500'],
      'needs a second file',
    ],
    [
      'half a call',
      ['sip:100@pbx', '--say', 'a.wav', '--calls', '0.5'],
      'It takes a whole number from 1 on.',
    ],
  ])('does not dial, and ends with status 64, given %s', (_, args, complaint) => {
    const { status, stdout, stderr } = parley(['dial', ...args], {});
    expect(stderr).toContain(complaint);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(status).toBe(64);
  });

  it.each([
    ['whom it cannot call', ['100@pbx'], 'DIAL_TARGET_INVALID'],
    ['lines that are not there', ['sip:100@pbx', '--voice', 'nowhere'], 'question.wav cannot be said'],
    ['half a proxy', ['sip:100@pbx', '--proxy', 'chat=8401'], '--proxy chat=8401 is not like'],
    ['a port that is none', ['sip:100@pbx', '--proxy', 'a=99999,http://b'], 'a=99999,http://b is not like'],
  ])('does not certify, and ends with status 64, given %s', (_, args, complaint) => {
    const { status, stdout, stderr } = parley(['certify', ...args], {});
    expect(stderr).toContain(complaint);
    expect(stdout).toBe('');
    expect(status).toBe(64);
  });

  it.each([
    ['the host is unknown', 'sip:100@nowhere.invalid', []],
    ['the address to call from is not of this machine', 'sip:100@127.0.0.1', ['--from', '192.0.2.1']],
    ['the address to call from is none', 'sip:100@127.0.0.1', ['--from', 'here.invalid']],
  ])('prints what became of each call as one JSON object when %s', (_, target, args) => {
    const dir = mkdtempSync(join(tmpdir(), 'parley-cli-'));
    const file = join(dir, 'a.wav');
    writeFileSync(file, encodeWav(tone(700, 100, 8000)));
    const { status, stdout, stderr } = parley(['dial', target, '--say', file, '--json', ...args], {});
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, calls: [{ failure: { code: 'DIAL_FAILED' } }] });
    expect(status).toBe(1);
  });
});

function parley(args: readonly string[], env: Record<string, string>, dotEnv = '') {
  const cwd = mkdtempSync(join(tmpdir(), 'parley-cli-'));
  writeFileSync(join(cwd, '.env'), dotEnv);
  return spawnSync(process.execPath, [...parleyProgram(), ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
}
