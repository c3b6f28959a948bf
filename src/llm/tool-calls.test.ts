/** Tool calls in a model's stream, as servers really send them. */
import { describe, expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { ChatMessage, ReplyEvent, ToolOffer } from './chat.ts';
import { createOpenAiChat } from './openai.ts';
import { DONE, finished, said, toldEndpoint } from './testing/told-endpoint.ts';
import type { ToldAnswer, ToldEndpoint } from './testing/told-endpoint.ts';

const STOCK: ToolOffer = {
  name: 'stock',
  description: 'What is on the shelf',
  parameters: { type: 'object', properties: { sku: { type: 'string' } } },
};

/** One event with pieces of tool calls. */
function calls(...pieces: readonly unknown[]): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: pieces } }] })}\n\n`;
}

const piece = (told: { name?: unknown; input?: unknown }) => ({
  function: { ...('name' in told && { name: told.name }), ...('input' in told && { arguments: told.input }) },
});

const A = { name: 'stock', input: '{"sku":"a"}' };
const B = { name: 'stock', input: '{"sku":"b"}' };

describe('a tool call', () => {
  it.each<[string, string]>([
    [
      'whose arguments come in pieces',
      calls({ index: 0, id: 'x', ...piece({ name: 'stock', input: '' }) }) +
        calls({ index: 0, ...piece({ input: '{"sku"' }) }) +
        calls({ index: 0, ...piece({ input: ':"a"}' }) }),
    ],
    [
      'without an index',
      calls({ id: 'x', ...piece({ name: 'stock', input: '{"sku"' }) }) + calls(piece({ input: ':"a"}' })),
    ],
    [
      'whose name and id are repeated with each piece',
      calls({ index: 0, id: 'x', ...piece({ name: 'stock', input: '{"sku"' }) }) +
        calls({ index: 0, id: 'x', ...piece({ name: 'stock', input: ':"a"}' }) }),
    ],
    [
      'whose name is repeated once its arguments are whole',
      calls({ index: 0, id: 'x', ...piece(A) }) + calls({ index: 0, ...piece({ name: 'stock', input: '' }) }),
    ],
    ['in one piece', calls({ index: 0, id: 'x', type: 'function', ...piece(A) })],
    [
      'with its arguments as an object',
      calls({ index: 0, id: 'x', ...piece({ name: 'stock', input: { sku: 'a' } }) }),
    ],
    [
      'with its arguments as a text within a text',
      calls({ index: 0, id: 'x', ...piece({ name: 'stock', input: JSON.stringify(A.input) }) }),
    ],
    ['beside nonsense', calls(null, 7, { index: -1, id: 7 }, { index: 0, id: 'x', ...piece(A) })],
    [
      'in a message that is not streamed',
      `${JSON.stringify({ choices: [{ message: { content: null, tool_calls: [{ id: 'x', ...piece(A) }] } }] })}`,
    ],
  ])('%s', async (_, body) => {
    const { events } = await ask({
      body: body.startsWith('{') ? body : body + finished('tool_calls') + DONE,
    });
    expect(events).toEqual([{ kind: 'toolCall', id: 'x', ...A }]);
  });

  it.each(['tool_calls', 'stop', 'function_call'])('ends with the reason %s', async (reason) => {
    const { events } = await ask({
      body: calls({ index: 0, id: 'x', ...piece(A) }) + finished(reason) + DONE,
    });
    expect(events).toEqual([{ kind: 'toolCall', id: 'x', ...A }]);
  });

  it('of the older kind', async () => {
    const event = (told: unknown) =>
      `data: ${JSON.stringify({ choices: [{ delta: { function_call: told } }] })}\n\n`;
    const body = event({ name: 'stock', arguments: '{"sku"' }) + event({ arguments: ':"a"}' }) + DONE;
    expect((await ask({ body })).events).toEqual([{ kind: 'toolCall', id: 'call_0', ...A }]);
  });

  it('that has no arguments has none', async () => {
    const body = calls({ index: 0, id: 'x', ...piece({ name: 'stock' }) }) + DONE;
    expect((await ask({ body })).events).toEqual([{ kind: 'toolCall', id: 'x', name: 'stock', input: '{}' }]);
  });

  it('comes behind the words of its answer, whichever was sent first', async () => {
    const body = calls({ index: 0, id: 'x', ...piece(A) }) + said('Сейчас.|') + finished('tool_calls') + DONE;
    expect((await ask({ body })).events.map(({ kind }) => kind)).toEqual(['text', 'toolCall']);
  });

  it('is nothing to a bot that has offered none', async () => {
    const body = said('Да.|') + calls({ index: 0, id: 'x', ...piece(A) }) + finished('stop') + DONE;
    expect((await ask({ body }, { tools: [] })).events).toEqual([{ kind: 'text', text: 'Да.|' }]);
  });

  it('without a name is no answer, and is asked for again', async () => {
    const nameless = {
      body: calls({ index: 0, id: 'x', ...piece({ input: '{}' }) }) + finished('stop') + DONE,
    };
    const { events, endpoint } = await ask([nameless, { body: said('Да.|') + DONE }]);
    expect(events).toEqual([{ kind: 'text', text: 'Да.|' }]);
    expect(endpoint.requests).toHaveLength(2);
  });

  it('that never ends is given up', async () => {
    const endless = calls({ index: 0, ...piece({ name: 'stock', input: 'x'.repeat(70_000) }) });
    await expect(ask({ body: endless })).rejects.toMatchObject({ code: 'LLM_BAD_ANSWER' });
  });

  it('keeps what the provider wants to see again', async () => {
    const extra = { google: { thought_signature: 'c2ln' } };
    const body = calls({ index: 0, id: 'x', extra_content: extra, ...piece(A) }) + DONE;
    const [event] = (await ask({ body })).events;
    expect(event).toMatchObject({ extra: JSON.stringify(extra) });
    const call = event?.kind === 'toolCall' ? event : undefined;
    const messages: ChatMessage[] = [
      { role: 'user', content: 'Есть?' },
      { role: 'assistant', content: '', toolCalls: call ? [call] : [] },
      { role: 'tool', content: '3', toolCallId: 'x' },
    ];
    const { endpoint } = await ask({ body: said('Три.|') + DONE }, { messages });
    expect(endpoint.requests[0]).toMatchObject({
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'x', type: 'function', function: { name: 'stock' }, extra_content: extra }],
        },
        { role: 'tool', content: '3', tool_call_id: 'x' },
      ],
      tools: [{ type: 'function', function: STOCK }],
    });
  });
});

describe('several calls', () => {
  it.each<[string, string]>([
    [
      'numbered, in turns',
      calls({ index: 0, id: 'x', ...piece({ name: 'stock', input: '{"sku"' }) }) +
        calls({ index: 1, id: 'y', ...piece({ name: 'stock', input: '{"sku"' }) }) +
        calls({ index: 0, ...piece({ input: ':"a"}' }) }, { index: 1, ...piece({ input: ':"b"}' }) }),
    ],
    ['all numbered 0', calls({ index: 0, id: 'x', ...piece(A) }) + calls({ index: 0, id: 'y', ...piece(B) })],
    ['without numbers, with ids', calls({ id: 'x', ...piece(A) }, { id: 'y', ...piece(B) })],
    [
      'without numbers and ids',
      calls(piece(A)) + calls(piece({ name: 'stock', input: '{"sku"' })) + calls(piece({ input: ':"b"}' })),
    ],
    ['all numbered 0, without ids', calls({ index: 0, ...piece(A) }, { index: 0, ...piece(B) })],
  ])('%s are as many', async (_, body) => {
    const { events } = await ask({ body: body + finished('tool_calls') + DONE });
    expect(events).toMatchObject([A, B]);
    expect(new Set(events.map((event) => (event.kind === 'toolCall' ? event.id : ''))).size).toBe(2);
  });

  it('without numbers, ids and arguments are as many', async () => {
    const body = calls(piece({ name: 'stock' })) + calls(piece({ name: 'hours' })) + DONE;
    const { events } = await ask({ body });
    expect(events).toMatchObject([{ name: 'stock', input: '{}' }, { name: 'hours' }]);
  });
});

it('a model that takes no tools is told of none', async () => {
  const refusal = { status: 400, error: { message: 'gemma does not support tools', code: 'x' } };
  const messages: ChatMessage[] = [
    { role: 'user', content: 'Есть?' },
    { role: 'assistant', content: '', toolCalls: [{ id: 'x', ...A }] },
    { role: 'tool', content: '3', toolCallId: 'x' },
  ];
  const { events, endpoint } = await ask([refusal, { body: said('Да.|') + DONE }], { messages });
  expect(events).toEqual([{ kind: 'text', text: 'Да.|' }]);
  expect(endpoint.requests[1]).not.toHaveProperty('tools');
  expect(endpoint.requests[1]?.['messages']).toEqual([{ role: 'user', content: 'Есть?' }]);
});

async function ask(
  answers: ToldAnswer | readonly ToldAnswer[],
  request: { readonly tools?: readonly ToolOffer[]; readonly messages?: readonly ChatMessage[] } = {},
): Promise<{ readonly events: readonly ReplyEvent[]; readonly endpoint: ToldEndpoint }> {
  const endpoint = toldEndpoint(...('length' in answers ? answers : [answers]));
  const clock = new ManualClock();
  const options = { apiKey: 'sk-test', baseUrl: 'http://127.0.0.1:9/v1', model: 'm' };
  const patience = { firstTokenMs: 4000, totalMs: 30_000, retryPauseMs: 0 };
  const chat = createOpenAiChat({ ...options, ...patience, clock, log: silentLog }, endpoint);
  const asked = { messages: [], maxTokens: 400, tools: [STOCK], ...request };
  const events: ReplyEvent[] = [];
  const reading = (async () => {
    for await (const event of chat.reply(asked, new AbortController().signal)) events.push(event);
  })();
  await clock.runUntil(reading);
  return { events, endpoint };
}
