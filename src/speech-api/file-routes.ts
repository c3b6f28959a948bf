/** Audio that was kept: fetched by who has made it, or by whoever knows its address while that is good. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Storage, StoredFile } from '../storage/storage.ts';
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
  /** What is told of the file beside its content. Throws RESOURCE_NOT_FOUND. */
  const tell = (request: FastifyRequest<Asked>, reply: FastifyReply, file: StoredFile | undefined) => {
    if (!file || !(isProven(storage, request) || door.mayHave(request, file.metadata['owner'])))
      throw missing();
    const { id, contentType, metadata } = file;
    void reply
      .type(contentType)
      .header('content-disposition', `attachment; filename="${id}"`)
      .header('x-content-type-options', 'nosniff')
      // Whoever has it once may keep it, and nobody in between.
      .header('cache-control', 'private, max-age=3600');
    if (metadata['provider'] !== undefined) void reply.header('x-parley-provider', metadata['provider']);
  };

  app.get<Asked>('/v1/files/:id', { exposeHeadRoute: false }, async (request, reply) => {
    const found = await storage.read(request.params.id);
    tell(request, reply, found?.file);
    return reply.send(found && Buffer.from(found.content));
  });

  // Whoever only wants to know whether it is there, and how large, has not a byte of it read.
  app.head<Asked>('/v1/files/:id', async (request, reply) => {
    const file = await storage.info(request.params.id);
    tell(request, reply, file);
    return reply.header('content-length', file?.bytes ?? 0).send();
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
