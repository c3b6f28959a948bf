/** A trace for each call, made of its timeline when it is over; and, while it lasts, where in it things are being done. */
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { FaultScope } from '../base/fault-scope.ts';
import type { TraceContext } from '../base/spans.ts';
import type { Timeline, TimelineEntry } from '../timeline/timeline.ts';
import { isOfTurn, turnSpans } from './call-spans.ts';
import type { TracedCall } from './call-spans.ts';
import type { TracedSpan } from './traced-span.ts';
import type { OpenSpan, SpanWriter } from './span-writer.ts';

/** What a trace tells of a call as it begins. */
export interface FollowedCall extends TracedCall {
  readonly timeline: Timeline;
  readonly bot: string;
  readonly direction: 'inbound' | 'outbound';
  /** BCP-47. */
  readonly language: string;
}

export interface CallTracesOptions {
  readonly writer: SpanWriter;
  /** What the timelines run by, ms. */
  readonly nowMs: () => number;
  /** ms since 1970. */
  readonly epochMs: () => number;
}

/** Results are handed over after a call, and lines are written of it: the traces of so many are remembered. */
const MOST_ENDED = 10_000;

export class CallTraces {
  readonly #options: CallTracesOptions;
  readonly #live = new Map<string, LiveTrace>();
  readonly #ended = new LRUCache<string, TraceContext>({ max: MOST_ENDED });
  readonly #scopes = new WeakMap<FaultScope, LiveTrace>();

  constructor(options: CallTracesOptions) {
    this.#options = options;
  }

  /** From before its first mark until its end. To be called where the call runs. */
  follow(call: FollowedCall): void {
    const trace = new LiveTrace(call, this.#options);
    this.#live.set(call.id, trace);
    if (FaultScope.here) this.#scopes.set(FaultScope.here, trace);
    call.timeline.observe((entry) => {
      if (this.#live.get(call.id) !== trace) return;
      trace.note(entry);
      if (entry.type !== 'call.ended') return;
      this.#live.delete(call.id);
      this.#ended.set(call.id, trace.root);
      trace.end(entry);
    });
  }

  /** Where in the call's trace things are being done: its tool if `doing` names one, else its turn. Undefined for a call that is not known. */
  contextOf(call: string, doing?: string): TraceContext | undefined {
    return this.#live.get(call)?.at(doing) ?? this.#ended.get(call);
  }

  /** Of the call for which this runs. */
  get here(): TraceContext | undefined {
    return FaultScope.here && this.#scopes.get(FaultScope.here)?.at();
  }
}

class LiveTrace {
  readonly #call: FollowedCall;
  readonly #writer: SpanWriter;
  readonly #span: OpenSpan;
  /** From the timeline's clock to the wall's. */
  readonly #shiftMs: number;
  /** What others were told already: those of turns by their number, and of tools by what began them. */
  readonly #ids = new Map<number | TimelineEntry, string>();
  readonly #tools = new Map<string, TimelineEntry>();
  #hasTurn = false;

  constructor(call: FollowedCall, { writer, nowMs, epochMs }: CallTracesOptions) {
    this.#call = call;
    this.#writer = writer;
    this.#shiftMs = epochMs() - nowMs();
    this.#span = writer.begin({
      name: `call ${call.bot}`,
      kind: 'server',
      atEpochMs: epochMs(),
      attributes: {
        'gen_ai.conversation.id': call.id,
        'parley.bot': call.bot,
        'parley.direction': call.direction,
        'parley.language': call.language,
      },
    });
  }

  get root(): TraceContext {
    return this.#span.context;
  }

  at(doing?: string): TraceContext {
    const tool = doing === undefined ? undefined : this.#tools.get(doing);
    if (!tool && !this.#hasTurn) return this.root;
    return { ...this.root, spanId: this.#idOf(tool ?? this.#call.timeline.turn) };
  }

  note(entry: TimelineEntry): void {
    if (entry.type === 'tool.started') this.#tools.set(entry.name, entry);
    if (entry.type === 'tool.done') this.#tools.delete(entry.name);
    this.#hasTurn ||= isOfTurn(entry);
  }

  end({ atMs, cause }: Extract<TimelineEntry, { type: 'call.ended' }>): void {
    const { timeline } = this.#call;
    if (this.root.isSampled)
      for (const turn of turnSpans(timeline.entries, this.#call))
        this.#write(turn, this.root, this.#ids.get(Number(turn.attributes['parley.turn'])));
    this.#span.end({
      atEpochMs: atMs + this.#shiftMs,
      attributes: { 'parley.end_cause': cause, 'parley.turns': timeline.turn },
      fault: cause === 'failure' ? 'failure' : undefined,
    });
  }

  #write(span: TracedSpan, parent: TraceContext, spanId?: string): void {
    const { name, kind, attributes, fault, notes, children } = span;
    const start = { name, kind, attributes, atEpochMs: span.fromMs + this.#shiftMs };
    const open = this.#writer.begin(start, parent, spanId);
    for (const note of notes) open.note(note.name, note.atMs + this.#shiftMs, note.attributes);
    for (const child of children)
      this.#write(child, open.context, child.begunBy && this.#ids.get(child.begunBy));
    open.end({ atEpochMs: span.toMs + this.#shiftMs, fault });
  }

  #idOf(key: number | TimelineEntry): string {
    const id = this.#ids.get(key) ?? randomBytes(8).toString('hex');
    this.#ids.set(key, id);
    return id;
  }
}
