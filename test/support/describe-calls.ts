/** A suite of calls, run on the stand-in Asterisk and on a real one: what a caller hears there must be the same. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { findOrInstallAsterisk } from '../../src/local-asterisk/install-asterisk.ts';
import { NOTHING } from '../../src/local-asterisk/leftovers.ts';
import { TELEPHONIES } from './telephony.ts';
import { doWithoutAsterisk } from './without-asterisk.ts';
import { startWorld } from './world.ts';
import type { World, WorldOptions } from './world.ts';

export interface Suite {
  /** Of the suite that runs; only to be read inside a test. */
  readonly world: World;
}

/** After each test nothing may be left: no channel, bridge, recording or file, and no call that the service still thinks is live. */
export function describeCalls(
  name: string,
  options: Omit<WorldOptions, 'kind'>,
  tests: (suite: Suite) => void,
): void {
  describe.each(TELEPHONIES)(`${name} (%s)`, (kind) => {
    let world: World | undefined;
    let missing: string | undefined;

    beforeAll(async () => {
      const found = kind === 'asterisk' ? await findOrInstallAsterisk() : undefined;
      if (found && !found.available) missing = found.reason;
      else world = await startWorld({ ...options, kind });
    });
    beforeEach((context) => {
      if (missing !== undefined) doWithoutAsterisk(context, missing);
    });
    afterEach(async () => {
      if (!world) return;
      await world.hangupAll();
      world.speech.faults.clear();
      world.chat.heal();
      expect(await world.telephony.leftovers()).toEqual(NOTHING);
      await expect.poll(() => world?.service.activeCalls).toBe(0);
    });
    afterAll(() => world?.stop());

    tests({
      get world() {
        if (!world) throw new Error('the world is there only inside a test');
        return world;
      },
    });
  });
}
