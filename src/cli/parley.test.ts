import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('parley.ts', import.meta.url));
const tsx = import.meta.resolve('tsx');

describe('the parley command', () => {
  it('refuses to serve with faulty settings: one message, no stack trace, status 78', () => {
    const { status, stderr, stdout } = parley(['serve'], { ARI_PASSWORD: 'hush\nhush' });
    expect(status).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^parley: \d settings are wrong:\n {2}ARI_USERNAME: is missing/);
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
});

function parley(args: readonly string[], env: Record<string, string>, dotEnv = '') {
  const cwd = mkdtempSync(join(tmpdir(), 'parley-cli-'));
  writeFileSync(join(cwd, '.env'), dotEnv);
  return spawnSync(process.execPath, ['--import', tsx, command, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
    timeout: 10_000,
  });
}
