/**
 * A conversation as Gemini takes it. It refuses a call of a function that does not come right behind the other side's turn, so what the bot
 * says and does in a row is one turn; a conversation in which nobody but the system has said anything; and a call without the signature
 * of the thought that led to it, which those have not that another model has made.
 * Sources: https://ai.google.dev/gemini-api/docs/function-calling and https://ai.google.dev/gemini-api/docs/thought-signatures
 */
import type { ChatMessage, ToolCall } from './chat.ts';

/** Google's own word for a call that no thought of this model has led to. */
const UNSIGNED = JSON.stringify({ google: { thought_signature: 'skip_thought_signature_validator' } });

export function geminiTurns(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const turns: ChatMessage[] = [];
  for (const message of messages) {
    const before = turns.at(-1);
    if (message.role === 'assistant' && before?.role === 'assistant')
      turns[turns.length - 1] = joined(before, message);
    else turns.push(message);
  }
  const signed = turns.map(withSignature);
  if (signed.some(({ role }) => role === 'user')) return signed;
  return signed.map((turn, at) => (at === signed.length - 1 && turn.role === 'system' ? asked(turn) : turn));
}

function joined(before: ChatMessage, { content, toolCalls = [] }: ChatMessage): ChatMessage {
  const calls = [...(before.toolCalls ?? []), ...toolCalls];
  return {
    role: 'assistant',
    content: [before.content, content].filter(Boolean).join(' '),
    ...(calls.length > 0 && { toolCalls: calls }),
  };
}

/** The first of a turn's calls carries it, for all of them. */
function withSignature(turn: ChatMessage): ChatMessage {
  const [first, ...others] = turn.toolCalls ?? [];
  if (!first || first.extra !== undefined) return turn;
  const signed: ToolCall = { ...first, extra: UNSIGNED };
  return { ...turn, toolCalls: [signed, ...others] };
}

function asked(turn: ChatMessage): ChatMessage {
  return { ...turn, role: 'user' };
}
