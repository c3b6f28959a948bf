/** A collector of traces: takes OTLP as JSON over HTTP. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withBody } from '../../src/base/testing/with-body.ts';

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the first of its trace. */
  readonly parentId: string | undefined;
  readonly name: string;
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  readonly isFault: boolean;
  readonly service: unknown;
}

export type CollectorMood = 'takes' | 'fails' | 'hangs';

export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** As if none had come yet: for a test that is tried again. */
  forget(): void;
  /** Requests, whatever became of them. */
  readonly posts: number;
  /** What it was shown with the last of them. */
  readonly headers: Readonly<Record<string, unknown>>;
  mood: CollectorMood;
  stop(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const state: { mood: CollectorMood; posts: number; headers: Record<string, unknown> } = {
    mood: 'takes',
    posts: 0,
    headers: {},
  };
  const server = createServer((request, response) => {
    withBody(request, (body) => {
      state.posts++;
      state.headers = request.headers;
      if (state.mood === 'hangs') return;
      if (state.mood === 'fails') return response.writeHead(500).end('out of order');
      if (request.url !== '/v1/traces') return response.writeHead(404).end();
      spans.push(...spansOf(JSON.parse(body) as Posted));
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    forget: () => void (spans.length = 0),
    get posts() {
      return state.posts;
    },
    get headers() {
      return state.headers;
    },
    get mood() {
      return state.mood;
    },
    set mood(mood) {
      state.mood = mood;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What is below a span, in the order of their beginnings. */
export function below(spans: readonly CollectedSpan[], parent: CollectedSpan): readonly CollectedSpan[] {
  return spans
    .filter(({ traceId, parentId }) => traceId === parent.traceId && parentId === parent.spanId)
    .toSorted((one, other) => Number(one.fromNs - other.fromNs));
}

/** Those that begin before the span that they are below, end after it, or are below none that there is. */
export function misplaced(spans: readonly CollectedSpan[]): readonly string[] {
  return spans.flatMap((span) => {
    if (span.parentId === undefined) return [];
    const parent = spans.find(({ spanId, traceId }) => spanId === span.parentId && traceId === span.traceId);
    const isInside = parent && span.fromNs >= parent.fromNs && span.toNs <= parent.toNs;
    return isInside && span.toNs >= span.fromNs ? [] : [`${span.name} below ${parent?.name}`];
  });
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly Value[] };
}

type Attributes = readonly { readonly key: string; readonly value: Value }[];

interface Posted {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly name: string;
        readonly startTimeUnixNano: string;
        readonly endTimeUnixNano: string;
        readonly attributes: Attributes;
        readonly events: readonly { readonly name: string }[];
        readonly status: { readonly code?: number };
      }[];
    }[];
  }[];
}

/** STATUS_CODE_ERROR of opentelemetry/proto/trace/v1/trace.proto. */
const FAULT = 2;

function spansOf({ resourceSpans }: Posted): readonly CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentId: span.parentSpanId || undefined,
        name: span.name,
        fromNs: BigInt(span.startTimeUnixNano),
        toNs: BigInt(span.endTimeUnixNano),
        attributes: plain(span.attributes),
        events: span.events.map(({ name }) => name),
        isFault: span.status.code === FAULT,
        service: plain(resource.attributes)['service.name'],
      })),
    ),
  );
}

function plain(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue(value: Value): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(plainValue);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}
