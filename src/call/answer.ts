/**
 * One answer on its way: the model's tokens, cut into chunks, each synthesized at once. It begins at once and makes no sound: its chunks
 * wait, in order, for whoever says them.
 */
import type { Clock } from '../base/clock.ts';
import { bytesToMs } from '../audio/pcm.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import { textsOf } from '../llm/chat.ts';
import type { Chat, ChatUsage } from '../llm/chat.ts';
import { chunkTokens } from '../llm/chunking/chunker.ts';
import type { Chunk } from '../llm/chunking/chunker.ts';
import { composeMessages } from '../llm/prompt.ts';
import type { HistoryMessage } from '../llm/prompt.ts';
import { estimatedTokens } from '../llm/token-estimate.ts';
import { speakInOrder } from '../speech/synthesis/ordered-speech.ts';
import type { SpokenChunk } from '../speech/synthesis/ordered-speech.ts';
import type { Synthesizer } from '../speech/synthesis/synthesizer.ts';
import type { Marks, TimelineFacts } from '../timeline/timeline.ts';
import type { Persona } from './persona.ts';

export interface AnswerTools {
  readonly clock: Clock;
  readonly persona: Persona;
  readonly llm: BotProfile['llm'];
  readonly chat: Chat;
  readonly synthesizer: Synthesizer;
  /** How many chunks may be synthesized ahead of the one that is heard. */
  readonly window: number;
  readonly sampleRateHz: () => number;
}

export interface AnswerOptions {
  /** What was said, up to what is to be answered. */
  readonly history: readonly HistoryMessage[];
  readonly marks: Marks;
  /** Until it resolves only the first chunk is synthesized. */
  readonly goOn?: Promise<void>;
}

export class Answer {
  /** Each as soon as its synthesis has begun. Throws what the model threw, or the reason of the stop. Read it once. */
  readonly chunks: AsyncIterable<SpokenChunk<Chunk>>;
  readonly #tools: AnswerTools;
  readonly #options: AnswerOptions;
  readonly #work = new AbortController();
  readonly #sampleRateHz: number;
  #tokens = 0;
  #promptCharacters = 0;
  #toldUsage: ChatUsage | undefined;
  #synthesizedCharacters = 0;
  #chunks = 0;
  #failed = false;

  constructor(tools: AnswerTools, options: AnswerOptions) {
    const { persona, synthesizer, window } = tools;
    const { language, voice } = persona;
    this.#tools = tools;
    this.#options = options;
    this.#sampleRateHz = tools.sampleRateHz();
    this.chunks = speakInOrder(
      this.#chunked(),
      {
        synthesizer,
        request: { language, voice, sampleRateHz: this.#sampleRateHz },
        window,
        goOn: options.goOn,
        onBegun: (spoken) => this.#note(spoken),
      },
      this.#work.signal,
    );
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
    if (this.#toldUsage) return { ...this.#toldUsage, estimated: false };
    if (this.#tokens === 0 && this.#failed) return undefined;
    const inputTokens = estimatedTokens(this.#promptCharacters);
    return { inputTokens, outputTokens: this.#tokens, estimated: true };
  }

  /** How much was sent to synthesis so far. */
  get synthesizedCharacters(): number {
    return this.#synthesizedCharacters;
  }

  get hasChunks(): boolean {
    return this.#chunks > 0;
  }

  /** The model failed, and there will be no more. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Ends the model's work and every synthesis. Idempotent. */
  stop(reason: unknown): void {
    this.#work.abort(reason);
  }

  async *#chunked(): AsyncGenerator<Chunk> {
    try {
      for await (const chunk of chunkTokens(this.#answerTokens(), { clock: this.#tools.clock })) {
        this.#chunks++;
        this.#options.marks.mark('chunk.ready', { index: chunk.index, text: chunk.text });
        yield chunk;
      }
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  async *#answerTokens(): AsyncGenerator<string> {
    const { chat, llm, persona } = this.#tools;
    const { marks, history } = this.#options;
    const { model, temperature, maxTokens } = llm;
    const { language, prompt: profilePrompt } = persona;
    const messages = composeMessages({ profilePrompt, language, history });
    const onUsage = (usage: ChatUsage) => (this.#toldUsage = usage);
    const request = {
      messages,
      model,
      ...(temperature !== 'none' && { temperature }),
      maxTokens,
      onUsage,
    };
    let characters = 0;
    this.#promptCharacters = messages.reduce((sum, { content }) => sum + content.length, 0);
    marks.mark('chat.started', {});
    try {
      for await (const token of textsOf(chat.reply(request, this.#work.signal))) {
        if (characters === 0) marks.mark('chat.firstToken', {});
        characters += token.length;
        this.#tokens++;
        yield token;
      }
      marks.mark('chat.done', { characters });
    } catch (error) {
      this.#failed = !this.#work.signal.aborted;
      throw error;
    } finally {
      const { usage } = this;
      if (usage) marks.mark('chat.usage', usage);
    }
  }

  #note({ chunk: { index, text }, firstAudio, whole }: SpokenChunk<Chunk>): void {
    const { marks } = this.#options;
    this.#synthesizedCharacters += text.length;
    marks.mark('synthesis.started', { index, characters: text.length });
    const nothing = () => undefined;
    firstAudio.then((provider) => marks.mark('synthesis.firstAudio', { index, provider }), nothing);
    whole.then(
      ({ audioBytes }) =>
        marks.mark('synthesis.done', { index, audioMs: bytesToMs(audioBytes, this.#sampleRateHz) }),
      nothing,
    );
  }
}
