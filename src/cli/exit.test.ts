import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import { exitStatus } from './exit.ts';

describe('the exit status', () => {
  it.each([
    'SETTINGS_INVALID',
    'BOT_PROFILE_INVALID',
    'ARI_REFUSED',
    'CREDENTIALS_INVALID',
    'MEDIA_DIR_UNUSABLE',
    'DATA_DIR_UNUSABLE',
    'MEDIA_MODE_UNAVAILABLE',
    'HTTP_ADDRESS_UNUSABLE',
  ] as const)('says that starting again does not mend %s', (code) => {
    expect(exitStatus(new ParleyError(code, 'Detail.'))).toBe(78);
  });

  it.each(['ARI_UNREACHABLE', 'ARI_FAILED', 'INTERNAL'] as const)('lets %s be tried again', (code) => {
    expect(exitStatus(new ParleyError(code, 'Detail.'))).toBe(1);
    expect(exitStatus(new Error('bug'))).toBe(1);
  });

  it('is heeded by systemd', () => {
    const unit = readFileSync(new URL('../../config/systemd/parley.service', import.meta.url), 'utf8');
    expect(unit).toMatch(/^RestartPreventExitStatus=78$/m);
  });
});
