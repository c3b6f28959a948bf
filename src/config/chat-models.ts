/** Which models the settings have keys for, and which of them answers where a bot names no provider. */
import { dialectOf } from '../llm/dialect.ts';
import type { Dialect } from '../llm/dialect.ts';
import type { ChatProvider } from '../llm/chat.ts';

export interface ChatModel {
  readonly apiKey: string;
  readonly baseUrl: string;
  /** Unless a profile names another. */
  readonly model: string;
  readonly dialect: Dialect;
}

export interface ChatModels {
  readonly first: ChatModel;
  /** Undefined: there is no key for it. */
  readonly named: Readonly<Record<ChatProvider, ChatModel | undefined>>;
}

interface Values {
  readonly OPENAI_API_KEY?: string | undefined;
  readonly OPENAI_BASE_URL: string;
  readonly OPENAI_MODEL: string;
  readonly GEMINI_API_KEY?: string | undefined;
  readonly GEMINI_BASE_URL: string;
  readonly GEMINI_MODEL: string;
}

/** Undefined without any key. */
export function chatModels(values: Values): ChatModels | undefined {
  const openai = openAi(values);
  const gemini = google(values);
  const first = openai ?? gemini;
  return first && { first, named: { openai, gemini } };
}

function openAi({ OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model }: Values) {
  if (apiKey === undefined) return undefined;
  return { apiKey, baseUrl, model, dialect: dialectOf(baseUrl) } satisfies ChatModel;
}

function google({ GEMINI_API_KEY: apiKey, GEMINI_BASE_URL: baseUrl, GEMINI_MODEL: model }: Values) {
  if (apiKey === undefined) return undefined;
  return { apiKey, baseUrl, model, dialect: 'gemini' } satisfies ChatModel;
}
