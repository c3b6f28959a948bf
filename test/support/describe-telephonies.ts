import { beforeEach, describe } from 'vitest';
import { findOrInstallAsterisk } from '../../src/lab/local-asterisk/install-asterisk.ts';
import { TELEPHONIES } from './telephony.ts';
import type { TelephonyKind } from './telephony.ts';
import { doWithoutAsterisk } from './without-asterisk.ts';

/** A suite once for each telephony, one after another. Without a real Asterisk its half is skipped, and says why. */
export function describeTelephonies(
  name: string,
  tests: (kind: TelephonyKind) => void,
  kinds: readonly TelephonyKind[] = TELEPHONIES,
): void {
  describeOneByOne(
    name,
    kinds.map((kind) => ({ kind, name: kind })),
    ({ kind }) => tests(kind),
  );
}

/** A suite on the real Asterisk alone: of a process that starts, dies or runs dry, which is long waited for and looks the same to any telephone. */
export function describeRealTelephony(name: string, tests: (kind: TelephonyKind) => void): void {
  describeTelephonies(name, tests, ['asterisk']);
}

/** Where a suite runs, and how its tests call that. */
interface Place {
  readonly kind: TelephonyKind;
  readonly name: string;
}

/** A suite once for each place, one after another. */
export function describeOneByOne<Given extends Place>(
  name: string,
  places: readonly Given[],
  tests: (place: Given) => void,
): void {
  for (const place of places)
    describe(`${name} (${place.name})`, () => onlyWhereThereIs(place.kind, () => tests(place)));
}

/**
 * A suite once for each place, side by side, for suites that mostly wait: each world is of its own, and within it one test follows
 * another. All share a process, so nothing in them may keep it busy or change what belongs to it.
 */
export function describeSideBySide<Given extends Place>(
  name: string,
  places: readonly Given[],
  tests: (place: Given) => void,
): void {
  // A suite around them: without it their neighbours in the file would run beside them as well.
  describe(name, () => {
    for (const place of places)
      describe.concurrent(`(${place.name})`, () => {
        describe.sequential('calls', () => onlyWhereThereIs(place.kind, () => tests(place)));
      });
  });
}

function onlyWhereThereIs(kind: TelephonyKind, tests: () => void): void {
  beforeEach(async (context) => {
    const reason = await whyMissing(kind);
    if (reason !== undefined) doWithoutAsterisk(context, reason);
  });
  tests();
}

/** Why this telephony cannot be had on this machine. */
export async function whyMissing(kind: TelephonyKind): Promise<string | undefined> {
  const found = kind === 'asterisk' ? await findOrInstallAsterisk() : undefined;
  return found && !found.available ? found.reason : undefined;
}
