/** Answers that are told while they come about, as server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { openAiShape } from './answers.ts';
import { refusalOf } from './refusal.ts';

/**
 * One event for each that `events` yields, `data: {…}`. What it throws before the first is the answer's own failure; behind it, the last
 * event tells of it in OpenAI's shape, which its clients throw.
 */
export function eventStream(reply: FastifyReply, events: () => AsyncIterable<object>): FastifyReply {
  void reply.type('text/event-stream; charset=utf-8').header('cache-control', 'no-cache');
  return reply.send(Readable.from(lines(events()), { objectMode: true }));
}

async function* lines(events: AsyncIterable<object>): AsyncGenerator<string> {
  try {
    for await (const event of events) yield line(event);
  } catch (error) {
    yield line(openAiShape(refusalOf(error)));
  }
}

const line = (event: object) => `data: ${JSON.stringify(event)}\n\n`;
