/** Batches over HTTP: taken in, looked at, followed while they are done, given up. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { childOf } from '../../base/abort.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Storage } from '../../storage/storage.ts';
import { checked, jsonBody } from '../bodies.ts';
import { whenOver } from '../client-signal.ts';
import type { Door } from '../door.ts';
import { eventStream } from '../event-stream.ts';
import { sttWish } from '../native-wishes.ts';
import { requireSayable } from '../speech-bounds.ts';
import { recordingsForm } from '../recording-form.ts';
import { SpeechRefusal } from '../refusal.ts';
import { MOST_ITEMS, isOver, ttsItem } from './batch.ts';
import type { ItemResult, SttItem } from './batch.ts';
import type { BatchRunner } from './batch-runner.ts';
import type { BatchStore, SeenBatch } from './batch-store.ts';

export interface BatchRoutesOptions {
  readonly store: BatchStore;
  /** Told of what there is to do, and of what is not any more. */
  readonly runner: Pick<BatchRunner, 'kick' | 'cancelled'>;
  readonly storage: Storage;
  readonly door: Door;
  readonly clock: Clock;
  /** Aborts when the service is to end: nobody who follows a batch is to keep it from that. */
  readonly leaving: AbortSignal;
}

const ttsBatch = z.object({
  operation: z.literal('tts'),
  items: z.array(ttsItem).min(1).max(MOST_ITEMS),
});
const sttBatch = z.object({ operation: z.literal('stt').default('stt'), ...sttWish.shape });

/** Each text as long as one may be, each of its characters escaped. */
const MOST_JOB_BYTES = MOST_ITEMS * 25_000;
/** Not yet over, of one owner. */
const MOST_UNDER_WAY = 20;
const LIST_LENGTH = 100;
/** How often whoever follows a batch hears of it, ms. */
const LOOK_EVERY_MS = 500;

interface Asked {
  readonly Params: { readonly id: string };
}

export async function batchRoutes(
  app: FastifyInstance,
  { store, runner, storage, door, clock, leaving }: BatchRoutesOptions,
): Promise<void> {
  const mine = async (request: FastifyRequest, id: string): Promise<SeenBatch> => {
    const seen = await store.see(id);
    if (seen && door.mayHave(request, seen.job.owner)) return seen;
    throw new SpeechRefusal('RESOURCE_NOT_FOUND', 'There is no such batch.');
  };
  const all = async (request: FastifyRequest) => {
    const ids = (await store.ids()).toReversed();
    const seen: SeenBatch[] = [];
    for (const id of ids) {
      const one = await store.see(id);
      if (one && door.mayHave(request, one.job.owner)) seen.push(one);
      if (seen.length >= LIST_LENGTH) break;
    }
    return seen.map(({ view }) => view);
  };

  app.post('/v1/batches', async (request, reply) => {
    const owner = door.ownerOf(request);
    const underWay = (await all(request)).filter((view) => !isOver(view)).length;
    if (underWay >= MOST_UNDER_WAY)
      throw new SpeechRefusal('SERVICE_BUSY', `${underWay} batches are not done yet.`);
    const isForm = /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
    const job = isForm ? await sttJob(request, owner) : ttsJob(request, owner);
    const { id } = await store.create(job);
    runner.kick();
    void reply.code(202);
    return (await store.see(id))?.view;
  });

  const ttsJob = (request: FastifyRequest, owner: string) => {
    door.require(request, 'tts');
    const batch = jsonBody(ttsBatch, request.body, MOST_JOB_BYTES);
    for (const [index, { text }] of batch.items.entries()) requireSayable(text, `items.${index}.text`);
    return { ...batch, owner, payer: door.payerOf(request) };
  };

  const sttJob = async (request: FastifyRequest, owner: string) => {
    door.require(request, 'stt');
    const { files, fields } = recordingsForm(request);
    const { operation, ...wish } = checked(sttBatch, fields);
    if (files.length > MOST_ITEMS)
      throw new SpeechRefusal('VALIDATION_ERROR', `file: at most ${MOST_ITEMS} recordings.`, {
        param: 'file',
      });
    const items: SttItem[] = [];
    for (const { content, name } of files) {
      const contentType = 'application/octet-stream';
      const { id } = await storage.store({ bucket: 'temp', content, contentType, metadata: { owner } });
      items.push({ ...wish, file: id, id: name.slice(0, 100) || undefined });
    }
    return { operation, items, owner, payer: door.payerOf(request) };
  };

  /** Those that nobody will hear any more; what cannot be deleted now is deleted by its age. */
  const forgetRecordings = async ({ operation, items }: SeenBatch['job'], results: SeenBatch['results']) => {
    if (operation !== 'stt') return;
    const heard = new Set(results.map(({ index }) => index));
    const left = items.filter((_, index) => !heard.has(index));
    await Promise.all(left.map(({ file }) => storage.delete(file).catch(() => false)));
  };

  app.get('/v1/batches', async (request) => ({ batches: await all(request) }));

  app.get<Asked>('/v1/batches/:id', async (request) => (await mine(request, request.params.id)).view);

  app.get<Asked>('/v1/batches/:id/results', async (request) => {
    const { view, results } = await mine(request, request.params.id);
    return { ...view, results: await Promise.all(results.map((one) => told(one, storage))) };
  });

  // Without its body it would follow the batch for nobody.
  app.get<Asked>('/v1/batches/:id/events', { exposeHeadRoute: false }, async (request, reply) => {
    const first = await mine(request, request.params.id);
    return eventStream(reply, async function* () {
      const following = childOf(leaving);
      whenOver(reply, () => following.abort(new Error('Nobody follows any more.')));
      try {
        let last = '';
        for (let seen: SeenBatch | undefined = first; seen; seen = await store.see(seen.job.id)) {
          const { view } = seen;
          const text = JSON.stringify(view);
          if (text !== last) yield { type: `batch.${isOver(view) ? view.status : 'progress'}`, batch: view };
          last = text;
          if (isOver(view)) return;
          await sleep(clock, LOOK_EVERY_MS, following.signal).catch(() => undefined);
          if (following.signal.aborted) return;
        }
      } finally {
        following.release();
      }
    });
  });

  const cancel = async (request: FastifyRequest<Asked>) => {
    const { view, job, results } = await mine(request, request.params.id);
    if (!isOver(view)) {
      await store.cancel(view.id);
      runner.cancelled(view.id);
      await forgetRecordings(job, results);
    }
    return (await mine(request, view.id)).view;
  };
  app.post<Asked>('/v1/batches/:id/cancel', cancel);
  app.delete<Asked>('/v1/batches/:id', cancel);
}

async function told({ file_id: id, result, ...item }: ItemResult, storage: Storage) {
  if (id === undefined) return { ...item, ...(result && { result }) };
  const url = await storage.link(id).catch(() => null);
  return { ...item, result: { file_id: id, audio_url: url, ...result } };
}
