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

/** Stands for a caller who has not said anything yet. */
const NOTHING_SAID = '…';

const JOINTS = { user: ' ', assistant: '| ', system: '\n' } as const;

/**
 * System first, then user and assistant in turn, the user first: the chat templates of many models take nothing else. A bot that greets
 * answers a caller who has said nothing.
 */
export function composeMessages({ profilePrompt, language, history }: PromptParts): ChatMessage[] {
  const messages: ChatMessage[] = [
    { role: 'system', content: `${profilePrompt.trim()}\n\n${speechRules(language)}` },
  ];
  for (const said of history) {
    const { role, content } = toMessage(said);
    const last = messages.at(-1);
    if (content.trim() === '') continue;
    if (last?.role === 'system' && role === 'assistant')
      messages.push({ role: 'user', content: NOTHING_SAID });
    if (last?.role === role)
      messages[messages.length - 1] = { role, content: `${last.content}${JOINTS[role]}${content}` };
    else messages.push({ role, content });
  }
  return messages;
}

function toMessage({ role, content, interrupted = false }: HistoryMessage): ChatMessage {
  return { role, content: interrupted ? `${content.trimEnd()} ${INTERRUPTED}`.trimStart() : content };
}
