/** What befalls a fleet in the middle of its calls, and how it is well again afterwards. */
import { until } from '../../support/until.ts';
import { pauseMs } from '../stand.ts';
import { NAMES } from './fleet.ts';
import type { DaemonName, FaultyFleet } from './fleet.ts';

export interface FleetFault {
  readonly name: string;
  /** Whose callers go on elsewhere, with a word about it. */
  readonly befalls: readonly DaemonName[];
  /** Happens at once, and is over when it resolves. */
  strike(fleet: FaultyFleet): Promise<void>;
  /** All daemons are up and in the fleet. */
  mend(fleet: FaultyFleet): Promise<void>;
}

/** Longer than a lease, ms: its calls are another daemon's when it wakes up. */
const STANDS_STILL_MS = 8_000;
const AWAY_MS = 5_000;
const CUT_OFF_MS = 8_000;
const WELL_WITHIN_MS = 60_000;
const NOT_READY: Awaited<ReturnType<FaultyFleet['readyz']>> = { ready: false };

async function well(fleet: FaultyFleet): Promise<void> {
  for (const name of NAMES)
    await until(
      `${name} is in the fleet and has Asterisk`,
      async () => {
        const { ready, degraded = [] } = await fleet.readyz(name).catch(() => NOT_READY);
        return ready && degraded.length === 0;
      },
      WELL_WITHIN_MS,
    );
}

export const FLEET_FAULTS: readonly FleetFault[] = [
  { name: 'nothing', befalls: [], strike: async () => undefined, mend: well },
  {
    name: 'kill -9',
    befalls: ['a'],
    strike: async ({ daemon }) => daemon('a').signal('SIGKILL'),
    mend: async (fleet) => {
      await fleet.startAgain('a');
      await well(fleet);
    },
  },
  {
    name: 'SIGSTOP',
    befalls: ['c'],
    strike: async ({ daemon }) => {
      daemon('c').signal('SIGSTOP');
      await pauseMs(STANDS_STILL_MS);
      daemon('c').signal('SIGCONT');
    },
    mend: well,
  },
  {
    name: 'Redis stands still',
    befalls: [],
    strike: async ({ redis }) => {
      redis.freeze();
      await pauseMs(AWAY_MS);
      redis.thaw();
    },
    mend: well,
  },
  {
    name: 'Redis starts again empty',
    befalls: [],
    strike: async ({ redis }) => {
      await redis.end();
      await redis.begin();
    },
    mend: well,
  },
  {
    name: 'no way to Asterisk',
    befalls: ['a'],
    strike: async ({ proxy }) => {
      proxy.stall();
      await pauseMs(CUT_OFF_MS);
      proxy.flow();
    },
    mend: well,
  },
  {
    name: 'all are upgraded',
    befalls: [],
    strike: async (fleet) => {
      for (const name of NAMES) {
        fleet.daemon(name).signal('SIGTERM');
        await fleet.daemon(name).ended;
        await fleet.startAgain(name);
        await until(
          `${name} takes calls`,
          async () => (await fleet.readyz(name).catch(() => NOT_READY)).ready,
          WELL_WITHIN_MS,
        );
      }
    },
    mend: well,
  },
];
