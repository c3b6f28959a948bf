/**
 * What was said, as the model is to see it. An answer holds only what the caller heard of it; what was cut off never was said.
 */
import type { DoneCall, HistoryMessage } from '../llm/prompt.ts';
import type { WordTiming } from '../speech/synthesis/synthesizer.ts';

/** Between the chunks of an answer, as the model was asked to write it: without it the model learns from its own past to forget it. */
const CHUNK_MARK = '| ';

const BETWEEN_UTTERANCES = ' ';

/** Where the bot was cut off and said something else behind it. */
const CUT_MARK = ' —';

export class History {
  #messages: readonly HistoryMessage[];

  /** What was said before. */
  constructor(messages: readonly HistoryMessage[] = []) {
    this.#messages = messages;
  }

  /** Caller and bot in turn; what one side says in pieces is one message. */
  get messages(): readonly HistoryMessage[] {
    return this.#messages;
  }

  /** What the caller has heard of the bot's last words; undefined if the bot has said nothing since the caller did. */
  get lastSaid(): string | undefined {
    const last = this.#messages.findLast(({ content }) => content !== '');
    return last?.role === 'assistant' ? last.content : undefined;
  }

  callerSaid(text: string): void {
    this.#messages = appended(this.#messages, 'user', text, BETWEEN_UTTERANCES);
  }

  /** As it will be if the caller says this next. */
  withCaller(text: string): readonly HistoryMessage[] {
    return appended(this.#messages, 'user', text, BETWEEN_UTTERANCES);
  }

  /** The caller heard this of the bot. Nothing heard is nothing said. */
  botSaid(text: string): void {
    this.#messages = appended(this.#messages, 'assistant', text, CHUNK_MARK);
  }

  /** The bot has had these done; what it says next is said behind them. */
  botDid(done: readonly DoneCall[]): void {
    if (done.length > 0) this.#messages = [...this.#messages, { role: 'assistant', content: '', done }];
  }

  /** The bot was interrupted inside or right behind its last words. */
  cutHere(): void {
    const last = this.#messages.at(-1);
    if (last?.role === 'assistant')
      this.#messages = [...this.#messages.slice(0, -1), { ...last, interrupted: true }];
  }
}

function appended(
  messages: readonly HistoryMessage[],
  role: 'user' | 'assistant',
  text: string,
  joint: string,
): readonly HistoryMessage[] {
  const content = text.trim();
  if (!content) return messages;
  const last = messages.at(-1);
  if (last?.role !== role) return [...messages, { role, content }];
  if (last.content === '') return [...messages.slice(0, -1), { ...last, content }];
  const before = last.interrupted ? `${last.content}${CUT_MARK}` : last.content;
  if (last.done)
    return [...messages.slice(0, -1), { role, content: `${before}${joint}${content}`, done: last.done }];
  return [...messages.slice(0, -1), { role, content: `${before}${joint}${content}` }];
}

/** Speech without words' times that is not whole yet: about so long a character, ms. */
const MS_PER_CHARACTER = 65;

/** What is known of the speech of a text: how long it is by now, whether that is all, and when its words are said. */
export interface KnownSpeech {
  readonly audioMs: number;
  readonly isWhole: boolean;
  readonly words?: readonly WordTiming[];
}

/**
 * The words of `text` that were heard when `heardMs` of its speech had sounded. By the words' own times where the synthesizer told
 * them, else by proportion. A word counts once it was heard whole.
 */
export function heardPart(
  text: string,
  heardMs: number,
  { audioMs, isWhole, words = [] }: KnownSpeech,
): string {
  if (isWhole && heardMs >= audioMs) return text;
  const inText = text.split(/\s+/).filter(Boolean);
  const areTimed = isWhole ? words.length === inText.length : words.length > 0;
  const totalMs = isWhole ? audioMs : Math.max(audioMs, text.length * MS_PER_CHARACTER);
  const heardShare = totalMs > 0 ? heardMs / totalMs : 0;
  const count = areTimed
    ? words.filter((word) => word.startMs + word.lengthMs <= heardMs).length
    : wordsWithin(inText, heardShare * text.length);
  return inText.slice(0, count).join(' ');
}

function wordsWithin(words: readonly string[], characters: number): number {
  let used = 0;
  const firstUnheard = words.findIndex((word) => (used += word.length + 1) - 1 > characters);
  return firstUnheard === -1 ? words.length : firstUnheard;
}
