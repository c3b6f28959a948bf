/**
 * What an OpenAI-compatible endpoint puts on the wire.
 * Source: https://platform.openai.com/docs/api-reference/chat-streaming and .../docs/guides/error-codes
 */
export const DONE_EVENT = 'data: [DONE]\n\n';

/** What a proxy answers when it takes the request for a browser's. */
export const HTML_PAGE = '<!doctype html><html><body><h1>Welcome</h1></body></html>';

export const GARBAGE_EVENTS = {
  'broken-json': 'data: {"choices": [{"del\n\n',
  'other-json': 'data: {"status": "ok"}\n\ndata: null\n\n',
  empty: '',
} as const;

interface Delta {
  readonly role?: 'assistant';
  readonly content?: string;
  readonly tool_calls?: readonly ToolCallDelta[];
}

/** https://platform.openai.com/docs/guides/function-calling#streaming */
interface ToolCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly type?: 'function';
  readonly function: { readonly name?: string; readonly arguments: string };
}

/** Arguments come in pieces of about so many characters. */
const ARGUMENTS_PIECE = /[^]{1,12}/g;

/** What a model sends for calls of tools: the name of each, then its arguments in pieces. `request`: makes their ids unique. */
export function toolCallDeltas(
  calls: readonly { readonly name: string; readonly input: unknown }[],
  request: number,
): readonly Delta[] {
  return calls.flatMap(({ name, input }, index) => {
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    const begun = {
      index,
      id: `call_${request}_${index}`,
      type: 'function' as const,
      function: { name, arguments: '' },
    };
    const pieces = (text.match(ARGUMENTS_PIECE) ?? []).map((piece) => ({
      index,
      function: { arguments: piece },
    }));
    return [begun, ...pieces].map((piece) => ({ tool_calls: [piece] }));
  });
}

/** One server-sent event that carries a piece of the answer, or its finish. */
export function chunkEvent(
  model: string,
  delta: Delta,
  finishReason: 'stop' | 'tool_calls' | null = null,
): string {
  const chunk = {
    id: 'chatcmpl-simulated',
    object: 'chat.completion.chunk',
    created: 0,
    model,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** The last event, for who asked for it with `stream_options.include_usage`: a chunk without choices. */
export function usageEvent(model: string, promptTokens: number, completionTokens: number): string {
  const chunk = {
    id: 'chatcmpl-simulated',
    object: 'chat.completion.chunk',
    created: 0,
    model,
    choices: [],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

export function modelList(model: string): unknown {
  return { object: 'list', data: [{ id: model, object: 'model', created: 0, owned_by: 'parley' }] };
}

const ERRORS: Readonly<Record<number, { message: string; type: string; code: string | null }>> = {
  401: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
  404: { message: 'The model does not exist.', type: 'invalid_request_error', code: 'model_not_found' },
  429: {
    message: 'You exceeded your current quota.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  },
};

export function errorBody(status: number): unknown {
  const known = ERRORS[status] ?? { message: 'The server had an error.', type: 'server_error', code: null };
  return { error: { ...known, param: null } };
}

/** A text in pieces of about four letters, as models send it; tokens that were scripted stay as they are. */
export function tokensOf(answer: string | readonly string[]): readonly string[] {
  return typeof answer === 'string' ? (answer.match(/\s*[^\s]{1,4}|\s+/gu) ?? []) : answer;
}
