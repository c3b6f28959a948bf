import { beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Chat, ChatRequest, ReplyEvent } from './chat.ts';
import { textsOf } from './chat.ts';
import { SecondChat } from './second-chat.ts';

const DOWN = new ParleyError('LLM_UNAVAILABLE', 'It is down.');

let clock: ManualClock;
let asked: string[];
beforeEach(() => {
  clock = new ManualClock();
  asked = [];
});

/** Says its name after so long, or throws; notes how it ended. */
function model(name: string, afterMs: number, failure?: Error): Chat {
  return {
    name,
    async *reply({ model: wanted = name }: ChatRequest, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
      asked.push(`${wanted}@${clock.nowMs()}`);
      try {
        await sleep(clock, afterMs, signal);
      } catch (error) {
        asked.push(`${wanted} given up@${clock.nowMs()}`);
        throw error;
      }
      if (failure) throw failure;
      yield { kind: 'text', text: name };
    },
  };
}

async function ask(chat: Chat, request: Partial<ChatRequest> = {}, signal = new AbortController().signal) {
  const said = collect(chat, request, signal);
  return (await clock.runUntil(said)).join('');
}

async function collect(chat: Chat, request: Partial<ChatRequest>, signal: AbortSignal): Promise<string[]> {
  const said: string[] = [];
  for await (const text of textsOf(chat.reply({ messages: [], maxTokens: 9, ...request }, signal)))
    said.push(text);
  return said;
}

function both(first: Chat, second: Chat, { model: name }: { model: string | undefined } = { model: 'two' }) {
  const onSecond = (because: string) => asked.push(because);
  return new SecondChat({ first, second, model: name, clock, log: silentLog, onSecond });
}

describe('a second model', () => {
  it('is not asked while the first is in time', async () => {
    expect(await ask(both(model('one', 1000), model('two', 100)))).toBe('one');
    expect(asked).toEqual(['one@0']);
  });

  it('answers when the first is late, which is then given up', async () => {
    expect(await ask(both(model('one', 9000), model('two', 100)))).toBe('two');
    expect(asked).toEqual(['one@0', 'late', 'two@1500', 'one given up@1600']);
  });

  it('is given up when the first is only a little late', async () => {
    expect(await ask(both(model('one', 1600), model('two', 1000)))).toBe('one');
    expect(asked).toEqual(['one@0', 'late', 'two@1500', 'two given up@1600']);
  });

  it('answers at once when the first fails, as the bot wants it', async () => {
    const chat = both(model('one', 10, DOWN), model('two', 100), { model: undefined });
    await expect(ask(chat)).rejects.toBe(DOWN);
    expect(await ask(chat, { second: { model: 'other' } })).toBe('two');
    expect(asked).toEqual(['one@0', 'one@10', 'failed', 'other@20']);
  });

  it('waits as long as the bot says', async () => {
    await ask(both(model('one', 900), model('two', 10)), { second: { afterMs: 300 } });
    expect(asked).toContain('two@300');
  });

  it('that fails as well is what the caller is told of', async () => {
    const gone = new ParleyError('LLM_QUOTA', 'No more.');
    await expect(ask(both(model('one', 10, DOWN), model('two', 10, gone)))).rejects.toBe(gone);
  });

  it('may fail while the first is only late', async () => {
    expect(await ask(both(model('one', 3000), model('two', 10, DOWN)))).toBe('one');
  });

  it('answers alone while the first rests, and when an answer has broken off', async () => {
    const chat = both(model('one', 10, DOWN), model('two', 10));
    for (let request = 0; request < 5; request++) await ask(chat);
    asked = [];
    await ask(chat);
    expect(asked).toEqual(['resting', expect.stringContaining('two@')]);
    asked = [];
    await ask(both(model('one', 10), model('two', 10)), { isAgain: true });
    expect(asked).toEqual(['brokenOff', expect.stringContaining('two@')]);
  });

  it('and the first end with the turn', async () => {
    const turn = new AbortController();
    const chat = both(model('one', 9000), model('two', 9000));
    const answer = collect(chat, {}, turn.signal);
    const failed = expect(answer).rejects.toThrow('the caller');
    await clock.advance(2000);
    turn.abort(new Error('the caller took the turn'));
    await failed;
    expect(asked.filter((what) => what.includes('given up'))).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});
