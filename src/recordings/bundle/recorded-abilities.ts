/**
 * What a call was told and what it had done beside talking, as a bundle's call.json holds it: tools and what came of them, what was known
 * from elsewhere, where the script stood, and colleagues who were rung. All of it from version 4 on. Times are ms since the call arrived.
 */
import { z } from 'zod';
import { flowStateSchema } from '../../call/flow/flow-state.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import type { FlowState } from '../../call/flow/flow-state.ts';
import { faultOfJson } from './bundle-limits.ts';
import { recordedEnd } from './recorded-end.ts';

const ms = z.number();
/**
 * What others have made is kept as the text that it is: its numbers are no times, and it may be nested as nothing of a call is. Read it by
 * `jsonIn`.
 */
const jsonText = z.string().refine(isJson, 'expected JSON');
const objectText = z.string().refine((text) => isObject(text), 'expected a JSON object');
const flowState = flowStateSchema.extend({ results: objectText });

const action = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('hangUp'),
    outcome: z.string().exactOptional(),
    by: z.literal('caller').exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('transfer'),
    to: z.string(),
    warm: z.boolean(),
    reason: z.string().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('collectDigits'),
    most: z.int().min(1).max(100),
    terminator: z.enum(['#', '*', 'none']),
    betweenMs: ms,
  }),
]);

const outcome = z.strictObject({
  status: z.enum(['done', 'failed']),
  uncertain: z.literal(true).exactOptional(),
  content: z.string(),
  isEnough: z.boolean().exactOptional(),
  then: action.exactOptional(),
});

const toolUse = z.strictObject({
  atMs: ms,
  turn: z.int().min(0),
  name: z.string(),
  /** Empty where it held what nobody may keep. */
  input: objectText,
  /** Absent unless it came back. */
  outcome: outcome.exactOptional(),
  end: recordedEnd,
});
/** One use of a tool: what went out, and what came of it. */
export type RecordedToolUse = z.output<typeof toolUse>;

const offeredTool = z.strictObject({
  name: z.string(),
  description: z.string(),
  parameters: objectText,
  readOnly: z.boolean(),
  staysInCall: z.literal(true).exactOptional(),
  saying: z.array(z.string()).readonly(),
  onInterrupt: z.enum(['finish', 'cancel']),
});

const journalWrite = z.strictObject({
  kind: z.enum(['begun', 'ended']),
  atMs: ms,
  /** When the line was safe, or could not be. */
  end: recordedEnd,
});
/** A line that was written before, or behind, something with effects: a disk takes its time, and may be full. */
export type RecordedWrite = z.output<typeof journalWrite>;

const tools = z.strictObject({
  maxRounds: z.int().min(0).max(100),
  /** Those that were there, whenever others were. */
  offered: z.array(z.strictObject({ atMs: ms, tools: z.array(offeredTool).readonly() })).readonly(),
  uses: z.array(toolUse).readonly(),
  journal: z.array(journalWrite).readonly(),
});
export type RecordedTools = z.output<typeof tools>;

const passage = z.strictObject({
  title: z.string(),
  file: z.string(),
  headings: z.array(z.string()).readonly(),
  text: z.string(),
  score: z.number(),
  terms: z.array(z.string()).readonly(),
});

const source = z.enum(['caller', 'knowledge', 'embeddings']);

const contextAnswer = z.strictObject({
  atMs: ms,
  text: z.string(),
  known: z
    .strictObject({
      caller: jsonText.exactOptional(),
      passages: z.array(passage).readonly(),
      late: z.array(source).readonly(),
    })
    .exactOptional(),
  end: recordedEnd,
});
/** What was known from elsewhere for an answer to these words. */
export type RecordedContextAnswer = z.output<typeof contextAnswer>;

const contextReady = z.strictObject({
  atMs: ms,
  source,
  startedAtMs: ms,
  tookMs: ms,
  late: z.boolean(),
  found: z.number().min(0),
  failure: z.string().exactOptional(),
});
/** A source's own answer, when it was there. */
export type RecordedContextReady = z.output<typeof contextReady>;

const consultation = z.strictObject({
  atMs: ms,
  outcome: z.enum(['answered', 'noAnswer', 'busy', 'declined', 'unreachable']).exactOptional(),
  end: recordedEnd,
  /** What the colleague said to it; absent if not asked, or not heard out. */
  will: z.strictObject({ atMs: ms, said: z.enum(['yes', 'no', 'nothing']) }).exactOptional(),
  connectedAtMs: ms.exactOptional(),
});
/** A colleague who was rung for the caller. What was said to him is no part of the recording. */
export type RecordedConsultation = z.output<typeof consultation>;

/** To be kept beside the rest of a call. */
export const recordedAbilities = {
  /** What day it was for the bot, `YYYY-MM-DD`. */
  today: z
    .string()
    .regex(/^(\d{4}-\d{2}-\d{2})?$/)
    .exactOptional(),
  tools: tools.exactOptional(),
  context: z
    .strictObject({
      answers: z.array(contextAnswer).readonly(),
      ready: z.array(contextReady).readonly(),
    })
    .exactOptional(),
  flow: z
    .strictObject({
      /** Where it stood, whenever it stood elsewhere. */
      steps: z
        .array(z.strictObject({ atMs: ms, turn: z.int().min(0), step: z.string(), phase: z.string() }))
        .readonly(),
      /** When the call was over; nothing sensitive is in it. */
      state: flowState,
    })
    .exactOptional(),
  consultations: z.array(consultation).readonly().exactOptional(),
} as const;

/** What an earlier process has left of a conversation. */
export const resumedAbilities = {
  flow: flowState.exactOptional(),
  earlier: z
    .array(
      z.strictObject({
        call: z.string(),
        tool: z.string(),
        key: z.string(),
        how: z.enum(['done', 'failed', 'notSent', 'unknown']),
        hasEnd: z.boolean().exactOptional(),
      }),
    )
    .readonly()
    .exactOptional(),
} as const;

export type RecordedFlowState = Readonly<z.output<typeof flowState>>;

export function recordedFlowState(state: FlowState): RecordedFlowState {
  return { ...state, results: JSON.stringify(state.results) };
}

export function flowStateOf({ results, ...state }: RecordedFlowState): FlowState {
  return { ...state, results: JSON.parse(results) as FlowState['results'] };
}

/** Of a text that was checked. */
export function jsonIn(text: string): Json {
  return JSON.parse(text) as Json;
}

export function objectIn(text: string): JsonObject {
  return jsonIn(text) as JsonObject;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return faultOfJson(text) === undefined;
  } catch {
    return false;
  }
}

function isObject(text: string): boolean {
  return isJson(text) && text.trimStart().startsWith('{');
}
