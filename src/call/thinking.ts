/**
 * What the model says in one answer, in rounds: it speaks, or has something done, reads what came of it, and speaks again. Every round is a
 * request of its own, and holds what the rounds before it have said and done.
 */
import { childOf } from '../base/abort.ts';
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Chat, ChatMessage, ChatRequest, ChatUsage, ToolCall, ToolOffer } from '../llm/chat.ts';
import { composeMessages } from '../llm/prompt.ts';
import type { DoneCall, HistoryMessage } from '../llm/prompt.ts';
import { estimatedTokens } from '../llm/token-estimate.ts';
import type { Marks, TimelineFacts } from '../timeline/timeline.ts';
import type { CallAction, ToolOutcome } from '../tools/tool.ts';
import type { Hands } from './hands.ts';
import type { Persona } from './persona.ts';
import type { Script } from './script.ts';

/** A tool that is done sooner is not worth a word, ms: its result is heard as soon as the words about it would be. */
const SAYING_AFTER_MS = 250;

/** Ends a chunk: what was said before something is done does not wait for what is said behind it. */
const CHUNK_END = '|';

export interface ThinkingTools {
  readonly clock: Clock;
  readonly persona: Pick<Persona, 'language' | 'prompt' | 'sayingOf'>;
  readonly llm: BotProfile['llm'];
  readonly chat: Chat;
  readonly hands?: Hands | undefined;
  readonly script?: Script | undefined;
  /** What is known from elsewhere and bears on what the caller said, for the prompt; '' for nothing. Throws the signal's reason only. */
  readonly context?: ((signal: AbortSignal) => Promise<string>) | undefined;
}

export interface ThinkingOptions {
  readonly history: readonly HistoryMessage[];
  readonly marks: Marks;
  /** Resolves when the answer is certainly wanted. */
  readonly confirmed: Promise<void>;
  /** What was said before was heard by nobody. */
  readonly isAgain?: boolean;
  /** Told of what was done, as it is done; not of what was asked for in vain. */
  readonly onDone: (done: DoneCall) => void;
}

export class Thinking {
  readonly #tools: ThinkingTools;
  readonly #options: ThinkingOptions;
  #tokens = 0;
  #promptCharacters = 0;
  #told: ChatUsage | undefined;
  #failed = false;
  #atWork = 0;
  #hasWorked = false;
  #action: CallAction | undefined;

  constructor(tools: ThinkingTools, options: ThinkingOptions) {
    this.#tools = tools;
    this.#options = options;
  }

  /** How much of the model's answer has come: tokens, or pieces of several where the model sends those. */
  get tokens(): number {
    return this.#tokens;
  }

  /**
   * What the model has cost so far: as it told, else estimated. Undefined for a request that failed before its first token: that is
   * billed by nobody, while one that was given up is.
   */
  get usage(): TimelineFacts['chat.usage'] | undefined {
    if (this.#told) return { ...this.#told, estimated: false };
    if (this.#tokens === 0 && this.#failed) return undefined;
    const inputTokens = estimatedTokens(this.#promptCharacters);
    return { inputTokens, outputTokens: this.#tokens, estimated: true };
  }

  /** Something is being done for the caller. */
  get isAtWork(): boolean {
    return this.#atWork > 0;
  }

  /** Something has been done, or begun: a second answer to the same request would do it again. */
  get hasWorked(): boolean {
    return this.#hasWorked;
  }

  /** What the call is to do when the answer has been heard. */
  get action(): CallAction | undefined {
    return this.#action;
  }

  /** The words, as they come. Throws LLM_*, or the signal's reason. Once. */
  async *words(signal: AbortSignal): AsyncGenerator<string> {
    const { hands, script, context } = this.#tools;
    const section = (await context?.(signal)) ?? '';
    // They change while the answer is made.
    const offers = () => {
      const ofScript = script?.offers ?? [];
      // A server may offer another tool of that name, and a model refuses to be told of two.
      const isFree = ({ name }: ToolOffer) => !ofScript.some((own) => own.name === name);
      return [...(hands?.offers() ?? []).filter(isFree), ...ofScript];
    };
    const maxRounds = hands?.maxRounds ?? SCRIPT_ROUNDS;
    let history = this.#options.history;
    for (let round = 0; ; round++) {
      const calls: ToolCall[] = [];
      const request = this.#request(history, section, round < maxRounds ? offers() : []);
      let words = '';
      for await (const word of this.#round(request, calls, signal)) {
        words += word;
        yield word;
      }
      if (calls.length === 0) return;
      if (words.trim() !== '') yield CHUNK_END;
      const using = this.#use(calls, signal);
      if (words.trim() === '') yield* this.#sayingOf(calls, using, signal);
      const outcomes = await using;
      if (outcomes.every(({ isEnough = false }) => isEnough)) return;
      const done = calls.map((call, at) => ({ ...call, result: outcomes[at]?.content ?? '' }));
      history = [...history, { role: 'assistant', content: words }, { role: 'assistant', content: '', done }];
    }
  }

  #request(
    history: readonly HistoryMessage[],
    section: string,
    tools: readonly ToolOffer[],
  ): Omit<ChatRequest, 'onUsage'> {
    const { llm, persona, script } = this.#tools;
    const { provider, model, temperature, maxTokens, fallback: second } = llm;
    const { isAgain } = this.#options;
    const profilePrompt = [persona.prompt, section, script?.prompt ?? ''].filter(Boolean).join('\n\n');
    return {
      messages: composeMessages({ profilePrompt, language: persona.language, history }),
      ...(provider && { provider }),
      model,
      ...(temperature !== 'none' && { temperature }),
      maxTokens,
      ...(second && { second }),
      ...(isAgain && { isAgain }),
      ...(script && { mayBeSilent: true }),
      ...(tools.length > 0 && { tools }),
    };
  }

  async *#round(
    request: Omit<ChatRequest, 'onUsage'>,
    calls: ToolCall[],
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const { marks } = this.#options;
    let characters = 0;
    let pieces = 0;
    const tokensBefore = this.#tokens;
    this.#promptCharacters = charactersOf(request.messages);
    this.#told = undefined;
    marks.mark('chat.started', {});
    try {
      const onUsage = (usage: ChatUsage) => (this.#told = usage);
      for await (const event of this.#tools.chat.reply({ ...request, onUsage }, signal)) {
        if (pieces++ === 0) marks.mark('chat.firstToken', {});
        this.#tokens++;
        if (event.kind === 'toolCall') calls.push(callOf(event));
        else {
          characters += event.text.length;
          yield event.text;
        }
      }
      marks.mark('chat.done', { characters });
    } catch (error) {
      this.#failed = !signal.aborted;
      throw error;
    } finally {
      const { usage } = this;
      if (usage) marks.mark('chat.usage', { ...usage, outputTokens: outputOf(usage, tokensBefore) });
    }
  }

  /** All at once; the model reads their results in the order in which it asked. */
  async #use(calls: readonly ToolCall[], signal: AbortSignal): Promise<readonly ToolOutcome[]> {
    const all = Promise.all(calls.map((call) => this.#useOne(call, signal, 'model')));
    // Whoever reads the words awaits it; who has gone meanwhile need not know.
    all.catch(() => undefined);
    return all;
  }

  /** Has one thing done. Throws the signal's reason. */
  async #useOne(call: ToolCall, signal: AbortSignal, asker: 'model' | 'script'): Promise<ToolOutcome> {
    const { hands, script, clock } = this.#tools;
    const { confirmed, marks, onDone } = this.#options;
    const startedAtMs = clock.nowMs();
    marks.mark('tool.started', { name: call.name });
    this.#atWork++;
    this.#hasWorked = true;
    try {
      const proposed = script?.use(call.name, call.input);
      const outcome = await (proposed ?? hands?.use(call, { confirmed, signal }) ?? NOT_OFFERED);
      // Whoever goes on with a script that has asked tells it the outcome: told twice it would go on twice.
      if (!proposed && asker === 'model') script?.done(call.name, outcome);
      marks.mark('tool.done', {
        name: call.name,
        status: outcome.status,
        tookMs: clock.nowMs() - startedAtMs,
      });
      this.#action = outcome.then ?? this.#action;
      // What a script has it done with may be private, and stands nowhere.
      const written = asker === 'model' ? call.input : '{}';
      onDone({ ...call, input: written, result: outcome.content });
      return outcome;
    } finally {
      this.#atWork--;
    }
  }

  /**
   * Has something done that the script wants, whose outcome it has to be told: yields what is said meanwhile, then the outcome.
   */
  async *useFor(call: ToolCall, signal: AbortSignal): AsyncGenerator<string, ToolOutcome> {
    const using = this.#useOne(call, signal, 'script');
    using.catch(() => undefined);
    yield* this.#sayingOf([call], using, signal);
    return using;
  }

  async *#sayingOf(
    calls: readonly ToolCall[],
    using: Promise<unknown>,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const { clock, hands, persona } = this.#tools;
    const [saying] = calls.flatMap((call) => {
      const own = hands?.saying(call);
      return own === undefined ? [] : [persona.sayingOf(call.name, own)];
    });
    if (saying === undefined) return;
    const patience = childOf(signal);
    const isLate = sleep(clock, SAYING_AFTER_MS, patience.signal).then(() => true);
    const isDone = using.then(
      () => false,
      () => false,
    );
    const isSaid = await Promise.race([isLate, isDone]).finally(() =>
      patience.abort(new Error('it is done')),
    );
    if (isSaid) yield `${saying}${CHUNK_END}`;
  }
}

/** A script alone needs one to fill what was told, and one more to mend it. */
const SCRIPT_ROUNDS = 2;

const NOT_OFFERED: ToolOutcome = { status: 'failed', content: 'There is no such tool.' };

function charactersOf(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0);
}

/** As the history has it. */
function callOf({ id, name, input, extra }: ToolCall): ToolCall {
  return { id, name, input, ...(extra !== undefined && { extra }) };
}

/** Of this round: the model tells of each request, while what is estimated has been counted on. */
function outputOf({ estimated, outputTokens }: TimelineFacts['chat.usage'], tokensBefore: number): number {
  return estimated ? outputTokens - tokensBefore : outputTokens;
}
