/** Tells an address of the operator's about alerts: one POST of JSON an event, in their order, without anybody waiting for it. */
import { Agent, request } from 'undici';
import { AsyncQueue } from '../base/async.ts';
import { childWithin } from '../base/abort.ts';
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Spans } from '../base/spans.ts';
import type { AlertEvent } from './alert.ts';
import { systemCode } from '../base/system-code.ts';

export interface WebhookSettings {
  /** One attempt, from the request to the end of the answer, milliseconds. Default 5000: chat services answer within one. */
  readonly attemptMs: number;
  /** Pauses before the attempts after the first, milliseconds. Default 1, 5 and 25 s: a restart of the other side, and then it is down. */
  readonly pausesMs: readonly number[];
  /** Events that wait while one is on its way; of more, the oldest is dropped. Default 50: hours of trouble. */
  readonly queued: number;
}

const WEBHOOK_DEFAULTS: WebhookSettings = Object.freeze({
  attemptMs: 5000,
  pausesMs: Object.freeze([1000, 5000, 25_000]),
  queued: 50,
});

export interface WebhookOptions {
  /** May hold a secret, so it is never logged. */
  readonly url: string;
  readonly clock: Clock;
  readonly epochMs: () => number;
  readonly log: Log;
  /** A trace an event: no call is in it. */
  readonly spans: Spans;
  readonly settings?: WebhookSettings;
}

interface Message {
  readonly event: AlertEvent;
  readonly body: string;
}

/** Why an attempt failed: the HTTP status, or the error's code. */
interface Refusal {
  readonly reason: string;
  readonly isWorthRetrying: boolean;
}

export class Webhook {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #epochMs: () => number;
  readonly #log: Log;
  readonly #spans: Spans;
  readonly #settings: WebhookSettings;
  readonly #agent = new Agent();
  readonly #waiting: Message[] = [];
  readonly #wake = new AsyncQueue<undefined>();
  readonly #closing = new AbortController();
  readonly #worker: Promise<void>;

  constructor({ url, clock, epochMs, log, spans, settings = WEBHOOK_DEFAULTS }: WebhookOptions) {
    this.#url = url;
    this.#clock = clock;
    this.#epochMs = epochMs;
    this.#log = log;
    this.#spans = spans;
    this.#settings = settings;
    this.#worker = this.#work();
  }

  /** Returns at once. What cannot be delivered is logged. */
  send(event: AlertEvent): void {
    const oldest = this.#waiting.length === this.#settings.queued ? this.#waiting.shift() : undefined;
    if (oldest) this.#lost(oldest, 'too many wait');
    this.#waiting.push({ event, body: this.#bodyOf(event) });
    this.#wake.push(undefined);
  }

  /** Ends what is on its way, and gives up what waits. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the webhook was closed'));
    this.#wake.end();
    await this.#worker;
    await this.#agent.destroy();
  }

  async #work(): Promise<void> {
    for await (const _ of this.#wake) {
      const message = this.#waiting.shift();
      if (!message) continue;
      const { event, ...attributes } = fieldsOf(message);
      await this.#spans.within(event, attributes, async () => {
        const refusal = await this.#deliver(message);
        if (refusal) this.#lost(message, refusal.reason);
      });
    }
  }

  /** Never rejects; tells why it was given up. */
  async #deliver(message: Message): Promise<Refusal | undefined> {
    for (const pauseMs of this.#settings.pausesMs) {
      const refusal = await this.#attempt(message.body);
      if (!refusal?.isWorthRetrying) return refusal;
      this.#log.debug({ ...fieldsOf(message), reason: refusal.reason }, 'the webhook is tried again');
      try {
        await sleep(this.#clock, pauseMs, this.#closing.signal);
      } catch {
        return CLOSED;
      }
    }
    return this.#attempt(message.body);
  }

  async #attempt(body: string): Promise<Refusal | undefined> {
    if (this.#closing.signal.aborted) return CLOSED;
    const late = () => new Error('late');
    const work = childWithin(this.#settings.attemptMs, this.#clock, late, this.#closing.signal);
    const traceparent = this.#spans.traceparent();
    try {
      const response = await request(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(traceparent !== undefined && { traceparent }) },
        body,
        dispatcher: this.#agent,
        signal: work.signal,
      });
      await response.body.dump();
      const { statusCode } = response;
      if (statusCode >= 200 && statusCode < 300) return undefined;
      return { reason: `HTTP ${statusCode}`, isWorthRetrying: statusCode >= 500 || statusCode === 429 };
    } catch (error) {
      if (this.#closing.signal.aborted) return CLOSED;
      return {
        reason: work.signal.aborted ? 'timeout' : (systemCode(error) ?? 'unknown reason'),
        isWorthRetrying: true,
      };
    } finally {
      work.release();
    }
  }

  #bodyOf({ kind, alert }: AlertEvent): string {
    const { name, severity, summary, share, samples, sinceEpochMs } = alert;
    return JSON.stringify({
      event: kind,
      alert: name,
      severity,
      summary,
      share,
      samples,
      since: new Date(sinceEpochMs).toISOString(),
      at: new Date(this.#epochMs()).toISOString(),
    });
  }

  #lost(message: Message, reason: string): void {
    this.#log.warn({ ...fieldsOf(message), reason }, 'an alert did not reach the webhook');
  }
}

const CLOSED: Refusal = { reason: 'closed', isWorthRetrying: false };

function fieldsOf({ event: { kind, alert } }: Message) {
  return { event: 'alert.webhook', kind, alert: alert.name };
}
