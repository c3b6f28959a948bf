import { beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { textsOf } from './chat.ts';
import type { Chat, ChatRequest } from './chat.ts';
import { keptWarm, WARM_UP_MS } from './kept-warm.ts';
import { createOpenAiChat } from './openai.ts';
import type { OpenAiChat } from './openai.ts';

const LOADING_MS = 50_000;
const request: ChatRequest = { messages: [{ role: 'user', content: 'Алло' }], maxTokens: 100 };

let clock: ManualClock;
let server: SlowServer;
let chat: OpenAiChat;

/** Loads its model as long as somebody waits for it, and drops it after five minutes. */
class SlowServer {
  requests = 0;
  #loadedMs = 0;
  #usedAtMs = -Infinity;

  async post(_: unknown, signal: AbortSignal) {
    this.requests++;
    if (clock.nowMs() - this.#usedAtMs > 5 * 60_000) this.#loadedMs = 0;
    while (this.#loadedMs < LOADING_MS) {
      await sleep(clock, 1000, signal).catch((error: unknown) => {
        this.#loadedMs = 0;
        throw error;
      });
      this.#loadedMs += 1000;
    }
    this.#usedAtMs = clock.nowMs();
    return {
      ok: true as const,
      body: bodyOf('data: {"choices":[{"delta":{"content":"Да."}}]}\n\ndata: [DONE]\n\n'),
    };
  }

  close = () => Promise.resolve();
}

async function* bodyOf(text: string) {
  yield Buffer.from(text);
}

beforeEach(() => {
  clock = new ManualClock();
  server = new SlowServer();
  const options = { apiKey: 'k', baseUrl: 'http://ollama/v1', model: 'm', clock, log: silentLog };
  chat = keptWarm({
    chat: createOpenAiChat({ ...options, firstTokenMs: 4000, totalMs: 30_000 }, server),
    patient: createOpenAiChat({ ...options, firstTokenMs: WARM_UP_MS, totalMs: WARM_UP_MS }, server),
    clock,
    log: silentLog,
  });
});

describe('a model that takes 50 s to load', () => {
  it('is loaded at the start, though callers have given it up meanwhile', async () => {
    await expect(answer()).rejects.toMatchObject({ code: 'LLM_TIMEOUT' });
    await clock.advance(LOADING_MS);
    await expect(answer()).resolves.toBe('Да.');
    await chat.close();
    expect(clock.pending).toBe(0);
  });

  it('stays loaded through a quiet hour', async () => {
    await clock.advance(LOADING_MS + 60 * 60_000);
    await expect(answer()).resolves.toBe('Да.');
    await chat.close();
  });

  it('is loaded again when it was lost', async () => {
    await clock.advance(LOADING_MS);
    const failing: Chat = {
      name: 'lost',
      // eslint-disable-next-line require-yield -- It fails before its first token.
      async *reply() {
        throw new ParleyError('LLM_TIMEOUT', 'The model sent no token in time.');
      },
    };
    const lost = keptWarm({
      chat: { ...failing, close: () => Promise.resolve() },
      patient: { name: 'patient', reply: (asked, signal) => chat.reply(asked, signal) },
      clock,
      log: silentLog,
    });
    await clock.advance(0);
    const before = server.requests;
    await expect(collect(lost)).rejects.toMatchObject({ code: 'LLM_TIMEOUT' });
    await clock.advance(0);
    expect(server.requests).toBe(before + 1);
    await lost.close();
    await chat.close();
  });

  it('is not asked any more once the service has ended', async () => {
    await clock.advance(1000);
    await chat.close();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
    expect(server.requests).toBe(1);
  });
});

function answer(): Promise<string> {
  return clock.runUntil(collect(chat));
}

async function collect(asked: Chat): Promise<string> {
  let text = '';
  for await (const token of textsOf(asked.reply(request, new AbortController().signal))) text += token;
  return text;
}
