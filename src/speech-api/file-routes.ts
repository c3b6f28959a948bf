/** Audio that was kept: fetched by who has made it, or by whoever knows its address while that is good. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Storage } from '../storage/storage.ts';
import type { Door } from './door.ts';
import { SpeechRefusal } from './refusal.ts';

export interface FileRoutesOptions {
  readonly storage: Storage;
  readonly door: Pick<Door, 'mayHave'>;
}

interface Asked {
  readonly Params: { readonly id: string };
}

export async function fileRoutes(app: FastifyInstance, { storage, door }: FileRoutesOptions): Promise<void> {
  app.get<Asked>('/v1/files/:id', async (request, reply) => {
    const { id } = request.params;
    const found = await storage.read(id);
    const isLinked = isProven(storage, request);
    if (!found || !(isLinked || door.mayHave(request, found.file.metadata['owner']))) throw missing();
    const { contentType, metadata } = found.file;
    void reply
      .type(contentType)
      .header('content-disposition', `attachment; filename="${id}"`)
      .header('x-content-type-options', 'nosniff')
      // Whoever has it once may keep it, and nobody in between.
      .header('cache-control', 'private, max-age=3600');
    if (metadata['provider'] !== undefined) void reply.header('x-parley-provider', metadata['provider']);
    return reply.send(Buffer.from(found.content));
  });

  app.delete<Asked>('/v1/files/:id', async (request) => {
    const { id } = request.params;
    const file = await storage.info(id);
    if (!file || !door.mayHave(request, file.metadata['owner'])) throw missing();
    return { id, deleted: await storage.delete(id) };
  });
}

/** Whether the address proves by itself that it may be fetched. */
export function isProven(storage: Storage, { method, url }: Pick<FastifyRequest, 'method' | 'url'>): boolean {
  const [, id, query] = /^\/v1\/files\/(\w{1,100})\?(.{1,500})$/.exec(url) ?? [];
  if ((method !== 'GET' && method !== 'HEAD') || id === undefined || query === undefined) return false;
  const given = new URLSearchParams(query);
  return storage.admits(id, {
    expires: given.get('expires') ?? '',
    signature: given.get('signature') ?? '',
  });
}

/** What is somebody else's is told as what is not there. */
const missing = () => new SpeechRefusal('RESOURCE_NOT_FOUND', 'There is no such file.');
