/** What machines ask: is the process alive, could it serve a call now, and how has it done. */
import type { FastifyPluginCallback } from 'fastify';
import type { Registry } from 'prom-client';
import type { Door } from './door.ts';

export interface ProbesOptions {
  readonly door: Door;
  /** Why no call could be served now; empty when one could. */
  readonly notReady: () => readonly string[];
  /** What is done without meanwhile; undefined for a daemon that has nobody to share with. */
  readonly degraded?: (() => readonly string[]) | undefined;
  /** Each way in by its name: `connected`, or what is wrong with it. */
  readonly telephones: () => Readonly<Record<string, string>>;
  readonly metrics: Registry;
}

/** Health and readiness are anybody's, and never too many; metrics are not. */
export const probes: FastifyPluginCallback<ProbesOptions> = (
  app,
  { door, notReady, degraded, telephones, metrics },
  done,
) => {
  const open = { config: { rateLimit: false as const }, schema: { hide: true } };
  app.get('/healthz', open, () => ({ status: 'ok' }));
  app.get('/readyz', open, (_request, reply) => {
    const reasons = notReady();
    const ready = reasons.length === 0;
    return reply.code(ready ? 200 : 503).send({
      ready,
      reasons,
      ...(degraded && { degraded: degraded() }),
      telephones: telephones(),
    });
  });
  app.get('/metrics', { ...open, onRequest: door }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
  done();
};
