/** POST /stream-message: somebody writes to a bot, and reads its answer while it is being made, as server-sent events. */
import { Readable } from 'node:stream';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Door } from './door.ts';
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
}

export const textRoutes: FastifyPluginCallbackZod<TextRoutesOptions> = (app, { door, texts }, done) => {
  app.addHook('onRequest', door);
  app.post(
    '/stream-message',
    {
      schema: {
        tags: ['text'],
        summary: 'Write to a bot; server-sent events: chunk as the answer comes, then end',
        body: message,
        produces: ['text/event-stream'],
      },
    },
    ({ body }, reply) => {
      const { events, abandon } = texts.exchange(body);
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
