/** Orders to Twilio for calls that are under way, and for new ones (twilio.com/docs/voice/api/call-resource). */
import { z } from 'zod';
import { childWithin } from '../../base/abort.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/clock.ts';
import { parsedJson } from '../../base/json.ts';
import { readWithin } from '../../base/read-within.ts';

export interface TwilioRestOptions {
  /** `https://api.twilio.com` */
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly clock: Clock;
}

/** A request has been answered by then, ms; Twilio answers within a few hundred. */
const ANSWER_WITHIN_MS = 5000;
/** What changes a call to a state may be asked again, after so long, ms: whoever waits for it hears nothing meanwhile. */
const AGAIN_AFTER_MS = [250, 1000];
const MOST_ANSWER_BYTES = 64 * 1024;

const madeCall = z.object({ sid: z.string().regex(/^[A-Za-z0-9]{1,64}$/) });
const callState = z.object({ status: z.string().max(40) });
const refusal = z.object({ code: z.number(), message: z.string().default('') });

/** Twilio would not: its own number of the error stands in `reason`. */
export class TwilioRefusal extends ParleyError {
  readonly reason: number | undefined;
  readonly status: number;
  constructor(status: number, told: z.infer<typeof refusal> | undefined) {
    super(codeOf(status, told?.code), `Twilio answered ${status}${told ? ` (error ${told.code})` : ''}.`, {
      quote: told?.message,
    });
    this.status = status;
    this.reason = told?.code;
  }
}

/** Twilio's number for what a call that is over can no longer do (twilio.com/docs/api/errors/21220). */
const OVER = 21_220;

function codeOf(status: number, reason: number | undefined) {
  if (reason === OVER) return 'TWILIO_CALL_GONE';
  if (status === 401 || status === 403) return 'TWILIO_UNAUTHORIZED';
  if (status === 404) return 'TWILIO_CALL_GONE';
  if (status === 429 || status >= 500) return 'TWILIO_UNAVAILABLE';
  return 'TWILIO_REJECTED';
}

/** Everything throws TWILIO_UNAUTHORIZED, TWILIO_CALL_GONE, TWILIO_REJECTED, TWILIO_UNAVAILABLE or TWILIO_TIMEOUT. */
export class TwilioRest {
  readonly #options: TwilioRestOptions;

  constructor(options: TwilioRestOptions) {
    this.#options = options;
  }

  /** `completed` ends a call whatever its state, `canceled` one that has not been answered. */
  async end(callSid: string, status: 'completed' | 'canceled' = 'completed'): Promise<void> {
    await this.#again(`/Calls/${callSid}.json`, [['Status', status]]);
  }

  /** The call goes on with this document at once; its stream ends. */
  async goOn(callSid: string, twiml: string): Promise<void> {
    await this.#again(`/Calls/${callSid}.json`, [['Twiml', twiml]]);
  }

  /** Calls somebody, and returns the CallSid. Asked once: whether a request without an answer has rung somebody cannot be known. */
  async call(fields: readonly (readonly [string, string])[]): Promise<string> {
    const made = madeCall.safeParse(await this.#ask('/Calls.json', fields));
    if (!made.success) throw new ParleyError('TWILIO_REJECTED', 'Twilio has answered without a CallSid.');
    return made.data.sid;
  }

  /** How a call stands: see call-status.ts. */
  async statusOf(callSid: string): Promise<string> {
    const told = callState.safeParse(await this.#ask(`/Calls/${callSid}.json`, undefined));
    if (!told.success) throw new ParleyError('TWILIO_REJECTED', 'Twilio has answered without a status.');
    return told.data.status;
  }

  /** Whether the account is there and the token is right. */
  async check(): Promise<void> {
    await this.#ask('.json', undefined);
  }

  async #again(path: string, fields: readonly (readonly [string, string])[]): Promise<void> {
    for (const waitMs of [...AGAIN_AFTER_MS, undefined]) {
      try {
        await this.#ask(path, fields);
        return;
      } catch (error) {
        if (waitMs === undefined || !(error instanceof ParleyError) || !error.retryable) throw error;
        await sleep(this.#options.clock, waitMs);
      }
    }
  }

  async #ask(path: string, fields: readonly (readonly [string, string])[] | undefined): Promise<unknown> {
    const { url, accountSid, authToken, clock } = this.#options;
    const work = childWithin(ANSWER_WITHIN_MS, clock, () => new Error('late'));
    try {
      const response = await fetch(`${url}/2010-04-01/Accounts/${accountSid}${path}`, {
        method: fields ? 'POST' : 'GET',
        redirect: 'error',
        headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
        ...(fields && {
          body: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])),
        }),
        signal: work.signal,
      });
      const body = response.body && (await readWithin(response.body, MOST_ANSWER_BYTES));
      const told = parsedJson(new TextDecoder().decode(body ?? undefined));
      if (!response.ok) throw new TwilioRefusal(response.status, refusal.safeParse(told).data);
      return told;
    } catch (error) {
      if (error instanceof ParleyError) throw error;
      if (work.signal.aborted)
        throw new ParleyError('TWILIO_TIMEOUT', `Nothing came within ${ANSWER_WITHIN_MS} ms.`);
      throw new ParleyError('TWILIO_UNAVAILABLE', 'Twilio cannot be reached.', { cause: error });
    } finally {
      work.release();
    }
  }
}
