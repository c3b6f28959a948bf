/** A span for each request: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { noSpans } from '../base/spans.ts';
import type { RequestSpan, Spans } from '../base/spans.ts';

/** From here on it is the server's fault, as HTTP has it. */
const FAULTS_FROM = 500;

export function traceRequests(app: FastifyInstance, spans: Spans): void {
  if (spans === noSpans) return;
  const begun = new WeakMap<FastifyRequest, RequestSpan>();
  app.addHook('onRequest', (request, reply, done) => {
    const { method, headers, routeOptions } = request;
    const route = routeOptions.url ?? 'unknown';
    const span = spans.request(
      `${method} ${route}`,
      { 'http.request.method': method, 'http.route': route, 'parley.request.id': request.id },
      typeof headers.traceparent === 'string' ? headers.traceparent : undefined,
    );
    begun.set(request, span);
    // Also where the client has gone before it had the whole answer.
    reply.raw.once('close', () => {
      const { statusCode } = reply;
      const fault = reply.raw.writableFinished ? undefined : 'client_gone';
      span.end(
        { 'http.response.status_code': statusCode },
        statusCode >= FAULTS_FROM ? String(statusCode) : fault,
      );
    });
    span.run(done);
  });
  // What is done once the body is there was begun by the socket, and would belong to nobody.
  app.addHook('preValidation', (request, _reply, done) => {
    const span = begun.get(request);
    if (span) span.run(done);
    else done();
  });
}
