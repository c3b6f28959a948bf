/**
 * Two models behind one: the second is asked when the first is late with its first token, refuses, or fails before it; whichever speaks
 * first is heard, and the other is given up. Who fails again and again rests, as a synthesizer does.
 */
import { Circuit, CIRCUIT_DEFAULTS } from '../base/circuit.ts';
import type { CircuitState, Report } from '../base/circuit.ts';
import { childOf, type ChildController } from '../base/abort.ts';
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { errorCode, isParleyError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Chat, ChatRequest, ReplyEvent } from './chat.ts';

/** A model that has not begun by then is slower than nine in ten, and the caller has heard a filler. Milliseconds. */
const AFTER_MS = 1500;

export interface SecondChatOptions {
  readonly first: Chat;
  readonly second: Chat;
  /** The second's model, where the request names none; undefined: requests that name none have no second. */
  readonly model: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Told whenever the second is asked. */
  readonly onSecond: (because: 'late' | 'failed' | 'resting' | 'brokenOff') => void;
}

/** Closes neither. */
export class SecondChat implements Chat {
  readonly name: string;
  readonly hasSecond: boolean;
  readonly #options: SecondChatOptions;
  readonly #circuit: Circuit;

  constructor(options: SecondChatOptions) {
    this.name = options.first.name;
    this.hasSecond = options.model !== undefined;
    this.#options = options;
    const { log, first } = options;
    this.#circuit = new Circuit(options.clock, CIRCUIT_DEFAULTS, (from: CircuitState, to: CircuitState) =>
      log.warn({ event: 'chat.breaker', name: first.name, from, to }, 'a model rests, or is trusted again'),
    );
  }

  reply(request: ChatRequest, signal: AbortSignal): AsyncIterable<ReplyEvent> {
    const { first, second, model: known, onSecond } = this.#options;
    const model = request.second?.model ?? known;
    if (model === undefined) return first.reply(request, signal);
    const report = request.isAgain ? undefined : this.#circuit.admit();
    if (report) return this.#race(request, model, report, signal);
    onSecond(request.isAgain ? 'brokenOff' : 'resting');
    return second.reply({ ...request, model }, signal);
  }

  async *#race(
    request: ChatRequest,
    model: string,
    report: Report,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyEvent> {
    const { first, second } = this.#options;
    const lead = new Runner(first, request, signal);
    const chase = new Runner(second, { ...request, model }, signal);
    try {
      const winner = await this.#fastest(lead, chase, request.second?.afterMs ?? AFTER_MS, signal);
      (winner === lead ? chase : lead).stop();
      yield* winner.events();
    } finally {
      this.#judge(report, lead, signal);
      lead.stop();
      chase.stop();
    }
  }

  /** The first that has begun. Throws what the second threw if neither ever does. */
  async #fastest(lead: Runner, chase: Runner, afterMs: number, signal: AbortSignal): Promise<Runner> {
    const { clock, onSecond } = this.#options;
    const patience = childOf(signal);
    const late = sleep(clock, afterMs, patience.signal).then(() => 'late' as const);
    late.catch(() => undefined);
    const opening = lead.begin();
    const begun = await Promise.race([opening, late]).finally(() =>
      patience.abort(new Error('it has begun')),
    );
    signal.throwIfAborted();
    if (begun === 'begun') return lead;
    this.#note(begun, lead);
    onSecond(begun);
    const second = chase.begin();
    const winner = await Promise.any([wins(opening, lead), wins(second, chase)]).catch(() => undefined);
    signal.throwIfAborted();
    return winner ?? chase;
  }

  #note(because: 'late' | 'failed', { error }: Runner): void {
    const cause = error === undefined ? undefined : errorCode(error);
    this.#options.log.warn({ event: 'chat.second', because, cause }, 'a second model is asked');
  }

  /** As a synthesizer is judged: who was too late has failed; who was not wanted any more, or has only refused, is well. */
  #judge(report: Report, lead: Runner, signal: AbortSignal): void {
    if (lead.hasBegun) report('success');
    else report(signal.aborted || isParleyError(lead.error, 'LLM_REJECTED') ? 'neither' : 'failure');
  }
}

async function wins(opening: Promise<'begun' | 'failed'>, runner: Runner): Promise<Runner> {
  if ((await opening) === 'failed') throw new Error('it has failed', { cause: runner.error });
  return runner;
}

/** One model's answer, begun and read up to its first event. */
class Runner {
  readonly #chat: Chat;
  readonly #request: ChatRequest;
  readonly #work: ChildController;
  #reading: AsyncIterator<ReplyEvent> | undefined;
  #first: IteratorResult<ReplyEvent> | undefined;
  error: Error | undefined;

  constructor(chat: Chat, request: ChatRequest, signal: AbortSignal) {
    this.#chat = chat;
    this.#request = request;
    this.#work = childOf(signal);
  }

  get hasBegun(): boolean {
    return this.#first !== undefined;
  }

  /** Never rejects. */
  async begin(): Promise<'begun' | 'failed'> {
    this.#reading = this.#chat.reply(this.#request, this.#work.signal)[Symbol.asyncIterator]();
    try {
      this.#first = await this.#reading.next();
      return 'begun';
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
      return 'failed';
    }
  }

  async *events(): AsyncGenerator<ReplyEvent> {
    if (this.error) throw this.error;
    const reading = this.#reading;
    if (!reading) return;
    try {
      for (let read = this.#first; read && !read.done; read = await reading.next()) yield read.value;
    } finally {
      await reading.return?.();
    }
  }

  stop(): void {
    this.#work.abort(new Error('another model was quicker, or the answer is over'));
  }
}
