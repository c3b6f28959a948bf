/**
 * The one place where an answer is made: what the model is asked, in whose voice it is said. A call has one, and whoever begins an answer,
 * in the caller's turn or before its end, asks it.
 */
import { Answer } from './answer.ts';
import type { AnswerOptions, AnswerTools } from './answer.ts';
import type { Persona } from './persona.ts';

export interface ResponderTools extends Omit<AnswerTools, 'persona'> {
  readonly persona: () => Persona;
}

export class Responder {
  readonly #tools: ResponderTools;

  constructor(tools: ResponderTools) {
    this.#tools = tools;
  }

  /** Begins an answer at once, as whoever speaks at present unless told otherwise. Whoever asked for it stops it. */
  answer(options: AnswerOptions, persona = this.#tools.persona()): Answer {
    return new Answer({ ...this.#tools, persona }, options);
  }
}
