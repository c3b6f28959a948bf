/** Whether this daemon is one of several that stand in for each other, and what they call each other. */
import type { SettingValues } from './settings-table.ts';

export interface FleetSettings {
  /** Of this daemon: no two that run have the same. */
  readonly instance: string;
  /** Of the fleet: ARI_APP as it is given. Two fleets may share a Redis. */
  readonly name: string;
  readonly redisUrl: string;
  /** Of all daemons together; undefined for no bound but that of each. */
  readonly maxCalls: number | undefined;
  /** How long a phrase that one daemon has rendered is given to the others. */
  readonly cacheTtlMs: number;
}

/** Undefined where a daemon is alone: the speech API uses a Redis, too, and makes no fleet of whoever has one. */
export function fleetSettings(
  values: Pick<
    SettingValues,
    'INSTANCE_ID' | 'REDIS_URL' | 'ARI_APP' | 'FLEET_MAX_CALLS' | 'VOICE_CACHE_TTL'
  >,
  faults: string[],
): FleetSettings | undefined {
  const { INSTANCE_ID: instance, REDIS_URL: redisUrl, ARI_APP: name, FLEET_MAX_CALLS: maxCalls } = values;
  if (instance === undefined) return undefined;
  if (redisUrl === undefined) {
    if (!faults.some((fault) => fault.startsWith('REDIS_URL')))
      faults.push(
        'REDIS_URL: is missing; expected the memory of the fleet, which INSTANCE_ID makes this a part of',
      );
    return undefined;
  }
  return { instance, name, redisUrl, maxCalls, cacheTtlMs: values.VOICE_CACHE_TTL * 1000 };
}

/** The application whose channels are this daemon's: one for each, so that Asterisk tells each of its own calls. */
export function ariAppOf(app: string, fleet: Pick<FleetSettings, 'instance'> | undefined): string {
  return fleet ? `${app}-${fleet.instance}` : app;
}
