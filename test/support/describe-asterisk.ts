import { describe } from 'vitest';
import {
  findOrInstallAsterisk,
  type AsteriskInstallation,
} from '../../src/local-asterisk/install-asterisk.ts';

/**
 * A group of tests that need a real Asterisk. Where none can be had they are skipped, and the group's name says why; REQUIRE_ASTERISK=1
 * makes that a failure.
 */
export async function describeAsterisk(
  name: string,
  tests: (installation: AsteriskInstallation) => void,
): Promise<void> {
  const found = await findOrInstallAsterisk();
  if (found.available) {
    describe(`${name} (Asterisk ${found.version})`, () => tests(found));
    return;
  }
  if (process.env['REQUIRE_ASTERISK'] === '1')
    throw new Error(`REQUIRE_ASTERISK=1, but there is no Asterisk: ${found.reason}`);
  describe.skip(`${name} (no Asterisk: ${found.reason})`, () => undefined);
}
