/** How much is done at once: each request may hold a whole recording in memory. */
import type { FastifyReply } from 'fastify';
import type { Tenant } from '../tenants/tenant.ts';
import { whenOver } from './client-signal.ts';
import { SpeechRefusal } from './refusal.ts';

export class Room {
  readonly #most: number;
  readonly #mostOfTenant: (tenant: Tenant) => number;
  #taken = 0;
  readonly #byTenant = new Map<string, number>();

  /** `mostOfTenant`: whoever sends more finds no room, and all others do. Half of it, if not given. */
  constructor(most: number, mostOfTenant: (tenant: Tenant) => number = () => Math.ceil(most / 2)) {
    this.#most = most;
    this.#mostOfTenant = mostOfTenant;
  }

  get state() {
    return { under_way: this.#taken, most: this.#most };
  }

  /** Until the answer is sent, or its client has gone. Throws SERVICE_BUSY. */
  take(reply: FastifyReply, tenant?: Tenant): void {
    if (this.#taken >= this.#most)
      throw new SpeechRefusal('SERVICE_BUSY', `${this.#most} requests are under way already.`);
    if (tenant && this.#ofTenant(tenant) >= this.#mostOfTenant(tenant))
      throw new SpeechRefusal(
        'SERVICE_BUSY',
        `${this.#ofTenant(tenant)} requests of ${tenant.name} are under way.`,
      );
    this.#count(tenant, 1);
    whenOver(reply, () => this.#count(tenant, -1));
  }

  #ofTenant({ name }: Tenant): number {
    return this.#byTenant.get(name) ?? 0;
  }

  #count(tenant: Tenant | undefined, by: 1 | -1): void {
    this.#taken += by;
    if (tenant) this.#byTenant.set(tenant.name, this.#ofTenant(tenant) + by);
  }
}
