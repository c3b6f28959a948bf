/** Spans as they are made of marks, before anybody sends them. */
import type { SpanAttributes } from '../base/spans.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import type { SpanKind } from './span-writer.ts';

/** A span that is over. Times are on the timeline's clock; none of a span's children reaches beyond it. */
export interface TracedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly attributes: SpanAttributes;
  readonly fault?: string | undefined;
  readonly notes: readonly SpanNote[];
  readonly children: readonly TracedSpan[];
  /** The mark that began it, if others may have been told its id while it lasted. */
  readonly begunBy?: TimelineEntry;
}

export interface SpanNote {
  readonly name: string;
  readonly atMs: number;
  readonly attributes: SpanAttributes;
}

/** One with nothing in it. */
export function leaf(span: Omit<TracedSpan, 'children' | 'notes'>): TracedSpan {
  return around({ ...span, notes: [], children: [] });
}

/** The same span, wide enough for all that is in it. */
export function around(span: TracedSpan): TracedSpan {
  const inside = [...span.children.map(({ fromMs }) => fromMs), ...span.notes.map(({ atMs }) => atMs)];
  const fromMs = Math.min(span.fromMs, ...inside);
  const toMs = Math.max(fromMs, span.toMs, ...span.children.map((child) => child.toMs), ...inside);
  return { ...span, fromMs, toMs };
}

export function defined(
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
): SpanAttributes {
  const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as SpanAttributes;
}
