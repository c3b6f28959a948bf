/** Where spans go. The real one is otlp.ts. */
import type { SpanAttributes, TraceContext } from '../base/spans.ts';

export type SpanKind = 'server' | 'client' | 'internal';

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** ms since 1970. */
  readonly atEpochMs: number;
  readonly attributes: SpanAttributes;
}

export interface SpanEnd {
  readonly atEpochMs: number;
  readonly attributes?: SpanAttributes;
  /** Why it failed: a code. */
  readonly fault?: string | undefined;
}

export interface OpenSpan {
  readonly context: TraceContext;
  note(name: string, atEpochMs: number, attributes: SpanAttributes): void;
  /** Once. */
  end(end: SpanEnd): void;
}

export interface SpanWriter {
  /** Below `parent`, or the first of a new trace. `spanId`: the one that it was promised to have, 16 hexadecimal digits. */
  begin(start: SpanStart, parent?: TraceContext, spanId?: string): OpenSpan;
  /** Sends what there is still to send, for a moment at most. Never rejects. */
  close(): Promise<void>;
}
