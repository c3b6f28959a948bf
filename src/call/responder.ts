/**
 * The one place where an answer is made: what the model is asked, in whose voice it is said. A call has one, and whoever begins an answer,
 * in the caller's turn or before its end, asks it.
 */
import type { BotProfile } from '../config/bot-profile.ts';
import { Answer } from './answer.ts';
import type { AnswerOptions, AnswerTools } from './answer.ts';
import type { History } from './history.ts';
import type { Persona } from './persona.ts';
import type { Marks } from '../timeline/timeline.ts';
import type { OpeningScript, Script } from './script.ts';

export interface ResponderTools extends Omit<AnswerTools, 'persona' | 'script' | 'context' | 'llm'> {
  readonly llm: BotProfile['llm'];
  readonly history: History;
  readonly persona: () => Persona;
  /** The script's part in an answer to these words; undefined for a bot without one. */
  readonly scriptFor?: ((text: string, language: string) => Script | undefined) | undefined;
  /** What is known from elsewhere and bears on these words, for the prompt in that language; '' for nothing. */
  readonly contextFor?:
    ((text: string, language: string, signal: AbortSignal) => Promise<string>) | undefined;
}

export interface WantedAnswer extends Pick<AnswerOptions, 'marks' | 'goOn'> {
  /** What the caller said since the bot spoke last. */
  readonly text: string;
}

export class Responder {
  readonly #tools: ResponderTools;

  constructor(tools: ResponderTools) {
    this.#tools = tools;
  }

  /** Begins an answer at once, as whoever speaks at present unless told otherwise. Whoever asked for it stops it, and tells it its fate. */
  answer({ text, ...wanted }: WantedAnswer, persona = this.#tools.persona()): Answer {
    const { history, scriptFor, contextFor } = this.#tools;
    const { language } = persona;
    const script = scriptFor?.(text, language);
    const callerText = script?.callerText ?? text;
    const context = contextFor && ((signal: AbortSignal) => contextFor(callerText, language, signal));
    const options = { ...wanted, callerText, history: history.withCaller(callerText) };
    return new Answer({ ...this.#tools, persona, script, context }, options);
  }

  /** What a script says, and has done, before the caller has said anything. */
  opening(script: OpeningScript, marks: Marks): Answer {
    const { history, persona } = this.#tools;
    const options = { marks, callerText: '', history: history.messages, opening: script.end };
    return new Answer({ ...this.#tools, persona: persona(), script }, options);
  }
}
