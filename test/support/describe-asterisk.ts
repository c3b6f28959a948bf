import { describe, it } from 'vitest';
import {
  findOrInstallAsterisk,
  type AsteriskInstallation,
} from '../../src/lab/local-asterisk/install-asterisk.ts';
import { doWithoutAsterisk } from './without-asterisk.ts';

/** A suite that is about Asterisk itself, or a phone at it; where none can be had there is one test, which says why. */
export async function describeAsterisk(
  name: string,
  tests: (installation: AsteriskInstallation) => void,
): Promise<void> {
  const found = await findOrInstallAsterisk();
  describe(name, () => {
    if (found.available) tests(found);
    else it('needs a real Asterisk', (context) => doWithoutAsterisk(context, found.reason));
  });
}
