/** A caller whom a model plays, by what they want and how they are. */
import { textsOf } from '../llm/chat.ts';
import type { Chat, ChatMessage } from '../llm/chat.ts';
import type { CallerProfile } from './caller-file.ts';
import type { CallerDeed, CallerMind } from './caller-mind.ts';

/** Two spoken sentences. */
const MAX_TOKENS = 150;

export class ModelCaller implements CallerMind {
  readonly #chat: Chat;
  readonly #messages: ChatMessage[];
  readonly #signal: AbortSignal;

  constructor(caller: CallerProfile, chat: Chat, signal: AbortSignal) {
    this.#chat = chat;
    this.#messages = [{ role: 'system', content: promptOf(caller) }];
    this.#signal = signal;
  }

  /** Throws LLM_*, or the signal's reason. */
  async next(heard: string): Promise<CallerDeed> {
    this.#messages.push({ role: 'user', content: heard === '' ? '…' : heard });
    const request = { messages: this.#messages, maxTokens: MAX_TOKENS };
    let said = '';
    for await (const piece of textsOf(this.#chat.reply(request, this.#signal))) said += piece;
    this.#messages.push({ role: 'assistant', content: said });
    return deedOf(said);
  }

  /** They have to hear it first. */
  over(): undefined {
    return undefined;
  }
}

/** What is in brackets is done, not said. */
export function deedOf(answer: string): CallerDeed {
  const keys = /\[keys\s+([\d*#]+)\]/i.exec(answer)?.[1];
  if (keys !== undefined) return { kind: 'press', keys };
  const text = answer
    .replaceAll(/\[[^\]]*\]|[|*_]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (text !== '') return { kind: 'say', text };
  return /\[hang\s*up\]/i.test(answer) ? { kind: 'hangUp' } : { kind: 'silent' };
}

function promptOf({ goal, temper, language, digressions }: CallerProfile): string {
  return [
    'You play somebody who telephones a company. The user is whoever answers: a voice bot. You are the caller, never the bot.',
    `You speak ${language}, in short spoken sentences, one or two at a time, without lists or stage directions.`,
    `What you want: ${goal}`,
    ...(temper === '' ? [] : [`How you are: ${temper}`]),
    ...(digressions.length === 0 ? [] : [`In between you want to know: ${digressions.join(' / ')}`]),
    'Answer what you are asked, and make up nothing that contradicts what you have said before.',
    'When you have what you want, say goodbye. Instead of speaking you may write [hang up], [silence] or [keys 1234#].',
  ].join('\n');
}
