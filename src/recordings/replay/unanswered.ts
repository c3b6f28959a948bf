import { ParleyError } from '../../base/errors.ts';

/** Whose answer is missing, as `--live` names it. */
export type Part = 'asr' | 'llm' | 'tts' | 'tools' | 'tools-with-effects';

/** Makes the error for what the recording has no answer to; `tools` has today's, if no other part is named. */
export type Missing = (what: string, part?: Part) => ParleyError;

/** What a replay asked and the recording has no answer to. The call may go on without it, but its outcome is not to be believed. */
export class Unanswered {
  readonly #nowMs: () => number;
  #first: { readonly atMs: number; readonly error: ParleyError } | undefined;

  /** `nowMs`: of the tape. */
  constructor(nowMs: () => number = () => 0) {
    this.#nowMs = nowMs;
  }

  /** The error to be thrown at whoever asked. */
  error(part: Part, what: string): ParleyError {
    const error = noAnswer(part, what);
    this.#first ??= { atMs: this.#nowMs(), error };
    return error;
  }

  get first(): { readonly atMs: number; readonly error: ParleyError } | undefined {
    return this.#first;
  }
}

/** The same for who asked without needing the answer. */
export function noAnswer(part: Part, what: string): ParleyError {
  return new ParleyError('REPLAY_NO_ANSWER', `${what} Today's answer: --live ${part}.`);
}
