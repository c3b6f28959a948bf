/** Much work in one request, done one piece after the other, and told when it is asked for. */
import { z } from 'zod';
import { sttWish, ttsWish } from '../native-wishes.ts';

/** Of one batch: at a second each, a quarter of an hour. */
export const MOST_ITEMS = 1000;

/** Of a client's own, to know it again by. */
const itemId = z.string().min(1).max(100);

export const ttsItem = z.object({ id: itemId.optional(), ...ttsWish.shape });
/** A recording that lies in the storage until it was heard. */
const sttItem = z.object({ id: itemId.optional(), file: z.string(), ...sttWish.shape });

/** As it lies on the disk. `payer`: whose bounds it counts for, where that is not the owner. */
export const batchJob = z.discriminatedUnion('operation', [
  z.object({
    id: z.string(),
    owner: z.string(),
    payer: z.string().optional(),
    createdAt: z.string(),
    operation: z.literal('tts'),
    items: z.array(ttsItem),
  }),
  z.object({
    id: z.string(),
    owner: z.string(),
    payer: z.string().optional(),
    createdAt: z.string(),
    operation: z.literal('stt'),
    items: z.array(sttItem),
  }),
]);
export type BatchJob = z.output<typeof batchJob>;

export type SttItem = z.output<typeof sttItem>;

/** What became of one item. */
export const itemResult = z.object({
  index: z.int().min(0),
  id: z.string().nullable(),
  status: z.enum(['done', 'failed']),
  /** The file in the storage, of what was spoken. */
  file_id: z.string().optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z
    .object({
      error_code: z.string(),
      error_message: z.string(),
      details: z.record(z.string(), z.unknown()),
    })
    .optional(),
});
export type ItemResult = z.output<typeof itemResult>;

export type BatchState = 'waiting' | 'running' | 'completed' | 'cancelled';

/** What is told of a batch, without its results. */
export interface BatchView {
  readonly id: string;
  readonly operation: BatchJob['operation'];
  readonly status: BatchState;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly created_at: string;
}

export function viewOf(job: BatchJob, results: readonly ItemResult[], isCancelled: boolean): BatchView {
  const done = results.length;
  const status =
    done >= job.items.length ? 'completed' : isCancelled ? 'cancelled' : done > 0 ? 'running' : 'waiting';
  return {
    id: job.id,
    operation: job.operation,
    status,
    total: job.items.length,
    done,
    failed: results.filter((one) => one.status === 'failed').length,
    created_at: job.createdAt,
  };
}

export const isOver = ({ status }: Pick<BatchView, 'status'>) =>
  status === 'completed' || status === 'cancelled';
