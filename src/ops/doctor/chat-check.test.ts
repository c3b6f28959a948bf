import { expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { ChatRequest, ReplyEvent } from '../../llm/chat.ts';
import { composeMessages } from '../../llm/prompt.ts';
import { chatCheck } from './chat-check.ts';

const bot = {
  name: 'default',
  ...profileSchemaFor({}).parse({ prompt: 'Ты бот.', greeting: 'Добрый день!', llm: { maxTokens: 300 } }),
};

async function checked(said: readonly string[], asking = bot) {
  const asked: ChatRequest[] = [];
  const chat = {
    name: 'fake',
    async *reply(request: ChatRequest): AsyncGenerator<ReplyEvent> {
      asked.push(request);
      for (const text of said) yield { kind: 'text', text };
    },
  };
  const finding = chatCheck(chat, asking, new ManualClock()).run(new AbortController().signal);
  return { finding: await finding.catch((error: unknown) => error), asked };
}

it('asks the model as a call does, so that a model which refuses calls is not called well', async () => {
  const { asked, finding } = await checked(['ready']);
  expect(finding).toMatchObject({ ok: true });
  const { messages, ...fields } = asked[0] ?? { messages: [] };
  const question = messages.at(-1)?.content ?? '';
  const { prompt: profilePrompt, language, greeting } = bot;
  const history = [
    { role: 'assistant', content: greeting },
    { role: 'user', content: question },
  ] as const;
  expect(messages).toEqual(composeMessages({ profilePrompt, language, history }));
  expect(fields).toEqual({ model: undefined, temperature: bot.llm.temperature, maxTokens: 300 });
});

it('does not take marks for words', async () => {
  expect((await checked(['👍', '…'])).finding).toMatchObject({ code: 'LLM_BAD_ANSWER' });
});

it('leaves out what the profile leaves out', async () => {
  const { asked } = await checked(['ready'], { ...bot, llm: { ...bot.llm, temperature: 'none' } });
  expect(asked[0]).not.toHaveProperty('temperature');
});
