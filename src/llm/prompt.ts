/** What the model reads: who it is, how one speaks on the telephone, and what has been said. */
import type { ChatMessage } from './chat.ts';
import { speechRules } from './speech-rules.ts';

/** A message of the call's history. An interrupted answer ends where the caller stopped hearing it. */
export interface HistoryMessage extends ChatMessage {
  readonly interrupted?: boolean;
}

export interface PromptParts {
  /** The bot profile's own prompt. */
  readonly profilePrompt: string;
  /** BCP-47, `ru-RU`: the language of the rules for speech. */
  readonly language: string;
  readonly history: readonly HistoryMessage[];
}

/** The speech rules tell the model what this mark means. */
const INTERRUPTED = '—';

export function composeMessages({ profilePrompt, language, history }: PromptParts): ChatMessage[] {
  const system = `${profilePrompt.trim()}\n\n${speechRules(language)}`;
  return [{ role: 'system', content: system }, ...history.map(toMessage)];
}

function toMessage({ role, content, interrupted = false }: HistoryMessage): ChatMessage {
  return { role, content: interrupted ? `${content.trimEnd()} ${INTERRUPTED}`.trimStart() : content };
}
