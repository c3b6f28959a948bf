/** Batches as part of the speech API: their paths, and whoever does them, who ends with the service. */
import type { FastifyInstance } from 'fastify';
import { BatchRunner } from './batch-runner.ts';
import type { BatchRunnerOptions } from './batch-runner.ts';
import { batchRoutes } from './batch-routes.ts';
import type { BatchRoutesOptions } from './batch-routes.ts';
import { BatchStore } from './batch-store.ts';
import { batchWork } from './batch-work.ts';
import type { Tenants } from '../../tenants/tenants.ts';
import type { Desks } from '../desks.ts';
import { ownerOfTenant } from '../door.ts';

export interface OpenBatchesOptions
  extends
    Pick<BatchRoutesOptions, 'storage' | 'door' | 'clock' | 'leaving'>,
    Pick<BatchRunnerOptions, 'log'> {
  readonly dir: string;
  /** One process of the service does them, and all take them in. */
  readonly runsHere: boolean;
  readonly desks: Desks;
  /** Each has its batches done beside those of all others: whoever has many waits for himself. */
  readonly tenants?: Pick<Tenants, 'all'> | undefined;
}

/** Rejects where the directory cannot be had. */
export async function openBatches(
  app: FastifyInstance,
  { dir, runsHere, desks, storage, door, clock, log, tenants, leaving }: OpenBatchesOptions,
): Promise<void> {
  const store = await BatchStore.open(dir, () => Date.now());
  const allowance: BatchRunnerOptions['allowance'] = (payer, scope) => door.allowance(payer, scope);
  const owners = (tenants?.all ?? []).map(({ name }) => ownerOfTenant(name));
  const lanes = [
    (owner: string) => !owners.includes(owner),
    ...owners.map((one) => (owner: string) => owner === one),
  ];
  const work = batchWork(desks, storage);
  // Where another process does the work, none.
  const runners = runsHere
    ? lanes.map((isFor) => new BatchRunner({ store, work, allowance, isFor, clock, log }))
    : [];
  const runner = {
    kick: () => runners.forEach((each) => each.kick()),
    cancelled: (id: string) => runners.forEach((each) => each.cancelled(id)),
  };
  app.addHook('preClose', async () => void (await Promise.all(runners.map((each) => each.close()))));
  await app.register(batchRoutes, { store, runner, storage, door, clock, leaving });
}
