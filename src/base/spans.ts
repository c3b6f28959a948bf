/** Spans of traces, as those see them whose work is traced. The real ones are made in src/tracing/; nobody below knows which library sends them. */

export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Where in a trace something is: https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** What a request to others has as its `traceparent`, for what is done in a call: in the tool that is `doing`, if that is told. Undefined where nothing is traced. */
export type TraceparentOf = (call: string, doing?: string) => string | undefined;

/** The spans of requests that this service is asked. */
export interface Spans {
  /** Begins that of one request. `traceparent` is what it came with, if anything. */
  request(name: string, attributes: SpanAttributes, traceparent: string | undefined): RequestSpan;
  /** Does the work in a span of its own, below that of the request for which it is done. Throws what `work` throws. */
  within<Result>(name: string, attributes: SpanAttributes, work: () => Promise<Result>): Promise<Result>;
  /** What a request to others has as its `traceparent`, for what is being done now; undefined where that is not traced. */
  traceparent(): string | undefined;
}

export interface RequestSpan {
  /** Runs `act`: all that it begins is done for this request. */
  run<Result>(act: () => Result): Result;
  /** To be called once. `fault` says why it failed. */
  end(attributes: SpanAttributes, fault?: string): void;
}

export const noSpans: Spans = {
  request: () => ({ run: (act) => act(), end: () => undefined }),
  within: (_name, _attributes, work) => work(),
  traceparent: () => undefined,
};
