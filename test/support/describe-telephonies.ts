import { beforeEach, describe } from 'vitest';
import { findOrInstallAsterisk } from '../../src/lab/local-asterisk/install-asterisk.ts';
import { TELEPHONIES } from './telephony.ts';
import type { TelephonyKind } from './telephony.ts';
import { doWithoutAsterisk } from './without-asterisk.ts';

/** A suite once for each telephony. Without a real Asterisk its half is skipped, and says why. */
export function describeTelephonies(
  name: string,
  tests: (kind: TelephonyKind) => void,
  kinds: readonly TelephonyKind[] = TELEPHONIES,
): void {
  describe.each(kinds)(`${name} (%s)`, (kind) => {
    beforeEach(async (context) => {
      const reason = await whyMissing(kind);
      if (reason !== undefined) doWithoutAsterisk(context, reason);
    });
    tests(kind);
  });
}

/** Why this telephony cannot be had on this machine. */
export async function whyMissing(kind: TelephonyKind): Promise<string | undefined> {
  const found = kind === 'asterisk' ? await findOrInstallAsterisk() : undefined;
  return found && !found.available ? found.reason : undefined;
}
