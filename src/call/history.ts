/**
 * What was said, as the model is to see it. An answer holds only what the caller heard of it; what was cut off never was said.
 */
import type { HistoryMessage } from '../llm/prompt.ts';
import type { WordTiming } from '../tts/synthesizer.ts';

/** Between the chunks of an answer, as the model was asked to write it: without it the model learns from its own past to forget it. */
const CHUNK_MARK = '| ';

export class History {
  #messages: HistoryMessage[] = [];

  /** Caller and bot in turn; what one side says in pieces is one message. */
  get messages(): readonly HistoryMessage[] {
    return this.#messages;
  }

  callerSaid(text: string): void {
    this.#append('user', text, ' ');
  }

  /** The caller heard this of the bot. Nothing heard is nothing said. */
  botSaid(text: string): void {
    this.#append('assistant', text, CHUNK_MARK);
  }

  /** The bot was interrupted inside or right behind its last words. */
  cutHere(): void {
    const last = this.#messages.at(-1);
    if (last?.role === 'assistant') this.#replaceLast({ ...last, interrupted: true });
  }

  #append(role: 'user' | 'assistant', text: string, joint: string): void {
    const content = text.trim();
    if (!content) return;
    const last = this.#messages.at(-1);
    if (last?.role === role) this.#replaceLast({ role, content: `${last.content}${joint}${content}` });
    else this.#messages.push({ role, content });
  }

  #replaceLast(message: HistoryMessage): void {
    this.#messages = [...this.#messages.slice(0, -1), message];
  }
}

/**
 * The words of `text` that were heard when `heardMs` of its `totalMs` had sounded. By the words' own times where the synthesizer told
 * them, else by proportion. A word counts once it was heard whole.
 */
export function heardPart(
  text: string,
  heardMs: number,
  totalMs: number,
  words: readonly WordTiming[] = [],
): string {
  if (heardMs >= totalMs) return text;
  const inText = text.split(/\s+/).filter(Boolean);
  const heardShare = totalMs > 0 ? heardMs / totalMs : 0;
  const count =
    words.length === inText.length
      ? words.filter((word) => word.startMs + word.lengthMs <= heardMs).length
      : wordsWithin(inText, heardShare * text.length);
  return inText.slice(0, count).join(' ');
}

function wordsWithin(words: readonly string[], characters: number): number {
  let used = 0;
  const firstUnheard = words.findIndex((word) => (used += word.length + 1) - 1 > characters);
  return firstUnheard === -1 ? words.length : firstUnheard;
}
