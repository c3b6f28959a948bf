/** Who asks: an operator of the whole service, or one of a tenant, who is shown what is that tenant's and nothing else. */
import type { FastifyRequest } from 'fastify';
import { ParleyError } from '../base/errors.ts';
import type { Tenant } from '../tenants/tenant.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A tenant's token opens this route, which shows each tenant its own. Every other route is for operators of the whole service. */
    readonly forTenants?: true;
  }
}

/** Of a route that a tenant's token opens. */
export const FOR_TENANTS = { forTenants: true } as const;

const asking = new WeakMap<FastifyRequest, Tenant>();

/** Notes that a tenant's token was shown. Throws HTTP_FORBIDDEN for what is no tenant's to see. */
export function letTenantIn(request: FastifyRequest, tenant: Tenant): void {
  if (request.routeOptions.config.forTenants !== true)
    throw new ParleyError('HTTP_FORBIDDEN', 'This is for operators of the whole service.');
  asking.set(request, tenant);
}

/** Undefined for an operator of the whole service. */
export function tenantAsking(request: FastifyRequest): Tenant | undefined {
  return asking.get(request);
}

/** Whether who asks may see what is this tenant's; undefined: what is the service's own. */
export function maySee(request: FastifyRequest, tenant: string | undefined): boolean {
  const asks = asking.get(request);
  return asks === undefined || asks.name === tenant;
}

/** Of what was asked for: all of it, or, for a tenant, what is its own; `wanted`: an operator wants one tenant's. */
export function tenantToSee(request: FastifyRequest, wanted: string | undefined): string | undefined {
  return asking.get(request)?.name ?? wanted;
}
