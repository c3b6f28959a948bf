/**
 * The one place where a timeline becomes spans: a turn each, and below it what was done for it. Model and tools are named by OpenTelemetry's
 * conventions for generative AI (https://opentelemetry.io/docs/specs/semconv/gen-ai/); for speech there are none, and the names are our own.
 */
import type { SpanAttributes } from '../base/spans.ts';
import { isWithoutConsent } from '../timeline/consent.ts';
import { spokenSpans } from '../timeline/timeline-spans.ts';
import type { SpokenSpan } from '../timeline/timeline-spans.ts';
import { entriesOf, firstEntryOf } from '../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { turnStages } from '../timeline/turn-stages.ts';
import { around, defined, leaf } from './traced-span.ts';
import type { SpanNote, TracedSpan } from './traced-span.ts';

/** What is the same for all turns of a call. */
export interface TracedCall {
  readonly id: string;
  /** By OpenTelemetry's names: `openai`, `gcp.gemini`. */
  readonly modelProvider: string;
  readonly model: string;
  /** What was said goes into the spans too, unless the caller has not consented. */
  readonly words: boolean;
}

type Entries = readonly TimelineEntry[];
type Entry<Type extends TimelineEntry['type']> = Extract<TimelineEntry, { type: Type }>;

const MS_OF_SECOND = 1000;

/** Of the call, not of what happens in it. */
export function isOfTurn({ type }: TimelineEntry): boolean {
  return type !== 'call.answered' && type !== 'call.ended';
}

/** In their order. */
export function turnSpans(timeline: Entries, call: TracedCall): readonly TracedSpan[] {
  const told = { ...call, words: call.words && !isWithoutConsent(timeline) };
  const spoken = spokenSpans(timeline);
  const turns = [...new Set(timeline.filter(isOfTurn).map(({ turn }) => turn))].toSorted((a, b) => a - b);
  return turns.map((turn) => {
    const entries = timeline.filter((entry) => entry.turn === turn && isOfTurn(entry));
    const said = spoken.filter((span) => span.turn === turn);
    return turnSpan({ timeline, turn, said, entries: entries.toSorted((a, b) => a.atMs - b.atMs) }, told);
  });
}

interface TurnParts {
  readonly timeline: Entries;
  readonly turn: number;
  readonly entries: Entries;
  readonly said: readonly SpokenSpan[];
}

function turnSpan(parts: TurnParts, call: TracedCall): TracedSpan {
  const { entries, said, turn } = parts;
  const { outcome, times, failures, interrupted } = turnStages(entries, turn);
  const over = firstEntryOf(entries, 'turn.over')?.atMs;
  const children = [
    ...recognition(parts, call),
    ...thinking(entries, call),
    ...earlyAnswers(entries, call),
    ...entriesOf(entries, 'context.ready').map(contextSpan),
    ...toolSpans(entries),
    ...chunkSpans(parts, call),
    ...said.filter(({ kind }) => kind !== 'answer').map((span) => playout(span, call)),
    ...transferSpans(entries),
  ];
  return around({
    name: 'turn',
    kind: 'internal',
    fromMs: firstEntryOf(entries, 'turn.ended')?.speechEndedAtMs ?? entries[0]?.atMs ?? 0,
    toMs: over ?? entries.at(-1)?.atMs ?? 0,
    attributes: {
      'parley.turn': turn,
      ...defined({
        'parley.turn.outcome': outcome,
        'parley.turn.voice_to_voice_ms': times.voiceToVoice,
        'parley.turn.interrupted': interrupted || undefined,
      }),
      ...(failures.length > 0 && { 'parley.failures': failures }),
    },
    fault: outcome === 'failed' ? (failures[0] ?? 'failed') : undefined,
    notes: entries.flatMap(noteOf),
    children,
  });
}

/** From the first sound of what the caller said to its text. */
function recognition({ timeline, entries, turn }: TurnParts, call: TracedCall): readonly TracedSpan[] {
  const ended = firstEntryOf(entries, 'turn.ended');
  const done = firstEntryOf(entries, 'recognition.done');
  if (!ended) return [];
  const { speechEndedAtMs } = ended;
  const before = timeline.filter(({ atMs }) => atMs <= speechEndedAtMs);
  // What was spoken before was answered in the turn before, or was nothing.
  const sinceMs = Math.max(
    ...entriesOf(timeline, 'turn.ended')
      .filter((one) => one.turn < turn)
      .map(({ speechEndedAtMs: atMs }) => atMs),
    ...entriesOf(before, 'bargeIn.resumed').map(({ atMs }) => atMs),
    -Infinity,
  );
  const began = entriesOf(before, 'speech.started').find(({ atMs }) => atMs > sinceMs);
  const failure = entriesOf(entries, 'failure').find(({ during }) => during === 'recognition');
  return [
    leaf({
      name: 'stt',
      kind: 'client',
      fromMs: began?.atMs ?? speechEndedAtMs,
      toMs: done?.atMs ?? failure?.atMs ?? ended.atMs,
      attributes: {
        'gen_ai.conversation.id': call.id,
        ...defined({
          'parley.language': done?.language,
          'parley.text': call.words ? done?.text : undefined,
          'parley.stt.after_speech_ms': done && Math.max(0, done.atMs - speechEndedAtMs),
        }),
      },
      fault: failure?.code,
    }),
  ];
}

/** Each request to the model. */
function thinking(entries: Entries, call: TracedCall): readonly TracedSpan[] {
  const starts = entriesOf(entries, 'chat.started');
  const failure = entriesOf(entries, 'failure').find(({ during }) => during === 'chat');
  return starts.map((start, index) => {
    // Its marks stand between its start and the next one's.
    const from = entries.indexOf(start);
    const next = starts[index + 1];
    const own = entries.slice(from, next ? entries.indexOf(next) : undefined);
    const first = firstEntryOf(own, 'chat.firstToken');
    const usage = firstEntryOf(own, 'chat.usage');
    const done = firstEntryOf(own, 'chat.done');
    const brokeOff =
      usage ?? firstEntryOf(own, 'failure') ?? firstEntryOf(own, 'turn.over') ?? first ?? start;
    return leaf({
      name: `chat ${call.model}`,
      kind: 'client',
      fromMs: start.atMs,
      toMs: (done ?? brokeOff).atMs,
      attributes: {
        ...modelAttributes(call),
        ...(usage && usageAttributes(usage)),
        ...defined({
          'gen_ai.response.time_to_first_chunk': first && (first.atMs - start.atMs) / MS_OF_SECOND,
          'parley.characters': done?.characters,
        }),
      },
      fault: done ? undefined : failure?.code,
    });
  });
}

/** Those that were thrown away; one that was used has left the marks of an answer. */
function earlyAnswers(entries: Entries, call: TracedCall): readonly TracedSpan[] {
  const wasted = entriesOf(entries, 'earlyAnswer.wasted');
  return wasted.flatMap((end) => {
    const begun = entriesOf(entries, 'earlyAnswer.begun').findLast(({ atMs }) => atMs <= end.atMs);
    if (!begun) return [];
    return [
      leaf({
        name: `chat ${call.model}`,
        kind: 'client',
        fromMs: begun.atMs,
        toMs: end.atMs,
        attributes: {
          ...modelAttributes(call),
          'gen_ai.usage.output_tokens': end.tokens,
          'parley.early_answer': 'wasted',
        },
      }),
    ];
  });
}

function modelAttributes(call: TracedCall): SpanAttributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': call.modelProvider,
    'gen_ai.request.model': call.model,
    'gen_ai.request.stream': true,
    'gen_ai.output.type': 'text',
    'gen_ai.conversation.id': call.id,
  };
}

function usageAttributes({ inputTokens, outputTokens, estimated }: Entry<'chat.usage'>): SpanAttributes {
  return {
    'gen_ai.usage.input_tokens': inputTokens,
    'gen_ai.usage.output_tokens': outputTokens,
    ...(estimated && { 'parley.usage.estimated': true }),
  };
}

function contextSpan(ready: Entry<'context.ready'>): TracedSpan {
  const { source, startedAtMs, tookMs, late, found, failure } = ready;
  return leaf({
    name: `context ${source}`,
    kind: 'internal',
    fromMs: startedAtMs,
    toMs: startedAtMs + tookMs,
    attributes: {
      'parley.context.source': source,
      'parley.context.late': late,
      'parley.context.found': found,
    },
    fault: failure,
  });
}

function toolSpans(entries: Entries): readonly TracedSpan[] {
  const ends = new Set(entriesOf(entries, 'tool.done'));
  return entriesOf(entries, 'tool.started').map((start) => {
    const end = [...ends].find(({ name, atMs }) => name === start.name && atMs >= start.atMs);
    if (end) ends.delete(end);
    return {
      ...leaf({
        name: `execute_tool ${start.name}`,
        kind: 'internal',
        fromMs: start.atMs,
        toMs: end?.atMs ?? entries.at(-1)?.atMs ?? start.atMs,
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': start.name,
          'gen_ai.tool.type': 'function',
        },
        fault: end?.status === 'failed' ? 'failed' : undefined,
      }),
      begunBy: start,
    };
  });
}

/** From when its words were there until they were heard. */
function chunkSpans({ entries, said }: TurnParts, call: TracedCall): readonly TracedSpan[] {
  const played = new Set(said.filter(({ kind }) => kind === 'answer'));
  return entriesOf(entries, 'chunk.ready').map((ready) => {
    const heard = [...played].find(({ index, toMs }) => index === ready.index && toMs >= ready.atMs);
    if (heard) played.delete(heard);
    const children = [...synthesis(entries, ready), ...(heard ? [playout(heard, call)] : [])];
    return around({
      name: 'chunk',
      kind: 'internal',
      fromMs: ready.atMs,
      toMs: ready.atMs,
      attributes: {
        'parley.chunk': ready.index,
        ...defined({ 'parley.text': call.words ? ready.text : undefined }),
      },
      notes: [],
      children,
    });
  });
}

function synthesis(entries: Entries, ready: Entry<'chunk.ready'>): readonly TracedSpan[] {
  const isOfIt = ({ index, atMs }: { readonly index: number; readonly atMs: number }) =>
    index === ready.index && atMs >= ready.atMs;
  const start = entriesOf(entries, 'synthesis.started').find(isOfIt);
  if (!start) return [];
  const first = entriesOf(entries, 'synthesis.firstAudio').find(isOfIt);
  const done = entriesOf(entries, 'synthesis.done').find(isOfIt);
  const failure = entriesOf(entries, 'failure').find(
    ({ during, atMs }) => during === 'synthesis' && atMs >= start.atMs,
  );
  return [
    leaf({
      name: first ? `tts ${first.provider}` : 'tts',
      kind: 'client',
      fromMs: start.atMs,
      toMs: (done ?? first ?? failure ?? start).atMs,
      attributes: {
        'gen_ai.output.type': 'speech',
        'parley.characters': start.characters,
        ...defined({
          'gen_ai.provider.name': first?.provider,
          'gen_ai.response.time_to_first_chunk': first && (first.atMs - start.atMs) / MS_OF_SECOND,
          'parley.audio_ms': done?.audioMs,
        }),
      },
      fault: first ? undefined : failure?.code,
    }),
  ];
}

function playout({ kind, fromMs, toMs, heardMs, outcome, text }: SpokenSpan, call: TracedCall): TracedSpan {
  return leaf({
    name: 'playout',
    kind: 'internal',
    fromMs,
    toMs,
    attributes: {
      'parley.speech.kind': kind,
      ...defined({
        'parley.heard_ms': heardMs,
        'parley.playout.outcome': outcome,
        'parley.text': call.words ? text : undefined,
      }),
    },
    fault: outcome === 'failed' ? 'failed' : undefined,
  });
}

function transferSpans(entries: Entries): readonly TracedSpan[] {
  return entriesOf(entries, 'transfer.started').map((start) => {
    const { to, warm, atMs } = start;
    const done = entriesOf(entries, 'transfer.done').find((one) => one.to === to && one.atMs >= atMs);
    return leaf({
      name: 'transfer',
      kind: 'internal',
      fromMs: atMs,
      toMs: (done ?? start).atMs,
      attributes: {
        'parley.transfer.to': to,
        'parley.transfer.warm': warm,
        ...defined({ 'parley.transfer.outcome': done?.outcome }),
      },
    });
  });
}

/** What happens at a moment. No key that was pressed, and no words. */
function noteOf(entry: TimelineEntry): readonly SpanNote[] {
  const note = (attributes: SpanAttributes = {}) => [
    { name: `parley.${entry.type}`, atMs: entry.atMs, attributes },
  ];
  switch (entry.type) {
    case 'failure':
      return note({ 'error.type': entry.code, 'parley.during': entry.during });
    case 'flow.step':
      return note({ 'parley.flow.step': entry.step, 'parley.flow.phase': entry.phase });
    case 'language.switched':
      return note({ 'parley.language': entry.to });
    case 'consent':
      return note({ 'parley.consent': entry.outcome });
    case 'answerer.decided':
      return note({ 'parley.answerer': entry.by });
    case 'bargeIn.resumed':
      return note({ 'parley.because': entry.because });
    case 'bargeIn.paused':
    case 'bargeIn.stopped':
    case 'answerer.recording':
    case 'earlyAnswer.used':
    case 'digit':
      return note();
    default:
      return [];
  }
}
