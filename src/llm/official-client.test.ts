/** The wire as the vendor's own client has it: it reads what we read out of the same bytes, and sends what we send. */
import OpenAI from 'openai';
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { startChatSimulator } from '../lab/simulator/chat.ts';
import type { ChatSimulator } from '../lab/simulator/chat.ts';
import type { ChatMessage, ReplyEvent, ToolOffer } from './chat.ts';
import { createOpenAiChat } from './openai.ts';
import type { OpenAiChat } from './openai.ts';

const MODEL = 'm';
const MAX_TOKENS = 100;
const STOCK: ToolOffer = {
  name: 'stock',
  description: 'What is on the shelf',
  parameters: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
};
const CALLS = [
  { name: 'stock', input: { sku: 'P-1', note: 'насос, «большой»' } },
  { name: 'stock', input: { sku: 'P-2' } },
];

/** A conversation in which both have been used. */
const told: readonly ChatMessage[] = [
  { role: 'system', content: 'You sell pumps.' },
  { role: 'user', content: 'Is there a pump?' },
  {
    role: 'assistant',
    content: '',
    toolCalls: [{ id: 'a', name: 'stock', input: '{"sku":"P-1"}' }],
  },
  { role: 'tool', content: '{"count":3}', toolCallId: 'a' },
  { role: 'assistant', content: 'Three of them.' },
  { role: 'user', content: 'And hoses?' },
];
const asOfficial: ChatCompletionMessageParam[] = [
  { role: 'system', content: 'You sell pumps.' },
  { role: 'user', content: 'Is there a pump?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'stock', arguments: '{"sku":"P-1"}' } }],
  },
  { role: 'tool', content: '{"count":3}', tool_call_id: 'a' },
  { role: 'assistant', content: 'Three of them.' },
  { role: 'user', content: 'And hoses?' },
];

let server: ChatSimulator;
let own: OpenAiChat;
let official: OpenAI;

beforeEach(async () => {
  server = await startChatSimulator({
    reply: () => ({ say: 'Сейчас посмотрю.', calls: CALLS }),
    apiKey: 'sk',
  });
  const { baseUrl } = server;
  const patience = { firstTokenMs: 30_000, totalMs: 30_000 };
  own = createOpenAiChat({
    ...{ apiKey: 'sk', baseUrl, model: MODEL, clock: systemClock, log: silentLog, asksUsage: true },
    ...patience,
  });
  official = new OpenAI({ apiKey: 'sk', baseURL: baseUrl, maxRetries: 0 });
});
afterEach(async () => {
  await own.close();
  await server.stop();
});

const request: ChatCompletionCreateParamsStreaming = {
  model: MODEL,
  messages: asOfficial,
  temperature: 0.3,
  max_tokens: MAX_TOKENS,
  stream: true,
  stream_options: { include_usage: true },
  tools: [{ type: 'function', function: { ...STOCK, parameters: { ...STOCK.parameters } } }],
};

async function asked(): Promise<{ events: readonly ReplyEvent[]; usage: unknown }> {
  const events: ReplyEvent[] = [];
  let usage: unknown;
  const onUsage = (counted: unknown) => (usage = counted);
  const wanted = { messages: told, temperature: 0.3, maxTokens: MAX_TOKENS, tools: [STOCK], onUsage };
  for await (const event of own.reply(wanted, new AbortController().signal)) events.push(event);
  return { events, usage };
}

it('reads the words, the calls and the count that the official client reads', async () => {
  const completion = await official.chat.completions.stream(request).finalChatCompletion();
  const { events, usage } = await asked();
  const words = events.flatMap((event) => (event.kind === 'text' ? [event.text] : [])).join('');
  const calls = events.flatMap((event) => (event.kind === 'toolCall' ? [event] : []));

  const message = completion.choices[0]?.message;
  expect(words).toBe(message?.content);
  const assembled = message?.tool_calls?.flatMap((call) => (call.type === 'function' ? [call.function] : []));
  expect(calls.map(({ name, input }) => ({ name, arguments: input }))).toEqual(
    assembled?.map(({ name, arguments: input }) => ({ name, arguments: input })),
  );
  expect(calls.map(({ input }) => JSON.parse(input) as unknown)).toEqual(CALLS.map(({ input }) => input));
  // The server gives each answer ids of its own.
  expect(calls.map(({ id }) => id.replace(/\d+/, '')).sort()).toEqual(
    message?.tool_calls?.map(({ id }) => id.replace(/\d+/, '')).sort(),
  );
  expect(usage).toEqual({
    inputTokens: completion.usage?.prompt_tokens,
    outputTokens: completion.usage?.completion_tokens,
  });
});

it('sends what the official client sends for the same request', async () => {
  await official.chat.completions.stream(request).finalChatCompletion();
  await asked();
  const [theirs, ours] = server.requests;
  expect(ours).toEqual(theirs);
});

it('the server refuses both clients a key that is not its own', async () => {
  const stranger = new OpenAI({ apiKey: 'other', baseURL: server.baseUrl, maxRetries: 0 });
  await expect(stranger.chat.completions.create(request)).rejects.toMatchObject({
    status: 401,
    code: 'invalid_api_key',
  });
});
