/**
 * ARI's requests over the event socket (Asterisk 20.14, 21.9, 22.4 and later; docs.asterisk.org, "ARI REST over WebSocket"): RESTRequest
 * there, RESTResponse back, in any order, told apart by `request_id`. What is not text cannot travel here: Asterisk answers 406.
 */
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { CancelTimer, Clock } from '../../../../base/clock.ts';
import { parsedJson } from '../../../../base/json.ts';
import { unansweredAfter } from '../../../../base/unanswered-after.ts';
import { noAnswer, refusal, strangeAnswer, tooLate } from '../ari-errors.ts';
import type { Query } from '../ari-rest.ts';

const restResponse = z.object({
  request_id: z.string(),
  status_code: z.number(),
  message_body: z.string().default(''),
});

interface Pending {
  readonly what: string;
  readonly cancelDeadline: CancelTimer;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class SocketRest {
  readonly #clock: Clock;
  readonly #pending = new Map<string, Pending>();
  #send: ((message: string) => void) | undefined;
  #asked = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isAttached(): boolean {
    return this.#send !== undefined;
  }

  /** From now on requests go this way. */
  attach(send: (message: string) => void): void {
    this.#send = send;
  }

  /** The way is gone: nobody will answer what was asked over it. Does nothing if requests go another way by now. */
  detach(send: (message: string) => void): void {
    if (this.#send !== send) return;
    this.#send = undefined;
    for (const id of [...this.#pending.keys()]) {
      const asked = this.#taken(id);
      asked?.reject(noAnswer(asked.what, undefined));
    }
  }

  /** A RESTResponse as it came; throws if it cannot be read. One that comes after its deadline is nobody's. */
  answered(message: unknown): void {
    const { request_id: id, status_code: status, message_body: body } = restResponse.parse(message);
    const asked = this.#taken(id);
    if (!asked) return;
    if (status >= 300) return asked.reject(refusal(asked.what, status, body));
    if (body === '') return asked.resolve(undefined);
    const answer = parsedJson(body);
    if (answer === undefined) asked.reject(strangeAnswer(asked.what));
    else asked.resolve(answer);
  }

  /** The answer's JSON; undefined where there is none. Throws the errors that ari-port.ts lists. */
  json(
    method: Dispatcher.HttpMethod,
    path: string,
    deadlineMs: number,
    query: Query = {},
    body?: unknown,
  ): Promise<unknown> {
    const what = `${method} ${path}`;
    const send = this.#send;
    if (!send) return Promise.reject(noAnswer(what, undefined));
    const id = String(++this.#asked);
    const request = {
      type: 'RESTRequest',
      request_id: id,
      method,
      uri: path.slice(1),
      query_strings: Object.entries(query).map(([name, value]) => ({ name, value: String(value) })),
      ...(body !== undefined && { content_type: 'application/json', message_body: JSON.stringify(body) }),
    };
    return new Promise((resolve, reject) => {
      const cancelDeadline = unansweredAfter(this.#clock, deadlineMs, () =>
        this.#taken(id)?.reject(tooLate(what, deadlineMs)),
      );
      this.#pending.set(id, { what, cancelDeadline, resolve, reject });
      send(JSON.stringify(request));
    });
  }

  #taken(id: string): Pending | undefined {
    const asked = this.#pending.get(id);
    this.#pending.delete(id);
    asked?.cancelDeadline();
    return asked;
  }
}
