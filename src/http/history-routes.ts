/** Ended calls: searched, looked at, listened to, and taken away as a table. */
import { Readable } from 'node:stream';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { ParleyError } from '../base/errors.ts';
import { FOR_TENANTS, tenantAsking, tenantToSee } from './asking-tenant.ts';
import { apiError } from './contract.ts';
import {
  historyDetail,
  historyExport,
  historyId,
  historyPage,
  historyQuery,
  listening,
  listeningTicket,
} from './history-contract.ts';
import type { PermittedHistory } from './permitted-history.ts';
import { EXPORT_TYPES, exported } from './history-export.ts';
import type { HistoryPorts } from './history-ports.ts';
import type { ListeningTickets } from './listening-tickets.ts';

export interface HistoryRoutesOptions {
  readonly permitted: PermittedHistory;
  readonly tickets: ListeningTickets;
  /** Undefined where no call is kept. */
  readonly ports: HistoryPorts | undefined;
  /** A table says whose each call was. */
  readonly hasTenants?: boolean | undefined;
}

const errors = { '4xx': apiError, '5xx': apiError };

export const historyRoutes: FastifyPluginAsyncZod<HistoryRoutesOptions> = async (app, options) => {
  const { permitted, tickets, ports, hasTenants } = options;
  const tags = ['history'];
  await serveSound(app, ports);

  app.get(
    '/history',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'Ended calls that were looked for, newest first',
        querystring: historyQuery,
        response: { 200: historyPage, ...errors },
      },
    },
    (request) => {
      const { after, limit, ...search } = request.query;
      const tenant = tenantToSee(request, search.tenant);
      return permitted.page({ ...search, tenant }, { after, limit });
    },
  );

  app.get(
    '/history/export',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'All of them as a file: CSV or JSON',
        querystring: historyExport,
        produces: ['text/csv', 'application/json'],
      },
    },
    async (request, reply) => {
      const { format, ...search } = request.query;
      const pages = await permitted.all({ ...search, tenant: tenantToSee(request, search.tenant) });
      void reply
        .type(EXPORT_TYPES[format])
        .header('content-disposition', `attachment; filename="calls.${format}"`);
      // The head is the same however many calls there are: none is read for it.
      if (request.method === 'HEAD') return reply.send();
      return reply.send(Readable.from(exported(pages, format, hasTenants === true)));
    },
  );

  app.get(
    '/history/:id',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'An ended call with its timeline',
        params: historyId,
        response: { 200: historyDetail, ...errors },
      },
    },
    (request) => permitted.detail(request.params.id, tenantAsking(request)?.name),
  );

  app.get(
    '/history/:id/report',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'What went on in it turn by turn, drawn: a piece of HTML',
        params: historyId,
        produces: ['text/html'],
      },
    },
    async (request, reply) => {
      const report = await permitted.report(request.params.id, tenantAsking(request)?.name);
      return reply.type('text/html; charset=utf-8').send(report);
    },
  );

  app.get(
    '/history/:id/audio',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'Its recording: the caller on the left, the bot on the right',
        params: historyId,
        produces: ['audio/wav'],
      },
    },
    async (request, reply) =>
      sound(reply, ports, await permitted.recording(request.params.id, tenantAsking(request)?.name)),
  );

  app.post(
    '/history/:id/audio',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'An address for its recording that needs no token for an hour',
        params: historyId,
        response: { 200: listening, ...errors },
      },
    },
    async (request) => {
      const name = await permitted.recording(request.params.id, tenantAsking(request)?.name);
      const { ticket, goodForMs } = tickets.issue(name);
      return { url: `api/audio/${ticket}`, until: new Date(Date.now() + goodForMs).toISOString() };
    },
  );
};

/** Behind no door: whoever knows the address was given it. */
export const listeningRoute: FastifyPluginAsyncZod<HistoryRoutesOptions> = async (
  app,
  { tickets, ports },
) => {
  await serveSound(app, ports);
  app.get(
    '/audio/:ticket',
    {
      schema: {
        tags: ['history'],
        summary: 'A recording, for whoever was given its address',
        params: listeningTicket,
        produces: ['audio/wav'],
        security: [],
      },
    },
    async ({ params: { ticket } }, reply) => {
      const name = tickets.recordingOf(ticket);
      if (name === undefined) throw new ParleyError('HTTP_NOT_FOUND', 'This address is good no longer.');
      return sound(reply, ports, name);
    },
  );
};

/** `reply.sendFile`, and no route of its own: it answers ranges, and leaves the directory for no name. */
async function serveSound(app: FastifyInstance, ports: HistoryPorts | undefined): Promise<void> {
  if (ports) await app.register(fastifyStatic, { root: ports.recorded.dir, serve: false, dotfiles: 'deny' });
}

function sound(reply: FastifyReply, ports: HistoryPorts | undefined, name: string): FastifyReply {
  if (!ports) throw new ParleyError('HISTORY_OFF', 'Ended calls are not kept.');
  return reply
    .header('cache-control', 'private, no-store')
    .sendFile(ports.recorded.soundOf(name), { cacheControl: false });
}
