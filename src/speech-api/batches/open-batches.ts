/** Batches as part of the speech API: their paths, and whoever does them, who ends with the service. */
import type { FastifyInstance } from 'fastify';
import { BatchRunner } from './batch-runner.ts';
import type { BatchRunnerOptions } from './batch-runner.ts';
import { batchRoutes } from './batch-routes.ts';
import type { BatchRoutesOptions } from './batch-routes.ts';
import { BatchStore } from './batch-store.ts';
import { batchWork } from './batch-work.ts';
import type { Desks } from '../desks.ts';

export interface OpenBatchesOptions
  extends Pick<BatchRoutesOptions, 'storage' | 'door' | 'clock'>, Pick<BatchRunnerOptions, 'log'> {
  readonly dir: string;
  /** One process of the service does them, and all take them in. */
  readonly runsHere: boolean;
  readonly desks: Desks;
}

/** Rejects where the directory cannot be had. */
export async function openBatches(
  app: FastifyInstance,
  { dir, runsHere, desks, storage, door, clock, log }: OpenBatchesOptions,
): Promise<void> {
  const store = await BatchStore.open(dir, () => Date.now());
  const allowance: BatchRunnerOptions['allowance'] = (owner, scope) => door.allowance(owner, scope);
  const runner = runsHere
    ? new BatchRunner({ store, work: batchWork(desks, storage), allowance, clock, log })
    : undefined;
  app.addHook('preClose', async () => runner?.close());
  await app.register(batchRoutes, { store, runner, storage, door, clock });
}
