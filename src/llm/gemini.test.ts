/** Gemini through OpenAI's protocol, with what is its own. The wire: https://ai.google.dev/gemini-api/docs/openai */
import { describe, expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { ChatMessage, ChatRequest, ChatUsage, ReplyEvent, ToolOffer } from './chat.ts';
import { toldInBody } from './chat-failures.ts';
import type { EndpointAnswer } from './chat-endpoint.ts';
import { createOpenAiChat } from './openai.ts';
import { DONE, said, toldEndpoint } from './testing/told-endpoint.ts';
import type { ToldAnswer, ToldEndpoint } from './testing/told-endpoint.ts';

const STOCK: ToolOffer = {
  name: 'stock',
  description: 'What is on the shelf',
  parameters: { type: 'object', properties: { sku: { type: 'string' } } },
};
const SIGNATURE = { google: { thought_signature: 'CvwBAdHtim…' } };
const UNSIGNED = { google: { thought_signature: 'skip_thought_signature_validator' } };
const ASKED: readonly ChatMessage[] = [
  { role: 'system', content: 'You sell pumps.' },
  { role: 'user', content: 'Is there a pump?' },
];

function chatAt(endpoint: ToldEndpoint) {
  const clock = new ManualClock();
  const options = { apiKey: 'k', baseUrl: 'http://x', model: 'gemini', firstTokenMs: 4000, totalMs: 30_000 };
  return createOpenAiChat({ ...options, clock, log: silentLog, dialect: 'gemini' }, endpoint);
}

async function asking(
  endpoint: ToldEndpoint,
  request: Partial<ChatRequest> = {},
): Promise<readonly ReplyEvent[]> {
  const events: ReplyEvent[] = [];
  const whole = { messages: ASKED, maxTokens: 100, tools: [STOCK], ...request };
  for await (const event of chatAt(endpoint).reply(whole, new AbortController().signal)) events.push(event);
  return events;
}

const textOf = (events: readonly ReplyEvent[]) =>
  events.map((event) => (event.kind === 'text' ? event.text : '')).join('');
const callsOf = (events: readonly ReplyEvent[]) =>
  events.flatMap((event) => (event.kind === 'toolCall' ? [event] : []));

function event(delta: unknown, more: Readonly<Record<string, unknown>> = {}, finish?: string): string {
  const choice = { index: 0, delta, ...(finish !== undefined && { finish_reason: finish }) };
  return `data: ${JSON.stringify({ choices: [choice], ...more })}\n\n`;
}

const call = (sku: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id: `id-${sku}`,
  type: 'function',
  function: { name: 'stock', arguments: `{"sku":"${sku}"}` },
  ...more,
});

const body = (...events: readonly string[]): ToldAnswer => ({ body: events.join('') + DONE });

describe('an answer of Gemini', () => {
  it('is heard as it comes, though it begins with an empty delta, repeats its role and counts in every chunk', async () => {
    const usages: ChatUsage[] = [];
    const usage = (completion: number) => ({
      usage: { prompt_tokens: 11, completion_tokens: completion, total_tokens: 11 + completion },
    });
    const answer = body(
      event({ role: 'assistant' }, usage(0)),
      event({ role: 'assistant', content: '' }, usage(0)),
      event({ role: 'assistant', content: 'There is ' }, usage(3)),
      event({ role: 'model', content: 'one.' }, usage(5), 'stop'),
    );
    const events = await asking(toldEndpoint(answer), { onUsage: (told) => usages.push(told) });
    expect(events).toEqual([
      { kind: 'text', text: 'There is ' },
      { kind: 'text', text: 'one.' },
    ]);
    expect(usages).toEqual([{ inputTokens: 11, outputTokens: 5 }]);
  });

  it('has calls that lack their number, behind which it ends with stop', async () => {
    const answer = body(
      event({ role: 'assistant', tool_calls: [call('a', { extra_content: SIGNATURE })] }),
      event({ tool_calls: [call('b')] }, {}, 'stop'),
    );
    expect(callsOf(await asking(toldEndpoint(answer)))).toEqual([
      { kind: 'toolCall', id: 'id-a', name: 'stock', input: '{"sku":"a"}', extra: JSON.stringify(SIGNATURE) },
      { kind: 'toolCall', id: 'id-b', name: 'stock', input: '{"sku":"b"}' },
    ]);
  });

  it('has arguments that come in pieces without a number', async () => {
    const piece = (told: unknown) => event({ tool_calls: [{ function: told }] });
    const answer = body(
      piece({ name: 'stock', arguments: '{"sku"' }),
      piece({ arguments: ':"a"}' }),
      event({}, {}, 'stop'),
    );
    expect(callsOf(await asking(toldEndpoint(answer)))).toMatchObject([{ input: '{"sku":"a"}' }]);
  });

  it.each([
    ['beside the calls of a delta', { extra_content: SIGNATURE }],
    ['in a piece of a call of its own', { tool_calls: [{ extra_content: SIGNATURE }] }],
  ])('has its signature %s', async (_, delta) => {
    const answer = body(event({ tool_calls: [call('a')] }), event(delta), event({}, {}, 'stop'));
    const calls = callsOf(await asking(toldEndpoint(answer)));
    expect(calls).toHaveLength(1);
    expect(calls[0]?.extra).toBe(JSON.stringify(SIGNATURE));
  });

  it.each([
    [401, 'LLM_UNAUTHORIZED'],
    [429, 'LLM_QUOTA'],
    [503, 'LLM_UNAVAILABLE'],
  ])('with status %d in the list of its error is %s', async (status, code) => {
    const told = toldInBody(
      JSON.stringify([{ error: { code: status, message: 'No.', status: 'INVALID_ARGUMENT' } }]),
    );
    const refused: EndpointAnswer = { ok: false, status, told, retryAfter: '' };
    const endpoint = { ...toldEndpoint(), post: async () => refused } as ToldEndpoint;
    const clock = new ManualClock();
    const options = { apiKey: 'k', baseUrl: 'http://x', model: 'm', firstTokenMs: 4000, totalMs: 30_000 };
    const chat = createOpenAiChat(
      { ...options, clock, log: silentLog, retryPauseMs: 0, dialect: 'gemini' },
      endpoint,
    );
    const read = async () => {
      for await (const _ of chat.reply({ messages: ASKED, maxTokens: 9 }, new AbortController().signal));
    };
    const reading = expect(read()).rejects.toMatchObject({ code });
    await clock.advance(1000);
    await reading;
  });
});

describe('what Gemini is asked', () => {
  it('is not to think before it speaks, and less where it must', async () => {
    const refusal = {
      status: 400,
      error: { code: 400, message: 'Budget 0 is invalid. This model only works in thinking mode.' },
    };
    const endpoint = toldEndpoint(refusal, refusal, body(said('Yes.'), event({}, {}, 'stop')));
    expect(textOf(await asking(endpoint))).toBe('Yes.');
    expect(endpoint.requests.map(({ reasoning_effort: effort }) => effort)).toEqual([
      'none',
      'low',
      undefined,
    ]);
  });

  it('has the signature of its calls, and its own word where another model has called', async () => {
    const endpoint = toldEndpoint(body(said('Yes.'), event({}, {}, 'stop')));
    const used = (id: string, extra?: unknown): readonly ChatMessage[] => [
      {
        role: 'assistant',
        content: '',
        toolCalls: [
          { id, name: 'stock', input: '{}', ...(extra !== undefined && { extra: JSON.stringify(extra) }) },
        ],
      },
      { role: 'tool', content: '3', toolCallId: id },
    ];
    await asking(endpoint, {
      messages: [...ASKED, ...used('a', SIGNATURE), { role: 'user', content: 'And hoses?' }, ...used('b')],
    });
    const sent = endpoint.requests[0]?.['messages'] as readonly {
      readonly tool_calls?: readonly { readonly extra_content?: unknown }[];
    }[];
    expect(sent.flatMap(({ tool_calls: calls = [] }) => calls).map((each) => each.extra_content)).toEqual([
      SIGNATURE,
      UNSIGNED,
    ]);
  });

  it('never has two turns of the bot in a row, nor a call behind its own words', async () => {
    const endpoint = toldEndpoint(body(said('Yes.'), event({}, {}, 'stop')));
    await asking(endpoint, {
      messages: [
        ...ASKED,
        { role: 'assistant', content: 'One moment.' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'stock', input: '{}' }] },
        { role: 'tool', content: '3', toolCallId: 'a' },
        { role: 'assistant', content: 'Three.' },
        { role: 'assistant', content: 'Are you there?' },
        { role: 'user', content: 'Yes.' },
      ],
    });
    const sent = endpoint.requests[0]?.['messages'] as readonly ChatMessage[];
    expect(sent.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'system: You sell pumps.',
      'user: Is there a pump?',
      'assistant: One moment.',
      'tool: 3',
      'assistant: Three. Are you there?',
      'user: Yes.',
    ]);
  });

  it('is asked by somebody, where there is only what the bot is', async () => {
    const endpoint = toldEndpoint(body(said('Yes.'), event({}, {}, 'stop')));
    await asking(endpoint, { messages: [{ role: 'system', content: 'Say yes.' }], tools: [] });
    expect(endpoint.requests[0]?.['messages']).toEqual([{ role: 'user', content: 'Say yes.' }]);
  });
});
