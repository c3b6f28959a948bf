/** What a model was told of the conversation: what was said, in its order. */
import type { ChatSimulator, ReceivedMessage } from '../../src/lab/simulator/chat.ts';

/** Stands for a caller who has not spoken yet: behind the rules many models want the user first. */
const NOTHING_SAID = '…';

/** Of the last request, without the rules and without what stands for a caller's silence. */
export function lastConversation(chat: ChatSimulator): readonly ReceivedMessage[] {
  return conversationOf(chat.requests.at(-1)?.messages ?? []);
}

export function conversationOf(messages: readonly ReceivedMessage[]): readonly ReceivedMessage[] {
  return messages.filter(({ role, content }) => role !== 'system' && content !== NOTHING_SAID);
}
