/** The fleet that this daemon is in, as the settings want it. */
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { openRedis } from '../base/redis.ts';
import type { Redis } from '../base/redis.ts';
import { settledWithin } from '../base/settled-within.ts';
import { parleyVersion } from '../base/version.ts';
import type { Admission } from '../call/intake/admission.ts';
import type { Reception, Tenancy } from '../call/intake/reception.ts';
import type { Settings } from '../config/settings.ts';
import { Fleet } from '../fleet/fleet.ts';
import { RedisMemory } from '../fleet/redis-memory.ts';
import type { ResumableCalls } from '../survival/resumable-calls.ts';
import type { ServiceCampaigns } from './call-campaigns.ts';
import type { Closing } from './closing.ts';
import type { Telephones } from './telephones.ts';

/** How long the start waits for the connection, ms. */
const READY_WITHIN_MS = 1_000;

/** Undefined where this daemon is alone. A memory that is away keeps no daemon from its calls. */
export async function openFleet(settings: Settings, log: Log, closing: Closing): Promise<Fleet | undefined> {
  if (!settings.fleet) return undefined;
  const { redisUrl, name, instance, maxCalls: mostCalls } = settings.fleet;
  const redis = openRedis(redisUrl, log);
  closing.add(async () => redis.disconnect());
  await readyOrLater(redis);
  const { maxCalls } = settings.admission;
  const fleet = new Fleet({
    ...{ memory: new RedisMemory(redis, { fleet: name }), daemon: instance, version: parleyVersion() },
    ...{ maxCalls, mostCalls, clock: systemClock, epochMs: () => Date.now(), random: Math.random, log },
  });
  closing.add(() => fleet.close());
  await fleet.start();
  return fleet;
}

/** Of one that was just opened. Resolves when it is connected, or after a second without: it connects in the background then. */
export async function readyOrLater(redis: Redis): Promise<void> {
  const ready = new Promise<void>((resolve) => void redis.once('ready', resolve));
  await settledWithin(ready, READY_WITHIN_MS, systemClock);
}

export interface FleetParts {
  readonly settings: Settings;
  readonly reception: Reception;
  readonly tenancy: Pick<Tenancy, 'places'>;
  readonly admission: Pick<Admission, 'use'>;
  readonly records: ResumableCalls;
  readonly telephones: Pick<Telephones, 'asterisk'>;
  /** They are made later. */
  readonly campaigns: () => Pick<ServiceCampaigns, 'drain'> | undefined;
}

/** From now on it takes calls of other daemons, and gives its own away when it is told to. */
export function attachFleet(fleet: Fleet | undefined, parts: FleetParts): void {
  const { settings, reception, records, telephones, tenancy, admission, campaigns } = parts;
  const drain = () => {
    void campaigns()?.drain();
    void reception.drain(settings.drainMs);
    fleet?.giveAway();
  };
  const callsByTenant = () => tenancy.places.calls;
  const requestsPerSecond = () => admission.use;
  const telephone = telephones.asterisk;
  fleet?.attach({ reception, records, telephone, drain, callsByTenant, requestsPerSecond });
}
