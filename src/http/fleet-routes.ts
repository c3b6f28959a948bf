/** All daemons and all their calls, and the order to drain one. A daemon that is alone is a fleet of one. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { accepted, apiError, plainOrder } from './contract.ts';
import { daemonName, fleetState } from './fleet-contract.ts';
import type { FleetCall, FleetDaemon, FleetState } from './fleet-contract.ts';

export interface FleetPorts {
  readonly isFleet: boolean;
  /** What this daemon does without; nothing while all is well. */
  readonly degraded: readonly string[];
  /** This one among them, even where nothing can be known of others. Never rejects. */
  look(): Promise<{ readonly daemons: readonly FleetDaemon[]; readonly calls: readonly FleetCall[] }>;
  /** Throws DAEMON_UNKNOWN, or FLEET_AWAY where it cannot be told. */
  drain(daemon: string): Promise<void>;
}

export interface FleetRoutesOptions {
  readonly fleet: FleetPorts;
}

const errors = { '4xx': apiError, '5xx': apiError };

export const fleetRoutes: FastifyPluginCallbackZod<FleetRoutesOptions> = (app, { fleet }, done) => {
  const tags = ['fleet'];

  app.get(
    '/fleet',
    {
      schema: { tags, summary: 'All daemons and all their calls', response: { 200: fleetState, ...errors } },
    },
    async () => {
      const { daemons, calls } = await fleet.look();
      return {
        isFleet: fleet.isFleet,
        degraded: [...fleet.degraded],
        daemons: daemons.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        calls: calls.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)),
        sums: sumsOf(daemons),
      };
    },
  );

  app.post(
    '/fleet/:name/drain',
    {
      schema: {
        tags,
        summary: 'Have a daemon take no more calls and give away those that it has',
        params: daemonName,
        body: plainOrder,
        response: { 202: accepted, ...errors },
      },
    },
    async ({ params: { name } }, reply) => {
      await fleet.drain(name);
      void reply.code(202);
      return { accepted: true } as const;
    },
  );
  done();
};

function sumsOf(daemons: readonly FleetDaemon[]): FleetState['sums'] {
  const alive = daemons.filter((daemon) => daemon.alive);
  return {
    daemons: alive.length,
    draining: alive.filter(({ draining }) => draining).length,
    calls: alive.reduce((sum, { calls }) => sum + calls, 0),
    maxCalls: alive.reduce((sum, { maxCalls }) => sum + maxCalls, 0),
  };
}
