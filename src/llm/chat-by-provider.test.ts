import { expect, it } from 'vitest';
import { chatByProvider } from './chat-by-provider.ts';
import { textsOf } from './chat.ts';
import type { ChatProvider } from './chat.ts';
import type { OpenAiChat } from './openai.ts';

function chatNamed(name: string, closed: string[]): OpenAiChat {
  return {
    name,
    async *reply() {
      yield { kind: 'text', text: name };
    },
    close: async () => void closed.push(name),
  };
}

async function answerOf(chat: OpenAiChat, provider?: ChatProvider): Promise<string> {
  let said = '';
  const request = { messages: [], maxTokens: 1, ...(provider && { provider }) };
  for await (const text of textsOf(chat.reply(request, new AbortController().signal))) said += text;
  return said;
}

it('asks whom the bot names, else whom the settings name first, and closes each once', async () => {
  const closed: string[] = [];
  const [openai, gemini] = [chatNamed('openai', closed), chatNamed('gemini', closed)];
  const chat = chatByProvider({ otherwise: openai, named: { openai, gemini } });
  expect(await answerOf(chat)).toBe('openai');
  expect(await answerOf(chat, 'gemini')).toBe('gemini');
  await chat.close();
  expect(closed.toSorted()).toEqual(['gemini', 'openai']);
});

it('says which key is missing where a bot names a provider without one', async () => {
  const gemini = chatNamed('gemini', []);
  const chat = chatByProvider({ otherwise: gemini, named: { openai: undefined, gemini } });
  await expect(answerOf(chat, 'openai')).rejects.toMatchObject({
    code: 'LLM_UNAUTHORIZED',
    message: expect.stringContaining('OPENAI_API_KEY') as string,
  });
});
