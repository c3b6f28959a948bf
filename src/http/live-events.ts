/** GET /api/events: everything that happens in calls, and what goes wrong with the service, as it happens, as server-sent events. */
import { Readable } from 'node:stream';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { Clock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import type { CallNews } from '../ops/call-log.ts';
import type { FollowedCall } from '../ops/followed-call.ts';
import { alertView } from './alert-view.ts';
import { FOR_TENANTS, tenantAsking } from './asking-tenant.ts';
import type { CallView } from './call-view.ts';
import type { LiveEvent } from './contract.ts';
import type { OperatorPorts } from './operator-ports.ts';

/** So often something is sent even if nothing happens, ms: proxies cut what is silent for 30 s and more. */
const HEARTBEAT_MS = 15_000;

/** So much may wait for a client that reads slowly, bytes: some seconds of a hundred calls. Who is slower is cut off and may come again. */
const MOST_BACKLOG_BYTES = 512 * 1024;

/** Listeners at once: each costs work at every entry of every call, and an open socket. */
const MOST_CLIENTS = 32;

export interface LiveEventsOptions {
  readonly operator: OperatorPorts;
  readonly view: CallView;
  readonly clock: Clock;
}

export const liveEvents: FastifyPluginCallbackZod<LiveEventsOptions> = (app, options, done) => {
  let clients = 0;
  app.get(
    '/events',
    {
      config: FOR_TENANTS,
      // Without its body it would tell nobody what happens.
      exposeHeadRoute: false,
      schema: {
        tags: ['calls'],
        summary:
          'Server-sent events: calls, call.began, call.changed, call.ended, entry, alert.raised, alert.changed, alert.cleared',
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const { socket } = request.raw;
      if (clients >= MOST_CLIENTS)
        throw new ParleyError('HTTP_TOO_MANY', `${clients} are listening already.`);
      clients++;
      const stream = eventStream(options, tenantAsking(request)?.name);
      // An answer that waits behind another one on its connection is not told that the connection is gone.
      const onGone = () => stream.destroy();
      socket.once('close', onGone);
      stream.once('close', () => {
        clients--;
        socket.off('close', onGone);
      });
      if (socket.destroyed) onGone();
      const headers = {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      };
      return reply.headers(headers).send(stream);
    },
  );
  done();
};

/**
 * Begins with all that is known and goes on with what happens, until it is destroyed, or destroys itself because nobody reads. `tenant`: who
 * is told of its own calls alone, and of no alert, which is everybody's.
 */
export function eventStream(
  { operator: { calls, alerts }, view, clock }: LiveEventsOptions,
  tenant?: string,
): Readable {
  const stream = new Readable({ read: () => undefined });
  const write = (text: string) => {
    if (stream.readableLength + text.length > MOST_BACKLOG_BYTES) stream.destroy();
    else stream.push(text);
  };
  const isSeen = (call: FollowedCall) => tenant === undefined || call.tenant === tenant;
  const tell = ({ event, data }: LiveEvent) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const beat = () => {
    write(':\n\n');
    cancelBeat = clock.after(HEARTBEAT_MS, beat);
  };
  let cancelBeat = clock.after(HEARTBEAT_MS, beat);
  const stopListening = [
    calls.onNews((news) => {
      if (isSeen(news.call)) tell(eventOf(news, view));
    }),
    ...(tenant === undefined
      ? [alerts.subscribe(({ kind, alert }) => tell({ event: `alert.${kind}`, data: alertView(alert) }))]
      : []),
  ];
  stream.once('close', () => {
    for (const stop of stopListening) stop();
    cancelBeat();
  });
  const summaries = (list: typeof calls.live) => list.filter(isSeen).map((call) => view.summary(call));
  tell({ event: 'calls', data: { live: summaries(calls.live), past: summaries(calls.past) } });
  return stream;
}

function eventOf(news: CallNews, view: CallView): LiveEvent {
  if (news.kind === 'entry')
    return { event: 'entry', data: { call: news.call.id, entry: view.entry(news.call, news.entry) } };
  return { event: `call.${news.kind}`, data: view.summary(news.call) };
}
