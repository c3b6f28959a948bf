/**
 * One answer on its way: the model's tokens, cut into chunks, each synthesized at once. It begins at once and makes no sound: its chunks
 * wait, in order, for whoever says them.
 */
import { bytesToMs } from '../audio/pcm.ts';
import { once } from '../base/async.ts';
import { errorCode } from '../base/errors.ts';
import type { Chunk } from '../llm/chunking/chunker.ts';
import { chunkTokens } from '../llm/chunking/chunker.ts';
import type { DoneCall, HistoryMessage } from '../llm/prompt.ts';
import { speakInOrder } from '../speech/synthesis/ordered-speech.ts';
import type { SpokenChunk } from '../speech/synthesis/ordered-speech.ts';
import type { Synthesizer } from '../speech/synthesis/synthesizer.ts';
import type { Marks, TimelineFacts } from '../timeline/timeline.ts';
import type { CallAction } from '../tools/tool.ts';
import type { Persona } from './persona.ts';
import type { AnswerFate, ScriptEnd, Words } from './script.ts';
import { Thinking } from './thinking.ts';
import type { ThinkingTools } from './thinking.ts';

export interface AnswerTools extends ThinkingTools {
  readonly persona: Persona;
  readonly synthesizer: Synthesizer;
  /** How many chunks may be synthesized ahead of the one that is heard. */
  readonly window: number;
  readonly sampleRateHz: () => number;
}

export interface AnswerOptions {
  /** What was said, up to what is to be answered. */
  readonly history: readonly HistoryMessage[];
  readonly marks: Marks;
  /** Until it resolves only the first chunk is synthesized, and nothing is done that changes anything. */
  readonly goOn?: Promise<void>;
  /** What the caller said last, as the model and any file may have it. */
  readonly callerText: string;
  /** The script begins: nobody has said anything to which the model could answer. */
  readonly opening?: ScriptEnd;
}

export class Answer {
  /** Each as soon as its synthesis has begun. Throws what the model threw, or the reason of the stop. Read it once. */
  readonly chunks: AsyncIterable<SpokenChunk<Chunk>>;
  readonly #tools: AnswerTools;
  readonly #options: AnswerOptions;
  readonly #work = new AbortController();
  readonly #sampleRateHz: number;
  #thinking: Thinking;
  #synthesizedCharacters = 0;
  #chunks = 0;
  #failed = false;
  #action: CallAction | undefined;
  readonly #done: DoneCall[] = [];
  #onDone: (done: DoneCall) => void = (done) => void this.#done.push(done);

  constructor(tools: AnswerTools, options: AnswerOptions) {
    const { persona, synthesizer, window } = tools;
    const { language, voice } = persona;
    this.#tools = tools;
    this.#options = options;
    this.#sampleRateHz = tools.sampleRateHz();
    this.#thinking = this.#newThinking();
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
    return this.#thinking.tokens;
  }

  /** What the model has cost so far: see Thinking. */
  get usage(): TimelineFacts['chat.usage'] | undefined {
    return this.#thinking.usage;
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

  /** Something is being done for the caller. */
  get isAtWork(): boolean {
    return this.#thinking.isAtWork;
  }

  /** What the call is to do when all of it has been heard. */
  get action(): CallAction | undefined {
    return this.#action ?? this.#thinking.action;
  }

  /** Tells of all that was done for this answer, and is. */
  tellDone(listener: (done: DoneCall) => void): void {
    for (const done of this.#done.splice(0)) listener(done);
    this.#onDone = listener;
  }

  /** What the caller said last, as the model and any file may have it. */
  get callerText(): string {
    return this.#options.callerText;
  }

  /** It is being said from now on. */
  begun(): void {
    this.#tools.script?.begun();
  }

  /** What became of it: to be told once. */
  over(fate: AnswerFate): void {
    this.#tools.script?.over(fate);
  }

  /** Ends the model's work and every synthesis. Idempotent. */
  stop(reason: unknown): void {
    this.#work.abort(reason);
  }

  async *#chunked(): AsyncGenerator<Chunk> {
    try {
      if (!this.#options.opening) yield* this.#numbered(this.#wordsAsFarAsNeeded());
      yield* this.#numbered(this.#ending());
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /** What the script says behind the model's words, and has done. */
  async *#ending(): AsyncGenerator<Chunk> {
    const { script } = this.#tools;
    const { signal } = this.#work;
    for (let end = this.#options.opening ?? script?.close(); end && script;) {
      this.#action = end.action;
      if (end.say) yield* this.#written(end.say);
      const { tool } = end;
      if (!tool) return;
      const using = this.#thinking.useFor(tool, signal);
      let step = await using.next();
      for (; !step.done; step = await using.next()) yield* this.#chunksOf(once(step.value));
      end = script.goOn(tool.name, step.value);
    }
  }

  /** Each chunk with what any file may have of it. */
  async *#written({ said, written }: Words): AsyncGenerator<Chunk> {
    for await (const chunk of this.#chunksOf(once(said))) {
      if (said === written) yield chunk;
      else yield { ...chunk, written: chunk.index === 0 ? written : HIDDEN };
    }
  }

  /** A script whose question was answered goes on also without the model. */
  async *#wordsAsFarAsNeeded(): AsyncGenerator<Chunk> {
    try {
      yield* this.#words();
    } catch (error) {
      if (this.#work.signal.aborted || !this.#tools.script?.isAnswered) throw error;
      this.#options.marks.mark('failure', { code: errorCode(error), during: 'chat' });
    }
  }

  /** Of the model; of a second one, if the first breaks off before anything could be said or done. */
  async *#words(): AsyncGenerator<Chunk> {
    try {
      yield* this.#admitted(this.#thinking.words(this.#work.signal));
    } catch (error) {
      if (this.#work.signal.aborted || !this.#mayAskAgain) throw error;
      this.#thinking = this.#newThinking({ isAgain: true });
      yield* this.#admitted(this.#thinking.words(this.#work.signal));
    }
  }

  get #mayAskAgain(): boolean {
    const { chat, llm } = this.#tools;
    const hasSecond = chat.hasSecond === true || llm.fallback !== undefined;
    return hasSecond && this.#chunks === 0 && !this.#thinking.hasWorked;
  }

  #newThinking(again: { readonly isAgain?: true } = {}): Thinking {
    const { history, marks, goOn = Promise.resolve() } = this.#options;
    const onDone = (done: DoneCall) => this.#onDone(done);
    return new Thinking(this.#tools, { history, marks, confirmed: goOn, onDone, ...again });
  }

  #chunksOf(words: AsyncIterable<string>): AsyncIterable<Chunk> {
    return chunkTokens(words, { clock: this.#tools.clock });
  }

  /** Without what the script does not let the model say. */
  async *#admitted(words: AsyncIterable<string>): AsyncGenerator<Chunk> {
    const { script } = this.#tools;
    for await (const chunk of this.#chunksOf(words)) {
      const text = script ? script.admitted(chunk.text) : chunk.text;
      if (text === chunk.text) yield chunk;
      else if (text !== '') yield { ...chunk, text };
    }
  }

  async *#numbered(chunks: AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
    for await (const chunk of chunks) {
      const index = this.#chunks++;
      this.#options.marks.mark('chunk.ready', { index, text: chunk.written ?? chunk.text });
      yield index === chunk.index ? chunk : { ...chunk, index, first: index === 0 };
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

/** Stands for the rest of a text that may not be written down. */
const HIDDEN = '…';
