import { expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { Script } from './script.ts';
import { Thinking } from './thinking.ts';

it('a script is told once of what it has had done, by whoever goes on with it: else what comes next is never said', async () => {
  const clock = new ManualClock();
  const told: string[] = [];
  const end = { say: undefined, tool: undefined, action: undefined };
  const script: Script = {
    ...{ callerText: '', prompt: '', offers: [], isAnswered: false },
    use: () => undefined,
    done: (name) => void told.push(name),
    admitted: (text) => text,
    begun: () => undefined,
    close: () => end,
    goOn: () => end,
    over: () => undefined,
  };
  const thinking = new Thinking(
    {
      clock,
      persona: { language: 'ru-RU', prompt: 'Ты бот.', sayingOf: (_tool, own) => own },
      llm: profileSchemaFor({ prompt: 'Ты бот.' }).parse({ prompt: 'Ты бот.' }).llm,
      chat: {
        name: 'scripted',
        async *reply({ messages }) {
          if (messages.at(-1)?.role === 'user')
            yield { kind: 'toolCall', id: 'c1', name: 'stock', input: '{}' };
        },
      },
      hands: {
        maxRounds: 1,
        offers: () => [],
        saying: () => undefined,
        use: async () => ({ status: 'done', content: '{}' }),
      },
      script,
    },
    {
      history: [{ role: 'user', content: 'Есть насосы?' }],
      marks: new Timeline(clock),
      confirmed: Promise.resolve(),
      onDone: () => undefined,
    },
  );
  const { signal } = new AbortController();
  for await (const word of thinking.words(signal)) expect(word).toBe('');
  expect(told).toEqual(['stock']);
  const step = await thinking.useFor({ id: 'c2', name: 'order', input: '{}' }, signal).next();
  expect(step).toMatchObject({ done: true, value: { status: 'done' } });
  expect(told).toEqual(['stock']);
});

it('a server that offers a tool by the name of one of the script does not make the model refuse both', async () => {
  const clock = new ManualClock();
  const offered: string[] = [];
  const offer = (name: string) => ({ name, description: '', parameters: { type: 'object' } });
  const end = { say: undefined, tool: undefined, action: undefined };
  const thinking = new Thinking(
    {
      clock,
      persona: { language: 'ru-RU', prompt: 'Ты бот.', sayingOf: (_tool, own) => own },
      llm: profileSchemaFor({ prompt: 'Ты бот.' }).parse({ prompt: 'Ты бот.' }).llm,
      chat: {
        name: 'scripted',
        async *reply({ tools = [] }) {
          offered.push(...tools.map(({ name }) => name));
          yield* [];
        },
      },
      hands: {
        maxRounds: 1,
        offers: () => [offer('stock'), offer('fill_slot')],
        saying: () => undefined,
        use: async () => ({ status: 'done', content: '{}' }),
      },
      script: {
        ...{ callerText: '', prompt: '', offers: [offer('fill_slot')], isAnswered: false },
        use: () => undefined,
        done: () => undefined,
        admitted: (text) => text,
        begun: () => undefined,
        close: () => end,
        goOn: () => end,
        over: () => undefined,
      },
    },
    {
      history: [{ role: 'user', content: 'Есть насосы?' }],
      marks: new Timeline(clock),
      confirmed: Promise.resolve(),
      onDone: () => undefined,
    },
  );
  for await (const word of thinking.words(new AbortController().signal)) expect(word).toBe('');
  expect(offered).toEqual(['stock', 'fill_slot']);
});
