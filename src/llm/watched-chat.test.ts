import { beforeEach, describe, expect, it } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Chat, ChatRequest } from './chat.ts';
import { WatchedChat } from './watched-chat.ts';

let clock: ManualClock;
let chat: WatchedChat;
/** What becomes of a request; undefined: it is answered. */
let fault: ErrorCode | undefined;
let requests: ChatRequest[];
let refusals: number;

beforeEach(() => {
  clock = new ManualClock();
  fault = undefined;
  requests = [];
  refusals = 0;
  const inner: Chat = {
    name: 'inner',
    async *reply(request, signal) {
      requests.push(request);
      if (fault) throw new ParleyError(fault, 'Scripted.');
      yield { kind: 'text', text: 'We are ' };
      signal.throwIfAborted();
      yield { kind: 'text', text: 'open.' };
    },
  };
  chat = new WatchedChat(inner, { clock, onRefused: () => refusals++ });
});

async function ask(model?: string): Promise<void> {
  const request = { messages: [], model, temperature: 0, maxTokens: 300 };
  try {
    for await (const piece of chat.reply(request, new AbortController().signal)) void piece;
  } catch {
    // Told by its state.
  }
}

describe('a model that is watched', () => {
  it('is failing after a few failures, and well again with the first answer', async () => {
    fault = 'LLM_TIMEOUT';
    await ask();
    await ask();
    expect(chat.isFailing).toBe(false);
    await ask();
    expect(chat).toMatchObject({ isFailing: true, isRefused: false });
    fault = undefined;
    await ask();
    expect(chat.isFailing).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('is known to refuse the key at once, and everybody is told', async () => {
    fault = 'LLM_UNAUTHORIZED';
    await ask();
    expect(chat).toMatchObject({ isFailing: true, isRefused: true });
    expect(refusals).toBe(1);
  });

  it('stays failing for as long as it fails, though nobody calls, and is found well by itself', async () => {
    fault = 'LLM_UNAUTHORIZED';
    await ask('large');
    for (let minute = 0; minute < 10; minute++) {
      await clock.advance(60_000);
      expect(chat.isRefused).toBe(true);
    }
    expect(requests.at(-1)?.model).toBe('large');
    expect(requests.length).toBeLessThan(40);
    fault = undefined;
    await clock.advance(30_000);
    expect(chat.isFailing).toBe(false);
    const { length } = requests;
    await clock.advance(600_000);
    expect(requests).toHaveLength(length);
  });

  it('is not to blame for a caller who interrupts it', async () => {
    fault = 'LLM_TIMEOUT';
    await ask();
    await ask();
    fault = undefined;
    const hungUp = new AbortController();
    const reading = (async () => {
      const request = { messages: [], temperature: 0, maxTokens: 300 };
      for await (const piece of chat.reply(request, hungUp.signal))
        if (piece) hungUp.abort(new Error('gone'));
    })();
    await expect(reading).rejects.toThrow('gone');
    // It had begun to answer: what failed before is forgotten.
    fault = 'LLM_TIMEOUT';
    await ask();
    expect(chat.isFailing).toBe(false);
  });

  it('is not asked any more once the service ends', async () => {
    fault = 'LLM_UNAUTHORIZED';
    await ask();
    await chat.close();
    expect(clock.pending).toBe(0);
  });
});
