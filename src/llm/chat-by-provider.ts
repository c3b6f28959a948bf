/** Several providers of models behind one chat: each request goes to the one that its bot names. */
import { ParleyError } from '../base/errors.ts';
import type { Chat, ChatProvider, ChatRequest } from './chat.ts';
import type { OpenAiChat } from './openai.ts';

/** What the settings call the key of each. */
const KEYS = { openai: 'OPENAI_API_KEY', gemini: 'GEMINI_API_KEY' } as const satisfies Record<
  ChatProvider,
  string
>;

export interface ChatsByProvider {
  /** Asked where the bot names none. */
  readonly otherwise: OpenAiChat;
  /** Undefined: there is no key for it. */
  readonly named: Readonly<Record<ChatProvider, OpenAiChat | undefined>>;
}

/** Closes all of them. A request to a provider without a key throws LLM_UNAUTHORIZED. */
export function chatByProvider({ otherwise, named }: ChatsByProvider): OpenAiChat {
  const chatOf = ({ provider }: ChatRequest): Chat => {
    if (provider === undefined) return otherwise;
    const chat = named[provider];
    if (chat) return chat;
    throw new ParleyError(
      'LLM_UNAUTHORIZED',
      `The bot names ${provider}, and ${KEYS[provider]} is not given.`,
    );
  };
  const all = new Set([otherwise, ...Object.values(named).filter((chat) => chat !== undefined)]);
  return {
    name: otherwise.name,
    ...(otherwise.hasSecond !== undefined && { hasSecond: otherwise.hasSecond }),
    reply: (request, signal) => chatOf(request).reply(request, signal),
    close: async () => void (await Promise.all([...all].map((chat) => chat.close()))),
  };
}
