import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { type ChatFault, type ChatSimulator, startChatSimulator } from '../lab/simulator/chat.ts';
import { tokensOf } from '../lab/simulator/chat-wire.ts';
import { textsOf } from './chat.ts';
import type { Chat, ChatRequest, ChatUsage, ReplyEvent } from './chat.ts';
import { createOpenAiChat, type OpenAiOptions } from './openai.ts';

const KEY = 'sk-planted-secret';
const ANSWER = 'Здравствуйте.| Чем могу помочь?|';

let server: ChatSimulator;
beforeEach(async () => {
  server = await startChatSimulator({ reply: () => ANSWER, apiKey: KEY });
});
afterEach(() => server.stop());

describe('a reply', () => {
  it('comes as the tokens that the model sends', async () => {
    expect(await collect(chat().reply(asking(), never()))).toBe(ANSWER);
    expect(server.requests).toEqual([
      expect.objectContaining({ model: 'gpt', temperature: 0.3, max_tokens: 200, stream: true }),
    ]);
  });

  it("uses the profile's model before the settings'", async () => {
    await collect(chat().reply({ ...asking(), model: 'profile-model' }, never()));
    expect(server.requests[0]?.model).toBe('profile-model');
  });

  it('ends with what the endpoint counted, where that was asked for', async () => {
    const told: ChatUsage[] = [];
    const onUsage = (usage: ChatUsage) => void told.push(usage);
    expect(await collect(chat({ asksUsage: true }).reply({ ...asking(), onUsage }, never()))).toBe(ANSWER);
    expect(told.map(({ outputTokens }) => outputTokens)).toEqual([tokensOf(ANSWER).length]);
    expect(told[0]?.inputTokens).toBeGreaterThan(0);
  });

  it('does not bother an endpoint with that question where it was not', async () => {
    const told: ChatUsage[] = [];
    await collect(chat().reply({ ...asking(), onUsage: (usage) => void told.push(usage) }, never()));
    expect(server.requests[0]).not.toHaveProperty('stream_options');
    expect(told).toEqual([]);
  });

  it('leaves no timer behind', async () => {
    const clock = new ManualClock();
    await collect(chat({ clock }).reply(asking(), never()));
    expect(clock.pending).toBe(0);
  });
});

describe('a caller who interrupts', () => {
  it.each([
    ['before the first token', { kind: 'hang' }],
    ['in the middle of the answer', { kind: 'hang', afterTokens: 3 }],
  ] satisfies [string, ChatFault][])('ends the request on the server %s', async (_, fault) => {
    server.fail(fault);
    const clock = new ManualClock();
    const interruption = new AbortController();
    const reason = new Error('the caller spoke');
    const heard = collect(chat({ clock }).reply(asking(), interruption.signal));
    await until(() => server.answering === 1);
    interruption.abort(reason);
    await expect(heard).rejects.toBe(reason);
    await until(() => server.abortedCount === 1 && server.answering === 0);
    expect(server.requests).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('ends the request also when the reader just stops reading', async () => {
    server.fail({ kind: 'hang', afterTokens: 3 });
    for await (const _ of chat().reply(asking(), never())) break;
    await until(() => server.abortedCount === 1);
  });

  it('sends no request if the turn was over before it began', async () => {
    const reason = new Error('over');
    await expect(collect(chat().reply(asking(), AbortSignal.abort(reason)))).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);
  });

  it('ends the pause before the retry', async () => {
    server.fail({ kind: 'status', status: 500 });
    const clock = new ManualClock();
    const interruption = new AbortController();
    const heard = collect(chat({ clock }).reply(asking(), interruption.signal));
    await until(() => server.requests.length === 1 && server.answering === 0);
    setTimeout(() => interruption.abort(new Error('the caller spoke')), 30);
    await expect(heard).rejects.toThrow('the caller spoke');
    expect(server.requests).toHaveLength(1);
  });
});

describe('one retry', () => {
  it.each<ChatFault>([
    { kind: 'refused' },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 429 },
    { kind: 'garbage', what: 'html' },
    { kind: 'cut', afterTokens: 0 },
    { kind: 'hang' },
  ])('hides a passing fault before the first token: %o', async (fault) => {
    server.fail(fault, 1);
    expect(await collect(chat({ firstTokenMs: 200 }).reply(asking(), never()))).toBe(ANSWER);
  });

  it('is the only one', async () => {
    server.fail({ kind: 'status', status: 503 });
    await expect(failure(chat())).resolves.toMatchObject({ code: 'LLM_UNAVAILABLE' });
    expect(server.requests).toHaveLength(2);
  });

  it('is not made after the first token: what was said cannot be taken back', async () => {
    server.fail({ kind: 'cut', afterTokens: 3 });
    const said: string[] = [];
    const reading = (async () => {
      for await (const token of textsOf(chat().reply(asking(), never()))) said.push(token);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'LLM_UNAVAILABLE' });
    expect(said).toHaveLength(3);
    expect(server.requests).toHaveLength(1);
  });

  it('is not made where it cannot help', async () => {
    server.fail({ kind: 'status', status: 404 });
    await expect(failure(chat())).resolves.toMatchObject({ code: 'LLM_REJECTED' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a failure has a code that says what to do', () => {
  it.each<[ChatFault, string]>([
    [{ kind: 'refused' }, 'LLM_UNAVAILABLE'],
    [{ kind: 'status', status: 400 }, 'LLM_REJECTED'],
    [{ kind: 'status', status: 401 }, 'LLM_UNAUTHORIZED'],
    [{ kind: 'status', status: 404 }, 'LLM_REJECTED'],
    [{ kind: 'status', status: 409 }, 'LLM_UNAVAILABLE'],
    [{ kind: 'status', status: 429 }, 'LLM_QUOTA'],
    [{ kind: 'status', status: 500 }, 'LLM_UNAVAILABLE'],
    [{ kind: 'status', status: 504 }, 'LLM_TIMEOUT'],
    [{ kind: 'garbage', what: 'html' }, 'LLM_BAD_ANSWER'],
    [{ kind: 'garbage', what: 'broken-json' }, 'LLM_BAD_ANSWER'],
    [{ kind: 'garbage', what: 'other-json' }, 'LLM_BAD_ANSWER'],
    [{ kind: 'garbage', what: 'empty' }, 'LLM_BAD_ANSWER'],
    [{ kind: 'unfinished', afterTokens: 2 }, 'LLM_UNAVAILABLE'],
    [{ kind: 'cut', afterTokens: 2 }, 'LLM_UNAVAILABLE'],
    [{ kind: 'hang' }, 'LLM_TIMEOUT'],
    [{ kind: 'hang', afterTokens: 2 }, 'LLM_TIMEOUT'],
    [{ kind: 'slow', firstTokenMs: 0, perTokenMs: 60 }, 'LLM_TIMEOUT'],
  ])('%o is %s, and the key is nowhere', async (fault, code) => {
    server.fail(fault);
    const error = await failure(chat({ firstTokenMs: 150, tokenGapMs: 150, totalMs: 400 }));
    expect(error.code).toBe(code);
    expect(error.message + JSON.stringify(error)).not.toContain(KEY);
  });

  it('names the wrong key no further than its fault', async () => {
    const error = await failure(chat({ apiKey: 'sk-other-secret' }));
    expect(error.code).toBe('LLM_UNAUTHORIZED');
    expect(error.message).toContain('401 invalid_api_key');
    expect(error.message).not.toContain('secret');
  });

  it('says so when nothing listens at the address', async () => {
    await server.stop();
    const error = await failure(chat());
    expect(error.code).toBe('LLM_UNAVAILABLE');
    expect(error.message).toContain('ECONNREFUSED');
  });
});

function chat(options: Partial<OpenAiOptions> = {}): Chat {
  return createOpenAiChat({
    apiKey: KEY,
    baseUrl: server.baseUrl,
    model: 'gpt',
    clock: systemClock,
    log: silentLog,
    firstTokenMs: 2000,
    totalMs: 30_000,
    retryPauseMs: 5,
    ...options,
  });
}

function asking(): ChatRequest {
  return { messages: [{ role: 'user', content: 'Алло' }], temperature: 0.3, maxTokens: 200 };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

async function collect(reply: AsyncIterable<ReplyEvent>): Promise<string> {
  let text = '';
  for await (const token of textsOf(reply)) text += token;
  return text;
}

async function failure(failing: Chat): Promise<ParleyError> {
  const error: unknown = await collect(failing.reply(asking(), never())).catch((thrown: unknown) => thrown);
  if (!(error instanceof ParleyError)) throw new Error(`expected a ParleyError, got ${String(error)}`);
  return error;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 3000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
