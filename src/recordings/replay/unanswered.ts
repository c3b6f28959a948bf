import { ParleyError } from '../../base/errors.ts';

/** Whose answer is missing, as `--live` names it. */
export type Part = 'asr' | 'llm' | 'tts' | 'tools' | 'tools-with-effects';

/** Makes the error for what the recording has no answer to; `tools` has today's, if no other part is named. */
export type Missing = (what: string, part?: Part) => ParleyError;

/** What a replay asked and the recording has no answer to. The call may go on without it, but its outcome is not to be believed. */
export class Unanswered {
  readonly #errors: ParleyError[] = [];

  /** The error to be thrown at whoever asked. */
  error(part: Part, what: string): ParleyError {
    const error = noAnswer(part, what);
    this.#errors.push(error);
    return error;
  }

  get first(): ParleyError | undefined {
    return this.#errors[0];
  }
}

/** The same for who asked without needing the answer. */
export function noAnswer(part: Part, what: string): ParleyError {
  return new ParleyError('REPLAY_NO_ANSWER', `${what} Today's answer: --live ${part}.`);
}
