/** The model of a recorded call: what it said to the same question, token by token, at its pace. */
import type { ParleyError } from '../../base/errors.ts';
import type { Chat, ChatMessage, ChatRequest, ReplyEvent } from '../../llm/chat.ts';
import type { RecordedReply } from '../bundle/recorded-call.ts';
import { endAsRecorded } from './recorded-end.ts';
import type { TapeTime } from './tape-time.ts';
import { noAnswer } from './unanswered.ts';
import type { Unanswered } from './unanswered.ts';

export interface ReplayedChatOptions {
  readonly time: TapeTime;
  readonly replies: readonly RecordedReply[];
  readonly unanswered: Unanswered;
  /** Nobody needs an answer yet: what is asked before the caller's turn is over may never be used, and is asked again if it is. */
  readonly isEarly: () => boolean;
  /**
   * What the operator has told the bot, where what others have told it behind that is masked: words that are masked on their own are not
   * always those that are masked together.
   */
  readonly ownPrompts?: readonly string[];
}

export class ReplayedChat implements Chat {
  readonly name = 'recorded';
  readonly hasSecond: boolean;
  readonly #time: TapeTime;
  readonly #replies: RecordedReply[];
  readonly #unanswered: Unanswered;
  readonly #isEarly: () => boolean;
  readonly #ownPrompts: readonly string[];

  constructor({ time, replies, unanswered, isEarly, ownPrompts = [] }: ReplayedChatOptions) {
    this.#time = time;
    this.#replies = [...replies];
    this.hasSecond = replies.some(({ request }) => request.isAgain);
    this.#unanswered = unanswered;
    this.#isEarly = isEarly;
    this.#ownPrompts = ownPrompts;
  }

  async *reply(request: ChatRequest, signal: AbortSignal): AsyncIterable<ReplyEvent> {
    const recorded = this.#take(request);
    const askedAtMs = this.#time.nowMs;
    const shiftMs = askedAtMs - recorded.atMs;
    for (const { atMs, text } of recorded.tokens) {
      await this.#time.until(atMs + shiftMs, signal);
      yield { kind: 'text', text };
    }
    for (const { atMs, ...call } of recorded.toolCalls ?? []) {
      await this.#time.until(atMs + shiftMs, signal);
      yield { kind: 'toolCall', ...call };
    }
    if (recorded.usage) request.onUsage?.(recorded.usage);
    await endAsRecorded(recorded.end, { time: this.#time, shiftMs, signal }, () =>
      this.#noAnswer(`The answer to «${questionOf(request)}» was cut short in the recording.`),
    );
  }

  /**
   * The same question of a bot that was told the same; best the one with the same conversation before it. Each is given once, as long as
   * there is another. What the caller asked before belongs to the question if nothing of its answer was heard, and how much of that was
   * heard is not the same in every run: where there is no such question, its end counts.
   */
  #take(request: ChatRequest): RecordedReply {
    const sameBot = this.#replies.filter((reply) => isSameBot(reply.request, request, this.#ownPrompts));
    const same = sameBot.filter((reply) => questionOf(reply.request) === questionOf(request));
    const asked =
      same.length > 0
        ? same
        : sameBot.filter((reply) => endsAlike(questionOf(reply.request), questionOf(request)));
    // Rounds of one turn ask the same question with more and more done for it.
    const round = asked.filter((reply) => doneFor(reply.request) === doneFor(request));
    const exact = asked.filter((reply) => sameMessages(reply.request.messages, request.messages));
    const near = round.length > 0 ? round : asked;
    const [found] = exact.length > 0 ? exact : near.filter(({ end }) => end.kind === 'done').concat(near);
    if (!found) throw this.#noAnswer(`The model was asked «${questionOf(request)}».`);
    if (asked.length > 1) this.#replies.splice(this.#replies.indexOf(found), 1);
    return found;
  }

  #noAnswer(what: string): ParleyError {
    return this.#isEarly() ? noAnswer('llm', what) : this.#unanswered.error('llm', what);
  }
}

/** By all that the bot was told to be. */
function isSameBot(a: RecordedReply['request'], b: ChatRequest, ownPrompts: readonly string[]): boolean {
  const told = (messages: readonly ChatMessage[]) =>
    ownPrompts.find((own) =>
      messages.some(({ content, role }) => role === 'system' && content.startsWith(own)),
    );
  const own = told(a.messages);
  const system = (messages: readonly ChatMessage[]) => messages.filter(({ role }) => role === 'system');
  return (
    a.model === b.model &&
    a.temperature === b.temperature &&
    a.maxTokens === b.maxTokens &&
    (sameMessages(system(a.messages), system(b.messages)) || (own !== undefined && own === told(b.messages)))
  );
}

/** One ends with all of the other. */
function endsAlike(a: string, b: string): boolean {
  const [shorter = '', longer = ''] = [a, b].toSorted((one, other) => one.length - other.length);
  return shorter !== '' && (` ${longer}`.endsWith(` ${shorter}`) || `\n${longer}`.endsWith(`\n${shorter}`));
}

function sameMessages(a: readonly ChatMessage[], b: readonly ChatMessage[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ role, content }, at) => b[at]?.role === role && b[at].content === content)
  );
}

/** How many results of tools stand behind the question. */
function doneFor({ messages }: Pick<ChatRequest, 'messages'>): number {
  const asked = messages.findLastIndex(({ role }) => role === 'user');
  return messages.slice(asked + 1).filter(({ role }) => role === 'tool').length;
}

function questionOf({ messages }: Pick<ChatRequest, 'messages'>): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}
