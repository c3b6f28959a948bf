/** POST /stream-message: somebody writes to a bot, and reads its answer while it is being made, as server-sent events. */
import { Readable } from 'node:stream';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ParleyError } from '../base/errors.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { requireBotOf } from '../tenants/tenants.ts';
import { FOR_TENANTS, tenantAsking } from './asking-tenant.ts';
import type { Door } from './door.ts';
import type { OperatorPorts } from './operator-ports.ts';
import type { ExchangeEvent, TextPorts } from './text-ports.ts';

/** As long as anybody speaks in a turn; longer is no turn of a conversation. */
const LONGEST_TEXT = 2000;

const name = z.string().min(1).max(100);

const message = z
  .strictObject({
    bot: name.optional(),
    conversation: name.optional(),
    text: z.string().trim().min(1).max(LONGEST_TEXT).optional(),
  })
  .refine(({ bot, conversation }) => bot === undefined || conversation === undefined, {
    message: 'a conversation has its bot already',
    path: ['bot'],
  })
  .refine(({ conversation, text }) => conversation === undefined || text !== undefined, {
    message: 'expected what is said in the conversation',
    path: ['text'],
  });

export interface TextRoutesOptions {
  readonly door: Door;
  readonly texts: TextPorts;
  /** Whose each conversation is: it is a call of that id. */
  readonly calls: Pick<OperatorPorts['calls'], 'find'>;
}

export const textRoutes: FastifyPluginCallbackZod<TextRoutesOptions> = (
  app,
  { door, texts, calls },
  done,
) => {
  app.addHook('onRequest', door);
  /** Throws BOT_PROFILE_UNKNOWN or CONVERSATION_UNKNOWN for what is not this tenant's. */
  const own = (order: z.output<typeof message>, tenant: Tenant) => {
    const { bot = tenant.bots[0], conversation } = order;
    if (conversation === undefined) {
      requireBotOf(tenant, bot);
      return { ...order, bot };
    }
    if (calls.find(conversation)?.tenant === tenant.name) return order;
    throw new ParleyError('CONVERSATION_UNKNOWN', `No conversation ${conversation} goes on.`);
  };
  app.post(
    '/stream-message',
    {
      config: FOR_TENANTS,
      schema: {
        tags: ['text'],
        summary: 'Write to a bot; server-sent events: chunk as the answer comes, then end',
        body: message,
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const tenant = tenantAsking(request);
      const { events, abandon } = texts.exchange(tenant ? own(request.body, tenant) : request.body);
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) abandon();
      });
      const headers = {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      };
      return reply.headers(headers).send(Readable.from(written(events)));
    },
  );
  done();
};

async function* written(events: AsyncIterable<ExchangeEvent>): AsyncGenerator<string> {
  for await (const { event, ...data } of events) yield `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
