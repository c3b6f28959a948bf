/** A log whose lines say to which trace they belong, as OpenTelemetry names it: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/ */
import type { Log, LogFields } from '../base/log.ts';
import type { TraceContext } from '../base/spans.ts';

/** Of a call, if the line is of one; else of whatever is being done. */
type ContextOf = (call: string | undefined) => TraceContext | undefined;

export class TracedLog implements Log {
  readonly #inner: Log;
  readonly #contextOf: ContextOf;
  readonly #call: string | undefined;

  constructor(inner: Log, contextOf: ContextOf, call?: string) {
    this.#inner = inner;
    this.#contextOf = contextOf;
    this.#call = call;
  }

  debug(fields: LogFields, message: string): void {
    this.#inner.debug(this.#traced(fields), message);
  }

  info(fields: LogFields, message: string): void {
    this.#inner.info(this.#traced(fields), message);
  }

  warn(fields: LogFields, message: string): void {
    this.#inner.warn(this.#traced(fields), message);
  }

  error(fields: LogFields, message: string): void {
    this.#inner.error(this.#traced(fields), message);
  }

  child(fields: LogFields): Log {
    return new TracedLog(this.#inner.child(fields), this.#contextOf, callOf(fields) ?? this.#call);
  }

  #traced(fields: LogFields): LogFields {
    const context = this.#contextOf(callOf(fields) ?? this.#call);
    return context ? { ...fields, trace_id: context.traceId, span_id: context.spanId } : fields;
  }
}

function callOf({ call }: LogFields): string | undefined {
  return typeof call === 'string' ? call : undefined;
}
