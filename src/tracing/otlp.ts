/**
 * Spans by OpenTelemetry's SDK, over OTLP. Loaded only where a collector is named. What OTEL_ variables say beyond Parley's settings (batches,
 * sampling, time-outs, attributes of the resource) the SDK reads itself:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, RandomIdGenerator } from '@opentelemetry/sdk-trace-node';
import type { IdGenerator, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Log } from '../base/log.ts';
import { settledWithin } from '../base/settled-within.ts';
import type { Clock } from '../base/clock.ts';
import type { TraceContext } from '../base/spans.ts';
import type { OpenSpan, SpanStart, SpanWriter } from './span-writer.ts';

export interface OtlpOptions {
  /** Where traces are posted, whole. */
  readonly url: string;
  /** Shown to the collector: what lets Parley in, as a rule. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Spans that wait while the collector is slow: those of 100 calls that end at once. About 16 MB; further ones are dropped. */
const MOST_WAITING = 16_384;

/** The end of the service does not wait longer for the collector, ms. */
const LAST_EXPORT_MS = 2_000;

const nothing = () => undefined;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

export function otlpWriter({ url, headers, serviceName, version, clock, log }: OtlpOptions): SpanWriter {
  const ids = new PromisedIds();
  const exporter = watched(new OTLPTraceExporter({ url, headers }), log);
  const most = process.env['OTEL_BSP_MAX_QUEUE_SIZE'] ? {} : { maxQueueSize: MOST_WAITING };
  const provider = new NodeTracerProvider({
    idGenerator: ids,
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter, most)],
  });
  const tracer = provider.getTracer('parley', version);
  return {
    begin({ name, kind, atEpochMs, attributes }: SpanStart, parent, spanId): OpenSpan {
      ids.promised = spanId;
      const options = { kind: KINDS[kind], startTime: new Date(atEpochMs), attributes: mutable(attributes) };
      const span = tracer.startSpan(name, options, contextOf(parent));
      const { traceId, spanId: id, traceFlags } = span.spanContext();
      return {
        context: { traceId, spanId: id, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
        note: (what, atMs, about) => void span.addEvent(what, mutable(about), new Date(atMs)),
        end: (ending) => {
          if (ending.attributes) span.setAttributes(mutable(ending.attributes));
          if (ending.fault !== undefined) {
            span.setAttribute('error.type', ending.fault);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end(new Date(ending.atEpochMs));
        },
      };
    },
    // Whoever does not take them in time gets none.
    close: () => settledWithin(provider.shutdown().catch(nothing), LAST_EXPORT_MS, clock),
  };
}

/** Ids at random, but for those that were promised. */
class PromisedIds implements IdGenerator {
  promised: string | undefined;
  readonly #random = new RandomIdGenerator();

  generateTraceId(): string {
    return this.#random.generateTraceId();
  }

  generateSpanId(): string {
    const id = this.promised ?? this.#random.generateSpanId();
    this.promised = undefined;
    return id;
  }
}

function contextOf(parent: TraceContext | undefined): Context {
  if (!parent) return ROOT_CONTEXT;
  const { traceId, spanId, isSampled } = parent;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** Says once that the collector takes nothing, and once that it does again. */
function watched(exporter: OTLPTraceExporter, log: Log): SpanExporter {
  let isFailing = false;
  return {
    export: (spans, onResult) =>
      exporter.export(spans, (result) => {
        const hasFailed = result.error !== undefined;
        if (hasFailed && !isFailing)
          log.warn(
            { event: 'tracing.failing', reason: result.error?.message },
            'the collector takes no traces; calls go on, and what waits too long is dropped',
          );
        if (!hasFailed && isFailing) log.info({ event: 'tracing.back' }, 'the collector takes traces again');
        isFailing = hasFailed;
        onResult(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
}

function mutable(attributes: SpanStart['attributes']): Record<string, string | number | boolean | string[]> {
  return { ...attributes } as Record<string, string | number | boolean | string[]>;
}
