import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { textsOf } from '../../llm/chat.ts';
import type { ChatMessage, ChatRequest, ChatUsage } from '../../llm/chat.ts';
import type { RecordedReply } from '../bundle/recorded-call.ts';
import { ReplayedChat } from './replayed-chat.ts';
import { TapeTime } from './tape-time.ts';
import { Unanswered } from './unanswered.ts';

const SYSTEM: ChatMessage = { role: 'system', content: 'You are brief.' };
const asked = (...said: readonly string[]): readonly ChatMessage[] => [
  SYSTEM,
  ...said.map((content, at): ChatMessage => ({ role: at % 2 === 0 ? 'user' : 'assistant', content })),
];

function reply(
  said: readonly string[],
  tokens: Readonly<Record<number, string>>,
  end: RecordedReply['end'],
): RecordedReply {
  return {
    atMs: 1000,
    request: { messages: asked(...said), temperature: 0.5, maxTokens: 400 },
    tokens: Object.entries(tokens).map(([atMs, text]) => ({ atMs: Number(atMs), text })),
    end,
  };
}

const DONE = { kind: 'done', atMs: 1500 } as const;

function stand(replies: readonly RecordedReply[], isEarly = false) {
  const clock = new ManualClock();
  const unanswered = new Unanswered();
  const chat = new ReplayedChat({ time: new TapeTime(clock), replies, unanswered, isEarly: () => isEarly });
  const work = new AbortController();
  const heard: string[] = [];
  const ask = (said: readonly string[], more: Partial<ChatRequest> = {}) => {
    const request = { messages: asked(...said), temperature: 0.5, maxTokens: 400, ...more };
    const read = async () => {
      for await (const text of textsOf(chat.reply(request, work.signal)))
        heard.push(`${clock.nowMs()} ${text}`);
      heard.push(`${clock.nowMs()} end`);
    };
    const reading = read();
    reading.catch(() => undefined);
    return reading;
  };
  return { clock, unanswered, ask, heard, work };
}

describe('the model of a replay', () => {
  it('says what it said, at its pace, from the moment at which it is asked', async () => {
    const { clock, ask, heard } = stand([reply(['When?'], { 1300: 'At ', 1350: 'nine.' }, DONE)]);
    await clock.advance(4000);
    const reading = ask(['When?']);
    await clock.advance(2000);
    await reading;
    expect(heard).toEqual(['4300 At ', '4350 nine.', '4500 end']);
  });

  it('tells the usage that was told', async () => {
    const told: ChatUsage[] = [];
    const { clock, ask } = stand([
      { ...reply(['When?'], {}, DONE), usage: { inputTokens: 9, outputTokens: 2 } },
    ]);
    void ask(['When?'], { onUsage: (usage) => told.push(usage) });
    await clock.advance(2000);
    expect(told).toEqual([{ inputTokens: 9, outputTokens: 2 }]);
  });

  it('asked the same twice, says first what it said first, and the last again and again', async () => {
    const { clock, ask, heard } = stand([
      reply(['Hello'], { 1100: 'one' }, DONE),
      reply(['Hello'], { 1100: 'two' }, DONE),
    ]);
    for (let time = 0; time < 3; time++) {
      void ask(['Hello']);
      await clock.advance(1000);
    }
    expect(heard.filter((line) => !line.endsWith('end'))).toEqual(['100 one', '1100 two', '2100 two']);
  });

  it('prefers the answer to the same conversation, and takes that to another with the same question', async () => {
    const { clock, ask, heard } = stand([
      reply(['Hello', 'Hi.', 'When?'], { 1100: 'after hello' }, DONE),
      reply(['Good day', 'Hi.', 'When?'], { 1100: 'after good day' }, DONE),
    ]);
    void ask(['Good day', 'Hi.', 'When?']);
    await clock.advance(1000);
    void ask(['Good day', 'Hi, sir.', 'When?']);
    await clock.advance(1000);
    expect(heard.filter((line) => !line.endsWith('end'))).toEqual(['100 after good day', '1100 after hello']);
  });

  it('answers also where more, or less, of the answer before was heard', async () => {
    for (const [then, now] of [
      [['When? And on Saturday?'], ['When?', 'At ni', 'And on Saturday?']],
      [['When?', 'At ni', 'And on Saturday?'], ['When? And on Saturday?']],
    ] as const) {
      const { clock, ask, heard } = stand([reply(then, { 1300: 'At ten.' }, DONE)]);
      const reading = ask(now);
      await clock.advance(2000);
      await reading;
      expect(heard[0]).toBe('300 At ten.');
    }
  });

  it('fails as it failed', async () => {
    const { clock, ask } = stand([reply(['When?'], {}, { kind: 'failed', atMs: 1200, code: 'LLM_QUOTA' })]);
    const reading = ask(['When?']);
    await clock.advance(1000);
    await expect(reading).rejects.toMatchObject({ code: 'LLM_QUOTA' });
  });

  it.each([
    ['another question', ['Where?'], {}],
    ['another model', ['When?'], { model: 'other' }],
    ['another temperature', ['When?'], { temperature: 1 }],
    [
      'a bot that is told something else',
      ['When?'],
      {
        messages: [
          { ...SYSTEM, content: 'You are rude.' },
          { role: 'user', content: 'When?' },
        ] as const,
      },
    ],
  ])('has no answer for %s, and says so', async (_, said, more) => {
    const { ask, unanswered } = stand([reply(['When?'], { 1100: 'x' }, DONE)]);
    await expect(ask(said, more)).rejects.toMatchObject({ code: 'REPLAY_NO_ANSWER' });
    expect(unanswered.first?.error.message).toContain(`«${said[0]}»`);
    expect(unanswered.first?.error.message).toContain('--live llm');
  });

  it('does not count what was asked before the turn was over', async () => {
    const { ask, unanswered } = stand([], true);
    await expect(ask(['When?'])).rejects.toMatchObject({ code: 'REPLAY_NO_ANSWER' });
    expect(unanswered.first).toBeUndefined();
  });

  it('has no end for an answer that nobody heard out in the recording', async () => {
    const { clock, ask, heard, unanswered } = stand([
      reply(['When?'], { 1100: 'At ' }, { kind: 'dropped', atMs: 1200 }),
    ]);
    const reading = ask(['When?']);
    await clock.advance(2000);
    await expect(reading).rejects.toMatchObject({ code: 'REPLAY_NO_ANSWER' });
    expect(heard).toEqual(['100 At ']);
    expect(unanswered.first?.error.message).toContain('cut short');
  });

  it.each([200, 250])('may be dropped as it was, after %d ms where it took 200', async (droppedAfterMs) => {
    const { clock, ask, unanswered, work } = stand([
      reply(['When?'], { 1100: 'At ' }, { kind: 'dropped', atMs: 1200 }),
    ]);
    const reading = ask(['When?']);
    clock.after(droppedAfterMs, () => work.abort(new Error('the caller hung up')));
    await clock.advance(1000);
    await expect(reading).rejects.toThrow('the caller hung up');
    expect(unanswered.first).toBeUndefined();
  });
});
