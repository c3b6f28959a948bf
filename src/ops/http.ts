/** The operator's door: is the process alive, could it serve a call now. */
import Fastify from 'fastify';
import type { Registry } from 'prom-client';

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Why no call could be served now; empty when one could. */
  readonly notReady: () => readonly string[];
  readonly metrics: Registry;
}

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `GET /healthz` (200 while the process lives), `GET /readyz` (200 only when a call could be served, else 503 and why) and
 * `GET /metrics` in Prometheus's text format.
 */
export async function startHttp({ host, port, notReady, metrics }: HttpOptions): Promise<HttpServer> {
  const app = Fastify({ forceCloseConnections: true });
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => {
    const reasons = notReady();
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
  const url = await app.listen({ host, port });
  return { url, close: () => app.close() };
}
