import { expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import type { Chat, ToolOffer } from '../llm/chat.ts';
import { Timeline } from '../timeline/timeline.ts';

import type { Script } from './script.ts';
import { Thinking } from './thinking.ts';

const END = { say: undefined, tool: undefined, action: undefined };

/** One that wants nothing. */
const SCRIPT: Script = {
  ...{ callerText: '', prompt: '', offers: [], isAnswered: false },
  use: () => undefined,
  done: () => undefined,
  admitted: (text) => text,
  begun: () => undefined,
  close: () => END,
  goOn: () => END,
  over: () => undefined,
};

function thinking(reply: Chat['reply'], script: Script, offers: readonly ToolOffer[] = []): Thinking {
  const clock = new ManualClock();
  const profile = { prompt: 'Ты бот.' };
  return new Thinking(
    {
      clock,
      persona: { language: 'ru-RU', ...profile, sayingOf: (_tool, own) => own },
      llm: profileSchemaFor(profile).parse(profile).llm,
      chat: { name: 'scripted', reply },
      hands: {
        maxRounds: 1,
        offers: () => offers,
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
}

it('a script is told once of what it has had done, by whoever goes on with it: else what comes next is never said', async () => {
  const told: string[] = [];
  const asks = thinking(
    async function* ({ messages }) {
      if (messages.at(-1)?.role === 'user') yield { kind: 'toolCall', id: 'c1', name: 'stock', input: '{}' };
    },
    { ...SCRIPT, done: (name) => void told.push(name) },
  );
  const { signal } = new AbortController();
  for await (const word of asks.words(signal)) expect(word).toBe('');
  expect(told).toEqual(['stock']);
  const step = await asks.useFor({ id: 'c2', name: 'order', input: '{}' }, signal).next();
  expect(step).toMatchObject({ done: true, value: { status: 'done' } });
  expect(told).toEqual(['stock']);
});

it('a server that offers a tool by the name of one of the script does not make the model refuse both', async () => {
  const offered: string[] = [];
  const offer = (name: string) => ({ name, description: '', parameters: { type: 'object' } });
  const asks = thinking(
    async function* ({ tools = [] }) {
      offered.push(...tools.map(({ name }) => name));
      yield* [];
    },
    { ...SCRIPT, offers: [offer('fill_slot')] },
    [offer('stock'), offer('fill_slot')],
  );
  for await (const word of asks.words(new AbortController().signal)) expect(word).toBe('');
  expect(offered).toEqual(['stock', 'fill_slot']);
});
