/**
 * One event of a streamed answer, read with a schema: what is not as expected never goes further than here.
 * The wire: https://platform.openai.com/docs/api-reference/chat-streaming
 */
import { z } from 'zod';
import { ParleyError } from '../base/errors.ts';
import type { ChatUsage } from './chat.ts';
import { brokenOff } from './chat-failures.ts';
import { toolCallPieces } from './tool-calls.ts';
import type { ToolCallPiece } from './tool-calls.ts';

export interface CompletionEvent {
  /** What it adds to the answer; '' for nothing. */
  readonly text: string;
  /** Pieces of tool calls. */
  readonly toolCalls?: readonly ToolCallPiece[];
  /** Why the answer ends here, in the provider's word. */
  readonly finish?: string | undefined;
  readonly usage?: ChatUsage | undefined;
}

/** Some providers send an answer in typed parts, and what the model thinks among them: https://docs.mistral.ai/capabilities/reasoning/ */
const PART = z.looseObject({ type: z.string(), text: z.string().optional() });
const MESSAGE = z.looseObject({
  content: z.union([z.string(), z.array(PART)]).nullish(),
  /** The model declines, in words for the caller. */
  refusal: z.string().nullish(),
  tool_calls: z.unknown().optional(),
  /** Gemini's thought signature, where it does not lie in the call that it belongs to. */
  extra_content: z.unknown().optional(),
  /** As it was before there were several in one answer. */
  function_call: z.unknown().optional(),
});
const CHOICE = z.looseObject({
  delta: MESSAGE.nullish(),
  /** In place of `delta` from a server that does not stream. Beside it: all so far, once more (https://docs.perplexity.ai/guides/streaming). */
  message: MESSAGE.nullish(),
  finish_reason: z.string().nullish(),
});
const COMPLETION = z.looseObject({
  error: z.unknown().optional(),
  choices: z.array(CHOICE).nullish(),
  usage: z.unknown().optional(),
});

const MOST_TOKENS = 1e9;
const tokens = z.int().min(0).max(MOST_TOKENS);
const USAGE = z.object({ prompt_tokens: tokens, completion_tokens: tokens });

/** Throws LLM_BAD_ANSWER for what is no event of an answer, and what the provider tells of a failure. */
export function readCompletionEvent({ name, data }: { name: string; data: string }): CompletionEvent {
  const { error, choices, usage } = parsed(data);
  if (error) throw brokenOff(error);
  if (name === 'error') throw brokenOff(undefined);
  const { delta, message, finish_reason: finish } = choices?.[0] ?? {};
  const told = delta ?? message;
  return {
    text: textOf(told),
    toolCalls: toolCallPieces(told?.tool_calls, told?.function_call, told?.extra_content),
    // A whole message has no more to come.
    finish: finish || (!delta && message ? 'stop' : undefined),
    usage: usageOf(usage),
  };
}

function parsed(data: string): Partial<z.output<typeof COMPLETION>> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new ParleyError('LLM_BAD_ANSWER', 'An event of the answer was not JSON.');
  }
  if (value === null) return {};
  // Gemini puts an error into a list: https://ai.google.dev/gemini-api/docs/openai
  const { success, data: completion } = COMPLETION.safeParse(Array.isArray(value) ? value[0] : value);
  if (!success) throw new ParleyError('LLM_BAD_ANSWER', 'An event of the answer was of another shape.');
  return completion;
}

function textOf(message: z.output<typeof MESSAGE> | null | undefined): string {
  const { content, refusal } = message ?? {};
  if (typeof content === 'string' && content !== '') return content;
  const parts = Array.isArray(content) ? content.filter(({ type }) => SPOKEN_PARTS.has(type)) : [];
  return parts.map(({ text = '' }) => text).join('') || (refusal ?? '');
}

const SPOKEN_PARTS: ReadonlySet<string> = new Set(['text', 'output_text']);

/** What is no count is not told. */
function usageOf(raw: unknown): ChatUsage | undefined {
  const { data } = USAGE.safeParse(raw);
  return data && { inputTokens: data.prompt_tokens, outputTokens: data.completion_tokens };
}
