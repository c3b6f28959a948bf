/** Conversations in writing: calls whose words are read and written, one exchange after another, over any number of requests. */
import { AsyncQueue } from '../base/async.ts';
import type { CancelTimer, Clock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { FaultScope } from '../base/fault-scope.ts';
import type { RefusalReason } from '../call/intake/admission.ts';
import type { Exchange, ExchangeEvent, TextOrder, TextPorts } from '../http/text-ports.ts';
import type { OnArrival } from '../telephony/telephone.ts';
import { TextLine } from '../telephony/text/text-line.ts';
import type { Timeline, TimelineEntry } from '../timeline/timeline.ts';

/** At once: each is a call like any other, and whoever wants a crowd has `parley rehearse`. */
const MOST_CONVERSATIONS = 20;

/** Whoever writes nothing for so long has left, ms: ten minutes, in which a prompt can be thought over. */
const IDLE_MS = 600_000;

export interface ConversationsOptions {
  readonly clock: Clock;
  readonly receive: OnArrival;
  /** Of a call that was received and taken. */
  readonly timelineOf: (call: string) => Timeline | undefined;
  /** Why a new call to this bot would not be taken now. */
  readonly refusal: (bot: string | undefined) => RefusalReason | undefined;
  /** Throws BOT_PROFILE_UNKNOWN where there is no such bot. */
  readonly checkBot: (name: string | undefined) => void;
}

export class Conversations implements TextPorts {
  readonly #options: ConversationsOptions;
  readonly #live = new Map<string, Conversation>();

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  exchange({ bot, conversation, text }: TextOrder): Exchange {
    if (conversation !== undefined)
      return { ...this.#found(conversation).exchange(text), abandon: () => undefined };
    const begun = this.#begun(bot);
    return { ...begun.exchange(text), abandon: () => begun.line.leave() };
  }

  #found(id: string): Conversation {
    const found = this.#live.get(id);
    if (!found) throw new ParleyError('CONVERSATION_UNKNOWN', `No conversation ${id} goes on.`);
    if (found.isBusy) throw new ParleyError('CONVERSATION_BUSY', `The bot is answering in ${id}.`);
    return found;
  }

  #begun(bot: string | undefined): Conversation {
    const { clock, receive, timelineOf, refusal, checkBot } = this.#options;
    if (this.#live.size >= MOST_CONVERSATIONS)
      throw new ParleyError('CONVERSATIONS_FULL', `${this.#live.size} conversations go on already.`);
    checkBot(bot);
    const reason = refusal(bot);
    if (reason) throw new ParleyError('CALL_REFUSED', `No call is taken now: ${reason}.`);
    const conversation = new Conversation(clock, bot);
    const { line } = conversation;
    new FaultScope().run(() =>
      receive({ line, leg: line.id, speech: 'written', takeTyped: () => line.hearing.takeWritten() }),
    );
    const timeline = timelineOf(line.id);
    if (!timeline) throw new ParleyError('CALL_REFUSED', 'The bot takes no calls at this hour.');
    timeline.observe(conversation.observe);
    this.#live.set(line.id, conversation);
    line.ended.addEventListener('abort', () => this.#live.delete(line.id), { once: true });
    return conversation;
  }
}

class Conversation {
  readonly line: TextLine;
  readonly #clock: Clock;
  /** Whoever has asked last reads these, until the bot waits. */
  #events: AsyncQueue<ExchangeEvent> | undefined;
  #askedAtMs = 0;
  #cancelIdle: CancelTimer = () => undefined;

  constructor(clock: Clock, bot: string | undefined) {
    this.#clock = clock;
    this.line = new TextLine({ clock, bot, onAwaited: () => this.#awaited() });
  }

  get isBusy(): boolean {
    return this.#events !== undefined;
  }

  exchange(text: string | undefined): Omit<Exchange, 'abandon'> {
    this.#cancelIdle();
    const events = new AsyncQueue<ExchangeEvent>();
    this.#events = events;
    this.#askedAtMs = this.#clock.nowMs();
    if (text !== undefined) this.line.hearing.say(text);
    return { conversation: this.line.id, events };
  }

  readonly observe = (entry: TimelineEntry): void => {
    if (entry.type === 'playback.started') {
      const { kind, text, atMs } = entry;
      this.#events?.push({ event: 'chunk', kind, text, atMs: Math.max(0, atMs - this.#askedAtMs) });
    }
    if (entry.type === 'call.ended') this.#over({ endedBy: 'over', cause: entry.cause });
  };

  #awaited(): void {
    this.#over({ endedBy: 'waiting', cause: null });
    this.#cancelIdle = this.#clock.after(IDLE_MS, () => this.line.leave());
  }

  #over(how: Pick<Extract<ExchangeEvent, { event: 'end' }>, 'endedBy' | 'cause'>): void {
    this.#cancelIdle();
    const atMs = this.#clock.nowMs() - this.#askedAtMs;
    this.#events?.push({ event: 'end', conversation: this.line.id, ...how, atMs });
    this.#events?.end();
    this.#events = undefined;
  }
}
