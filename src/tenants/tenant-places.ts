/** How many calls each tenant has now, and whether there is room for one more: beyond its bound it is refused, and nobody else is. */
import type { Tenant } from './tenant.ts';

/** `made`: Parley calls somebody. */
export type CallWay = 'came' | 'made';

/** Of all other daemons of a fleet, as of the last heartbeat. */
export type TenantCallsElsewhere = (tenant: string) => number;

interface Taken {
  calls: number;
  made: number;
}

export class TenantPlaces {
  readonly #elsewhere: TenantCallsElsewhere;
  readonly #taken = new Map<string, Taken>();

  constructor(elsewhere: TenantCallsElsewhere = () => 0) {
    this.#elsewhere = elsewhere;
  }

  /** Of this daemon, by tenant: live calls, and those that ring; of those that have any. */
  get calls(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#taken].map(([tenant, { calls }]) => [tenant, calls]));
  }

  hasRoom({ name, limits }: Pick<Tenant, 'name' | 'limits'>, way: CallWay): boolean {
    const { calls, made } = this.#taken.get(name) ?? { calls: 0, made: 0 };
    if (limits.calls !== undefined && calls + this.#elsewhere(name) >= limits.calls) return false;
    return way === 'came' || limits.callsOut === undefined || made < limits.callsOut;
  }

  /** Takes a place, room or not, until the returned function is called; again it does nothing. */
  take(tenant: string, way: CallWay): () => void {
    const taken = this.#taken.get(tenant) ?? { calls: 0, made: 0 };
    this.#taken.set(tenant, taken);
    const count = (by: 1 | -1) => {
      taken.calls += by;
      if (way === 'made') taken.made += by;
      if (taken.calls === 0) this.#taken.delete(tenant);
    };
    count(1);
    let isTaken = true;
    return () => {
      if (isTaken) count(-1);
      isTaken = false;
    };
  }
}
