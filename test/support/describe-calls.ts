/** A suite of calls, run on a real Asterisk and wherever else what a caller hears must be the same. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { describeOneByOne, describeSideBySide, whyMissing } from './describe-telephonies.ts';
import { TELEPHONIES } from './telephony.ts';
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
   * Real, if not given: the real Asterisk in every mode, and Twilio streaming; its stand-in only where `kinds` names nothing real.
   * Full: the stand-in for Asterisk as well, so that it cannot drift from the real thing; for suites that go through all that it can.
   * Diagonal: each telephony once, the stand-in with files and the others with streams; for what happens above the line, which any
   * of them shows, and which would only be waited for once more.
   */
  readonly matrix?: 'real' | 'full' | 'diagonal';
  /** Side by side, if not given; one by one where a test keeps the process busy. */
  readonly worlds?: 'side by side' | 'one by one';
}

/** A telephony and how audio travels there. */
type Cell = readonly [kind: TelephonyKind, mode: MediaMode];

/** After each test nothing may be left: no channel, bridge, recording or file, and no call that the service still thinks is live. */
export function describeCalls(name: string, options: CallsOptions, tests: (suite: Suite) => void): void {
  const { kinds = TELEPHONIES, modes = MODES, matrix = 'real', worlds, ...rest } = options;
  const groups = groupsOf(kinds, modes, matrix);
  const describeEach = worlds === 'one by one' ? describeOneByOne : describeSideBySide;
  for (const cells of groups) {
    const [only] = new Set(cells.map(([, mode]) => mode)).size === 1 ? cells : [];
    describeEach(
      only ? `${name} in ${only[1]} mode` : name,
      cells.map(([kind, mode]) => ({ kind, name: only ? kind : `${kind} in ${mode} mode`, mode })),
      ({ kind, mode }) => describeWorld(kind, mode, rest, tests),
    );
  }
}

/** What runs side by side, group after group: no more worlds at once than there are telephonies. */
function groupsOf(
  kinds: readonly TelephonyKind[],
  modes: readonly MediaMode[],
  matrix: NonNullable<CallsOptions['matrix']>,
): readonly (readonly Cell[])[] {
  if (matrix === 'diagonal') return [kinds.map((kind) => [kind, kind === 'simulator' ? 'file' : 'stream'])];
  // Twilio streams.
  const inMode = (mode: MediaMode, those: readonly TelephonyKind[]) =>
    those.filter((kind) => mode === 'stream' || kind !== 'twilio').map((kind): Cell => [kind, mode]);
  if (matrix === 'full') return modes.map((mode) => inMode(mode, kinds)).filter((cells) => cells.length > 0);
  const real = kinds.filter((kind) => kind !== 'simulator');
  return [modes.flatMap((mode) => inMode(mode, real.length > 0 ? real : kinds))];
}

function describeWorld(
  kind: TelephonyKind,
  mode: MediaMode,
  options: Omit<WorldOptions, 'kind'>,
  tests: (suite: Suite) => void,
): void {
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
}
