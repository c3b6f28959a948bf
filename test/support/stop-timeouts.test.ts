/** Whoever stops Parley from outside must give callers the time that Parley gives them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../src/base/project-root.ts';
import { SETTINGS, isSecret, settingNames } from '../../src/config/settings-table.ts';

const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8');

/** For goodbyes, and for ending everything. */
const PARTING_SECONDS = 15;
const DRAIN_SECONDS = Number(SETTINGS.DRAIN_SECONDS.otherwise.value);

describe('the stop time-out', () => {
  const unit = read('config/systemd/parley.service');

  it('of docker compose is longer than DRAIN_SECONDS', () => {
    const compose = parse(read('docker-compose.yml')) as {
      services: { parley: { stop_grace_period: string } };
    };
    const [, seconds] = /^(\d+)s$/.exec(compose.services.parley.stop_grace_period) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(DRAIN_SECONDS + PARTING_SECONDS);
  });

  it('of systemd is longer than DRAIN_SECONDS', () => {
    const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(DRAIN_SECONDS + PARTING_SECONDS);
  });
});

describe('the systemd unit', () => {
  const unit = read('config/systemd/parley.service');

  it('hands every secret over as a file, and gives each a name that is one', () => {
    const handed = [...unit.matchAll(/^Environment=([A-Z_]+)_FILE=%d\/(.+)$/gm)];
    expect(handed.length).toBeGreaterThan(0);
    for (const [, name = '', file = ''] of handed) {
      expect(settingNames().filter(isSecret)).toContain(name);
      expect(unit).toContain(`LoadCredential=${file}:/etc/parley/secrets/${file}\n`);
    }
  });
});
