/** What the model reads: who it is, how one speaks on the telephone, and what has been said. */
import type { ChatMessage, ToolCall } from './chat.ts';
import { speechRules } from './speech-rules.ts';

/** A message of the call's history. An interrupted answer ends where the caller stopped hearing it. */
export interface HistoryMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  readonly interrupted?: boolean;
  /** Of the bot: what it had done before it said this, in order. */
  readonly done?: readonly DoneCall[];
}

/** The use of a tool, and what the model was told of it. */
export interface DoneCall extends ToolCall {
  readonly result: string;
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
 * answers a caller who has said nothing. What was done stands where it was done, each call with its result.
 */
export function composeMessages({ profilePrompt, language, history }: PromptParts): ChatMessage[] {
  const messages: ChatMessage[] = [
    { role: 'system', content: `${profilePrompt.trim()}\n\n${speechRules(language)}` },
  ];
  for (const said of history) {
    const { role, done = [] } = said;
    const content = contentOf(said);
    if (content.trim() === '' && done.length === 0) continue;
    if (messages.at(-1)?.role === 'system' && role === 'assistant')
      messages.push({ role: 'user', content: NOTHING_SAID });
    if (done.length > 0) pushDone(messages, done);
    if (content.trim() !== '') pushSaid(messages, { role, content });
  }
  return messages;
}

function pushSaid(
  messages: ChatMessage[],
  { role, content }: Pick<HistoryMessage, 'role' | 'content'>,
): void {
  const last = messages.at(-1);
  if (last?.role === role && !last.toolCalls)
    messages[messages.length - 1] = { role, content: `${last.content}${JOINTS[role]}${content}` };
  else messages.push({ role, content });
}

function pushDone(messages: ChatMessage[], done: readonly DoneCall[]): void {
  const toolCalls = done.map(({ result: _, ...call }) => call);
  const last = messages.at(-1);
  if (last?.role === 'assistant' && !last.toolCalls) messages[messages.length - 1] = { ...last, toolCalls };
  else messages.push({ role: 'assistant', content: '', toolCalls });
  for (const { id, result } of done) messages.push({ role: 'tool', content: result, toolCallId: id });
}

function contentOf({ content, interrupted = false }: HistoryMessage): string {
  return interrupted ? `${content.trimEnd()} ${INTERRUPTED}`.trimStart() : content;
}
