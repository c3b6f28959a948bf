/**
 * What is asked of a model's server, in the fields that this model takes: some know `max_tokens`, some only `max_completion_tokens`,
 * some no temperature. A server that refuses a field says which; it is not sent again.
 * https://platform.openai.com/docs/api-reference/chat/create
 */
import { geminiTurns } from './gemini-turns.ts';
import type { Dialect } from './dialect.ts';
import type { ChatMessage, ChatRequest, ToolCall, ToolOffer } from './chat.ts';
import type { ToldFailure } from './chat-failures.ts';

/** Which fields a model takes. */
export interface RequestForm {
  readonly lengthField: 'max_tokens' | 'max_completion_tokens' | undefined;
  readonly hasTemperature: boolean;
  /** Asks for the count of tokens at the end. */
  readonly hasStreamOptions: boolean;
  /** Offers tools, and tells of those that were used. */
  readonly hasTools: boolean;
  /** Tells with each use of a tool what else the model's server had sent with it. */
  readonly hasExtras: boolean;
  /** How long a model may think before it speaks, where it would think by itself. Thoughts count as tokens of the answer, and nobody hears them. */
  readonly reasoningEffort: 'none' | 'low' | undefined;
  readonly dialect: Dialect;
}

/** A field that is refused, and what is sent instead; undefined for nothing. */
export interface LearntField {
  readonly refused: string;
  readonly instead: string | undefined;
}

export class CompletionRequests {
  readonly #first: RequestForm;
  readonly #learnt = new Map<string, RequestForm>();

  /** `asksUsage`: see OpenAiOptions. */
  constructor({
    asksUsage,
    dialect = 'openai',
  }: {
    readonly asksUsage: boolean;
    readonly dialect?: Dialect;
  }) {
    this.#first = {
      lengthField: 'max_tokens',
      hasTemperature: true,
      hasStreamOptions: asksUsage,
      hasTools: true,
      hasExtras: true,
      reasoningEffort: dialect === 'gemini' ? 'none' : undefined,
      dialect,
    };
  }

  formFor(model: string): RequestForm {
    return this.#learnt.get(model) ?? this.#first;
  }

  /**
   * The field that a refusal of `sent` complains of, which is left out from now on; undefined if there is none, and the same request
   * would be refused again. Every field is learnt once, so asking again after each comes to an end.
   */
  learn(model: string, sent: RequestForm, told: ToldFailure): LearntField | undefined {
    const refused = refusedField(sent, told);
    if (refused === undefined) return undefined;
    const form = this.formFor(model);
    const next = without(refused, form);
    this.#learnt.set(model, next);
    return { refused, instead: insteadOf(refused, next) };
  }
}

export function bodyOf(
  request: ChatRequest,
  model: string,
  form: RequestForm,
): Readonly<Record<string, unknown>> {
  const { temperature, maxTokens, tools = [] } = request;
  const messages = form.dialect === 'gemini' ? geminiTurns(request.messages) : request.messages;
  return {
    model,
    messages: form.hasTools ? messages.map((message) => sentMessage(message, form)) : withoutTools(messages),
    stream: true,
    ...(form.hasTools && tools.length > 0 && { tools: tools.map(sentTool) }),
    ...(form.hasTemperature && temperature !== undefined && { temperature }),
    ...(form.lengthField && { [form.lengthField]: maxTokens }),
    ...(form.reasoningEffort && { reasoning_effort: form.reasoningEffort }),
    ...(form.hasStreamOptions && { stream_options: { include_usage: true } }),
  };
}

/** https://platform.openai.com/docs/guides/function-calling */
function sentTool({ name, description, parameters }: ToolOffer) {
  return { type: 'function', function: { name, description, parameters } };
}

function sentMessage({ role, content, toolCalls = [], toolCallId }: ChatMessage, form: RequestForm) {
  return {
    role,
    // A message that only calls has no words, and some servers refuse empty ones.
    content: content === '' && toolCalls.length > 0 ? null : content,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map((call) => sentCall(call, form)) }),
    ...(toolCallId !== undefined && { tool_call_id: toolCallId }),
  };
}

function sentCall({ id, name, input, extra }: ToolCall, { hasExtras }: RequestForm) {
  return {
    id,
    type: 'function',
    function: { name, arguments: input },
    ...(hasExtras && extra !== undefined && { extra_content: JSON.parse(extra) as unknown }),
  };
}

/** For a model that takes no tools: what was said. */
function withoutTools(messages: readonly ChatMessage[]) {
  return messages
    .filter(({ role, content }) => role !== 'tool' && content !== '')
    .map(({ role, content }) => ({ role, content }));
}

function insteadOf(refused: string, { lengthField, reasoningEffort }: RequestForm): string | undefined {
  if (refused === 'reasoning_effort') return reasoningEffort;
  return refused === 'max_tokens' ? lengthField : undefined;
}

const SAYS_UNWANTED =
  /unsupported|not[ _]support|unrecogni[sz]ed|unknown|unexpected|not[ _]permitted|not[ _]allowed|extra|invalid|too large/i;

function refusedField(sent: RequestForm, { code, param, message }: ToldFailure): string | undefined {
  const fields = [
    sent.lengthField,
    sent.hasTemperature ? 'temperature' : undefined,
    sent.hasStreamOptions ? 'stream_options' : undefined,
    sent.hasTools ? 'tools' : undefined,
    sent.hasExtras ? 'extra_content' : undefined,
    sent.reasoningEffort ? 'reasoning_effort' : undefined,
  ].filter((field) => field !== undefined);
  const named = fields.find((field) => param === field || param?.startsWith(`${field}.`));
  if (named !== undefined) return named;
  if (!SAYS_UNWANTED.test(`${code} ${message}`)) return undefined;
  const told = fields.find((field) => new RegExp(`\\b${field}\\b`).test(message));
  // Gemini calls it a budget for thinking.
  return told ?? (sent.reasoningEffort && /\bthinking\b/i.test(message) ? 'reasoning_effort' : undefined);
}

function without(field: string, form: RequestForm): RequestForm {
  switch (field) {
    case 'temperature':
      return { ...form, hasTemperature: false };
    case 'stream_options':
      return { ...form, hasStreamOptions: false };
    case 'tools':
      return { ...form, hasTools: false };
    case 'extra_content':
      return { ...form, hasExtras: false };
    case 'reasoning_effort':
      return { ...form, reasoningEffort: form.reasoningEffort === 'none' ? 'low' : undefined };
    case 'max_tokens':
      return form.lengthField === 'max_tokens' ? { ...form, lengthField: 'max_completion_tokens' } : form;
    default:
      return { ...form, lengthField: undefined };
  }
}
