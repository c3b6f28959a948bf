/** A suite of calls, run on the stand-in Asterisk and on a real one: what a caller hears there must be the same. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { describeTelephonies, describeTelephoniesSideBySide, whyMissing } from './describe-telephonies.ts';
import type { TelephonyKind } from './telephony.ts';
import { until } from './until.ts';
import { startWorld } from './world.ts';
import type { World, WorldOptions } from './world.ts';

/** How the audio travels. */
const MODES = ['file', 'stream'] as const;
export type MediaMode = (typeof MODES)[number];

export interface Suite {
  readonly kind: TelephonyKind;
  readonly mode: MediaMode;
  /** Of the suite that runs; only to be read inside a test. */
  readonly world: World;
}

export interface CallsOptions extends Omit<WorldOptions, 'kind'> {
  readonly kinds?: readonly TelephonyKind[] | undefined;
  readonly modes?: readonly MediaMode[];
  /**
   * Every telephony in every mode, if not given. Diagonal: each telephony once, the stand-in with files and the others with streams;
   * for what happens above the line, which either shows, and which would only be waited for once more.
   */
  readonly matrix?: 'full' | 'diagonal';
  /** Side by side, if not given; one by one where a test keeps the process busy. */
  readonly telephonies?: 'side by side' | 'one by one';
}

/** After each test nothing may be left: no channel, bridge, recording or file, and no call that the service still thinks is live. */
export function describeCalls(name: string, options: CallsOptions, tests: (suite: Suite) => void): void {
  const { kinds, modes = MODES, matrix = 'full', ...rest } = options;
  if (matrix === 'diagonal') {
    describeWorlds(name, (kind) => (kind === 'simulator' ? 'file' : 'stream'), { ...rest, kinds }, tests);
    return;
  }
  for (const mode of modes) {
    // Twilio streams.
    const those = mode === 'file' ? kinds?.filter((kind) => kind !== 'twilio') : kinds;
    if (those?.length !== 0)
      describeWorlds(`${name} in ${mode} mode`, () => mode, { ...rest, kinds: those }, tests);
  }
}

function describeWorlds(
  name: string,
  modeOf: (kind: TelephonyKind) => MediaMode,
  { kinds, telephonies, ...options }: CallsOptions,
  tests: (suite: Suite) => void,
): void {
  const describeEach = telephonies === 'one by one' ? describeTelephonies : describeTelephoniesSideBySide;
  describeEach(
    name,
    (kind) => {
      const mode = modeOf(kind);
      const env = { MEDIA_MODE: mode, ...options.env };
      let world: World | undefined;

      beforeAll(async () => {
        if ((await whyMissing(kind)) === undefined) world = await startWorld({ ...options, env, kind });
      });
      afterEach(async () => {
        if (!world) return;
        await world.hangupAll();
        world.speech.faults.clear();
        world.chat.heal();
        const { telephony, service } = world;
        expect(await telephony.leftovers()).toEqual(NOTHING);
        expect(telephony.twilio?.protocolFaults ?? []).toEqual([]);
        await until('no call is live', () => service.activeCalls === 0);
      });
      afterAll(() => world?.stop());

      tests({
        kind,
        mode,
        get world() {
          if (!world) throw new Error('the world is there only inside a test');
          return world;
        },
      });
    },
    kinds,
  );
}
