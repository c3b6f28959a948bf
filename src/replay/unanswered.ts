import { ParleyError } from '../base/errors.ts';

/** What a replay asked and the recording has no answer to. The call may go on without it, but its outcome is not to be believed. */
export class Unanswered {
  readonly #errors: ParleyError[] = [];

  /** The error to be thrown at whoever asked. */
  error(what: string): ParleyError {
    const error = new ParleyError('REPLAY_NO_ANSWER', what);
    this.#errors.push(error);
    return error;
  }

  get first(): ParleyError | undefined {
    return this.#errors[0];
  }
}
