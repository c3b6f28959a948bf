/** A suite of calls, run on the stand-in Asterisk and on a real one: what a caller hears there must be the same. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { NOTHING } from '../../src/local-asterisk/leftovers.ts';
import { describeTelephonies, whyMissing } from './describe-telephonies.ts';
import type { TelephonyKind } from './telephony.ts';
import { until } from './until.ts';
import { startWorld } from './world.ts';
import type { World, WorldOptions } from './world.ts';

export interface Suite {
  readonly kind: TelephonyKind;
  /** Of the suite that runs; only to be read inside a test. */
  readonly world: World;
}

/** After each test nothing may be left: no channel, bridge, recording or file, and no call that the service still thinks is live. */
export function describeCalls(
  name: string,
  options: Omit<WorldOptions, 'kind'>,
  tests: (suite: Suite) => void,
  kinds?: readonly TelephonyKind[],
): void {
  describeTelephonies(
    name,
    (kind) => {
      let world: World | undefined;

      beforeAll(async () => {
        if ((await whyMissing(kind)) === undefined) world = await startWorld({ ...options, kind });
      });
      afterEach(async () => {
        if (!world) return;
        await world.hangupAll();
        world.speech.faults.clear();
        world.chat.heal();
        const { telephony, service } = world;
        expect(await telephony.leftovers()).toEqual(NOTHING);
        await until('no call is live', () => service.activeCalls === 0);
      });
      afterAll(() => world?.stop());

      tests({
        kind,
        get world() {
          if (!world) throw new Error('the world is there only inside a test');
          return world;
        },
      });
    },
    kinds,
  );
}
