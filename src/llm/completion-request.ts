/**
 * What is asked of a model's server, in the fields that this model takes: some know `max_tokens`, some only `max_completion_tokens`,
 * some no temperature. A server that refuses a field says which; it is not sent again.
 * https://platform.openai.com/docs/api-reference/chat/create
 */
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
  constructor({ asksUsage }: { readonly asksUsage: boolean }) {
    this.#first = {
      lengthField: 'max_tokens',
      hasTemperature: true,
      hasStreamOptions: asksUsage,
      hasTools: true,
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
    return { refused, instead: refused === 'max_tokens' ? next.lengthField : undefined };
  }
}

export function bodyOf(
  request: ChatRequest,
  model: string,
  form: RequestForm,
): Readonly<Record<string, unknown>> {
  const { messages, temperature, maxTokens, tools = [] } = request;
  return {
    model,
    messages: form.hasTools ? messages.map(sentMessage) : withoutTools(messages),
    stream: true,
    ...(form.hasTools && tools.length > 0 && { tools: tools.map(sentTool) }),
    ...(form.hasTemperature && temperature !== undefined && { temperature }),
    ...(form.lengthField && { [form.lengthField]: maxTokens }),
    ...(form.hasStreamOptions && { stream_options: { include_usage: true } }),
  };
}

/** https://platform.openai.com/docs/guides/function-calling */
function sentTool({ name, description, parameters }: ToolOffer) {
  return { type: 'function', function: { name, description, parameters } };
}

function sentMessage({ role, content, toolCalls = [], toolCallId }: ChatMessage) {
  return {
    role,
    // A message that only calls has no words, and some servers refuse empty ones.
    content: content === '' && toolCalls.length > 0 ? null : content,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(sentCall) }),
    ...(toolCallId !== undefined && { tool_call_id: toolCallId }),
  };
}

function sentCall({ id, name, input, extra }: ToolCall) {
  return {
    id,
    type: 'function',
    function: { name, arguments: input },
    ...(extra !== undefined && { extra_content: JSON.parse(extra) as unknown }),
  };
}

/** For a model that takes no tools: what was said. */
function withoutTools(messages: readonly ChatMessage[]) {
  return messages
    .filter(({ role, content }) => role !== 'tool' && content !== '')
    .map(({ role, content }) => ({ role, content }));
}

const SAYS_UNWANTED =
  /unsupported|not[ _]support|unrecogni[sz]ed|unknown|unexpected|not[ _]permitted|not[ _]allowed|extra|invalid|too large/i;

function refusedField(sent: RequestForm, { code, param, message }: ToldFailure): string | undefined {
  const fields = [
    sent.lengthField,
    sent.hasTemperature ? 'temperature' : undefined,
    sent.hasStreamOptions ? 'stream_options' : undefined,
    sent.hasTools ? 'tools' : undefined,
  ].filter((field) => field !== undefined);
  const named = fields.find((field) => param === field || param?.startsWith(`${field}.`));
  if (named !== undefined) return named;
  if (!SAYS_UNWANTED.test(`${code} ${message}`)) return undefined;
  return fields.find((field) => new RegExp(`\\b${field}\\b`).test(message));
}

function without(field: string, form: RequestForm): RequestForm {
  switch (field) {
    case 'temperature':
      return { ...form, hasTemperature: false };
    case 'stream_options':
      return { ...form, hasStreamOptions: false };
    case 'tools':
      return { ...form, hasTools: false };
    case 'max_tokens':
      return form.lengthField === 'max_tokens' ? { ...form, lengthField: 'max_completion_tokens' } : form;
    default:
      return { ...form, lengthField: undefined };
  }
}
