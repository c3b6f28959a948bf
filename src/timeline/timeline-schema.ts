/** What a recorded timeline may hold: every fact of src/timeline/timeline.ts, as it lies on disk. */
import { z } from 'zod';
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import {
  ANSWERERS,
  ANSWERER_REASONS,
  CALL_END_CAUSES,
  CONSENT_OUTCOMES,
  FAILURE_STAGES,
  MACHINE_RECORDS_AFTER,
  RESUME_CAUSES,
  SPEECH_KINDS,
  TOOL_STATUSES,
  TRANSFER_OUTCOMES,
  TURN_OUTCOMES,
} from './kinds.ts';
import type { TimelineEntry, TimelineFacts, TimelineType } from './timeline.ts';

const kind = z.enum(SPEECH_KINDS);
const cause = z.enum(CALL_END_CAUSES);
const code = z.enum(Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]]);
const text = z.string();
const index = z.int().min(0);
const ms = z.number();
const count = z.number().min(0);

/** Each with its facts; the compiler holds them to the Timeline's own. */
const FACTS = {
  'call.answered': {},
  'call.ended': { cause },
  consent: { outcome: z.enum(CONSENT_OUTCOMES) },
  'answerer.decided': { by: z.enum(ANSWERERS), reason: z.enum(ANSWERER_REASONS) },
  'answerer.recording': { after: z.enum(MACHINE_RECORDS_AFTER) },
  'speech.started': {},
  'speech.stopped': { endedAtMs: ms, speechMs: ms, typed: z.literal(true).exactOptional() },
  'turn.ended': { speechEndedAtMs: ms },
  'recognition.partial': { text },
  'recognition.done': { text, language: text.exactOptional() },
  'language.switched': { from: text, to: text },
  'earlyAnswer.begun': { text },
  'earlyAnswer.used': {},
  'earlyAnswer.wasted': { tokens: count, characters: count.exactOptional() },
  'chat.started': {},
  'chat.firstToken': {},
  'chat.usage': { inputTokens: count, outputTokens: count, estimated: z.boolean() },
  'chat.done': { characters: count },
  'context.ready': {
    source: text,
    startedAtMs: ms,
    tookMs: ms,
    late: z.boolean(),
    found: count,
    failure: code.exactOptional(),
  },
  'flow.step': { step: text, phase: text, filled: z.array(text).readonly() },
  'tool.started': { name: text },
  'tool.done': { name: text, status: z.enum(TOOL_STATUSES), tookMs: ms },
  'transfer.started': { to: text, warm: z.boolean() },
  'transfer.done': { to: text, outcome: z.enum(TRANSFER_OUTCOMES) },
  'chunk.ready': { index, text },
  'synthesis.started': { index, characters: count },
  'synthesis.firstAudio': { index, provider: text },
  'synthesis.done': { index, audioMs: ms },
  'playback.started': { kind, index, text },
  'playback.finished': { kind, index, heardMs: ms, outcome: text },
  'bargeIn.paused': {},
  'bargeIn.resumed': { because: z.enum(RESUME_CAUSES) },
  'bargeIn.stopped': {},
  'turn.over': { outcome: z.enum(TURN_OUTCOMES) },
  digit: { digit: text },
  failure: { code, during: z.enum(FAILURE_STAGES) },
} as const satisfies { readonly [Type in TimelineType]: FactShape<TimelineFacts[Type]> };

type FactShape<Facts> = { readonly [Name in keyof Facts]-?: z.ZodType };

const KNOWN = Object.keys(FACTS) as [TimelineType, ...TimelineType[]];

/** Checked in two steps, type first: the fault of an entry is then told of its own type, not of all. */
export const timelineEntry = z
  .looseObject({ type: z.enum(KNOWN), atMs: ms, turn: index })
  .transform((entry, context): TimelineEntry => {
    const schema = z.strictObject({ type: z.string(), atMs: ms, turn: index, ...FACTS[entry.type] });
    const parsed = schema.safeParse(entry);
    if (parsed.success) return parsed.data as unknown as TimelineEntry;
    for (const { message, path } of parsed.error.issues)
      context.addIssue({ code: 'custom', message, path: [...path] });
    return z.NEVER;
  });
