import { beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Chat, ChatRequest } from '../llm/chat.ts';
import { makeResult } from './make-result.ts';
import { anEndedCall } from './testing/an-ended-call.ts';

const GOOD = '{"summary":"Заказан насос.","data":{"customer":"Анна","outcome":"ordered"}}';

let clock: ManualClock;
let requests: ChatRequest[];
beforeEach(() => {
  clock = new ManualClock();
  requests = [];
});

/** Answers with these in turn, the last one again and again; an error is thrown, and `hangs` never ends. */
function chatOf(...answers: readonly (string | Error)[]): Chat {
  return {
    name: 'scripted',
    async *reply(request, signal) {
      requests.push(request);
      const answer = answers[requests.length - 1] ?? answers.at(-1) ?? '';
      if (answer instanceof Error) throw answer;
      if (answer === 'hangs') await sleep(clock, Number.MAX_SAFE_INTEGER, signal);
      // In pieces, and with an event that is none of its business.
      for (let at = 0; at < answer.length; at += 7) yield { kind: 'text', text: answer.slice(at, at + 7) };
      yield { kind: 'toolCall', id: '1', name: 'order', input: '{}' };
    },
  };
}

function made(chat: Chat, call = anEndedCall(), signal = new AbortController().signal) {
  return clock.runUntil(makeResult(call, { chat, clock }, signal));
}

describe('the result of a call', () => {
  it('is what the model makes of the conversation, beside what is known', async () => {
    expect(await made(chatOf(`Here you are:\n\`\`\`json\n${GOOD}\n\`\`\`\nDone.`))).toEqual({
      id: 'call-1',
      bot: 'shop',
      direction: 'inbound',
      callerNumber: '+79161234512',
      startedAt: '2026-01-01T09:00:00.000Z',
      endedAt: '2026-01-01T09:00:30.000Z',
      durationSeconds: 30,
      cause: 'caller',
      outcome: 'ordered',
      language: 'ru-RU',
      slots: { customer: 'Анна' },
      done: [{ name: 'order', idempotencyKey: 'call-1-1' }],
      summary: 'Заказан насос.',
      valid: true,
      data: { customer: 'Анна', outcome: 'ordered' },
    });
    const [{ messages = [], temperature } = {}] = requests;
    expect(temperature).toBe(0);
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(messages[0]?.content).toContain('"enum":["ordered","asked","none"]');
    expect(messages[1]?.content).toContain('{"caller":"Мне нужен насос."}');
  });

  it('keeps the outcome that the flow has come to', async () => {
    const { outcome, data } = await made(chatOf(GOOD), anEndedCall({ outcome: 'bought' }));
    expect([outcome, data?.['outcome']]).toEqual(['bought', 'ordered']);
  });

  it('is asked for once more with what was wrong', async () => {
    const wrong = '{"summary":"","data":{"outcome":"sold","count":"two"}}';
    expect(await made(chatOf(wrong, GOOD))).toMatchObject({ valid: true, data: { outcome: 'ordered' } });
    const told = requests[1]?.messages.at(-1)?.content;
    expect(told).toContain('outcome must be one of ["ordered","asked","none"]');
    expect(told).toContain('count must be integer');
    expect(requests[1]?.messages.at(-2)).toEqual({ role: 'assistant', content: wrong });
  });

  it('is told as not valid where the model cannot do it, with what there is', async () => {
    const result = await made(chatOf('{"summary":"Про насос.","data":{"outcome":"sold"}}'));
    expect(result).toMatchObject({
      valid: false,
      summary: 'Про насос.',
      data: { outcome: 'sold' },
      faults: ['outcome must be one of ["ordered","asked","none"]'],
      slots: { customer: 'Анна' },
    });
    expect(requests).toHaveLength(2);
    expect(await made(chatOf('I cannot do that.'))).toMatchObject({ valid: false, data: null, summary: '' });
  });

  it('may be written without its frame', async () => {
    expect(await made(chatOf('{"outcome":"asked"}'))).toMatchObject({
      valid: true,
      data: { outcome: 'asked' },
    });
  });

  it('waits for a model that is down for a moment', async () => {
    const down = new ParleyError('LLM_UNAVAILABLE', 'It is down.');
    expect(await made(chatOf(down, GOOD))).toMatchObject({ valid: true });
    expect(clock.nowMs()).toBe(3000);
  });

  it('is there with a code where the model is down, refuses or hangs', async () => {
    const down = new ParleyError('LLM_UNAVAILABLE', 'It is down.');
    expect(await made(chatOf(down))).toMatchObject({
      valid: false,
      code: 'LLM_UNAVAILABLE',
      slots: { customer: 'Анна' },
    });
    expect(requests).toHaveLength(2);
    const refusal = new ParleyError('LLM_UNAUTHORIZED', 'The key is wrong.');
    expect(await made(chatOf(refusal))).toMatchObject({ valid: false, code: 'LLM_UNAUTHORIZED' });
    const before = clock.nowMs();
    expect(await made(chatOf('hangs'))).toMatchObject({ valid: false, code: 'LLM_TIMEOUT' });
    expect(clock.nowMs() - before).toBe(30_000);
  });

  it('keeps what the first answer had when the second never comes', async () => {
    expect(await made(chatOf('{"summary":"Про насос.","data":{"outcome":"sold"}}', 'hangs'))).toMatchObject({
      valid: false,
      code: 'LLM_TIMEOUT',
      summary: 'Про насос.',
      data: { outcome: 'sold' },
    });
  });

  it('is broken off when the service stops', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(made(chatOf(GOOD), anEndedCall(), stop.signal)).rejects.toThrow('stopped');
  });

  it('reads the end of a conversation that is too long for the model', async () => {
    const messages = Array.from({ length: 4000 }, (_, n) => ({
      role: n % 2 ? 'user' : 'assistant',
      content: `Реплика ${n}.`,
    }));
    await made(chatOf(GOOD), anEndedCall({ messages }));
    const transcript = requests[0]?.messages[1]?.content ?? '';
    expect(transcript.length).toBeLessThan(62_000);
    expect(transcript).toContain('Реплика 3999.');
    expect(transcript).not.toContain('Реплика 1.');
  });
});
