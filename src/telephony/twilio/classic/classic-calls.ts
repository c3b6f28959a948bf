/** Calls of accounts without streams, by their CallSid: whose document is asked for, and who has ended. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../base/clock.ts';
import { FaultScope } from '../../../base/fault-scope.ts';
import type { Log } from '../../../base/log.ts';
import { settledWithin } from '../../../base/settled-within.ts';
import type { Arrival, OnArrival } from '../../telephone.ts';
import type { OutboundCalls } from '../outbound-calls.ts';
import type { TwilioRest } from '../twilio-rest.ts';
import type { Whispers } from '../whispers.ts';
import { ClassicLine, TOLD_WITHIN_MS } from './classic-line.ts';
import { goOnTwiml, hangupTwiml } from './classic-twiml.ts';
import type { Asked, ClassicRequest, OtherServers } from './other-servers.ts';

export interface ClassicCallsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly rest: Pick<TwilioRest, 'end' | 'goOn'>;
  readonly whispers: Pick<Whispers, 'urlFor'>;
  /** `https://voice.example.com/voice` */
  readonly url: string;
  readonly onArrival: OnArrival;
  /** Those whom Parley calls. */
  readonly ordered: Pick<OutboundCalls, 'isAwaited' | 'answered'>;
  /** Whom Twilio may ask as well; undefined where this server is alone. */
  readonly others?: OtherServers | undefined;
}

/** How often it is looked whether the server is dead that has a call, ms. */
const LOOK_EVERY_MS = 500;

/** Of so many calls that are over the last document is still told. */
const MOST_ENDED = 1000;

export class ClassicCalls {
  readonly #options: ClassicCallsOptions;
  readonly #live = new Map<string, ClassicLine>();
  readonly #ended = new LRUCache<string, ClassicLine>({ max: MOST_ENDED });
  /** Of which an end was told before a beginning. */
  readonly #over = new LRUCache<string, true>({ max: MOST_ENDED });

  constructor(options: ClassicCallsOptions) {
    this.#options = options;
    options.others?.serve({
      answer: (request) => this.#here(request),
      gone: (callSid) => this.#gone(callSid),
      lost: (callSid) => {
        this.#live.get(callSid)?.taken();
        this.#ended.delete(callSid);
      },
    });
  }

  /** What Twilio does next, as TwiML. A call that nobody knows begins; never rejects. */
  next(request: ClassicRequest): Promise<string> {
    const here = this.#here(request);
    if (here) return here;
    const { others } = this.#options;
    if (others) return this.#withOthers(request, others);
    // Whoever has ordered it waits no more, or has ordered it of another process: nobody would talk there.
    if (request.ordered !== undefined) return Promise.resolve(hangupTwiml([]));
    return this.#begun(request).next(request.after, request);
  }

  /** Twilio has told that the call is over. */
  gone(callSid: string): void {
    if (!this.#gone(callSid)) this.#options.others?.tellGone(callSid);
  }

  /** True if it was live here. */
  #gone(callSid: string): boolean {
    const line = this.#live.get(callSid);
    line?.gone();
    if (!line) this.#over.set(callSid, true);
    return line !== undefined;
  }

  /** Undefined if such a call is not this server's. */
  #here(request: ClassicRequest): Promise<string> | undefined {
    const { callSid, after, ordered } = request;
    const known = this.#live.get(callSid) ?? this.#ended.get(callSid);
    if (known) return known.next(after, request);
    if (this.#over.has(callSid)) return Promise.resolve(hangupTwiml([]));
    if (ordered === undefined || !this.#options.ordered.isAwaited(ordered)) return undefined;
    void this.#options.others?.claim(callSid).then(() => this.#letGoIfOver(callSid));
    return this.#begun(request).next(after, request);
  }

  /** A call may end while it is claimed. Nobody was told then that it is over, and it would be this server's for ever. */
  #letGoIfOver(callSid: string): void {
    if (!this.#live.has(callSid)) this.#options.others?.over(callSid);
  }

  /** A call is begun by one of them; the others have their answers from it, until it is dead. */
  async #withOthers(request: ClassicRequest, others: OtherServers): Promise<string> {
    const { callSid, after, ordered } = request;
    const { clock } = this.#options;
    const untilMs = clock.nowMs() + TOLD_WITHIN_MS;
    let asked: Asked | undefined;
    try {
      for (;;) {
        // One that was ordered begins where it was ordered, or nowhere.
        if (ordered === undefined && (await others.claim(callSid))) {
          const answer = this.#here(request) ?? this.#begun(request).next(after, request);
          this.#letGoIfOver(callSid);
          return await answer;
        }
        asked ??= others.ask(request);
        await settledWithin(asked.answer, LOOK_EVERY_MS, clock);
        const told = await Promise.race([asked.answer, Promise.resolve(undefined)]);
        if (told !== undefined) return told;
        if (clock.nowMs() < untilMs) continue;
        return ordered === undefined ? goOnTwiml([], this.#urlAfter(request, after)) : hangupTwiml([]);
      }
    } finally {
      asked?.drop();
    }
  }

  #begun(request: ClassicRequest): ClassicLine {
    const { callSid, from, to, callerName, bot, ordered } = request;
    const { onArrival, ordered: orders, ...parts } = this.#options;
    const party =
      ordered === undefined
        ? { direction: 'inbound' as const, number: from, dialled: to }
        : { direction: 'outbound' as const, number: to, dialled: from };
    return new FaultScope().run(() => {
      const line = new ClassicLine({
        ...parts,
        id: ordered ?? `twilio-${callSid}`,
        callSid,
        party: { ...party, name: callerName, bot },
        urlAfter: (document) => this.#urlAfter(request, document),
      });
      this.#live.set(callSid, line);
      line.ended.addEventListener('abort', () => this.#keepEnded(callSid, line), { once: true });
      const takeTyped = () => line.hearing.takeWritten();
      const arrival: Arrival = { line, leg: callSid, speech: 'written', takeTyped };
      if (ordered === undefined) onArrival(arrival);
      else orders.answered(ordered, () => arrival);
      return line;
    });
  }

  #urlAfter({ bot, ordered }: ClassicRequest, document: number): string {
    const named = [
      ...(bot === undefined ? [] : [`bot=${encodeURIComponent(bot)}&`]),
      ...(ordered === undefined ? [] : [`call=${encodeURIComponent(ordered)}&`]),
    ].join('');
    return `${this.#options.url}?${named}after=${document}`;
  }

  #keepEnded(callSid: string, line: ClassicLine): void {
    this.#live.delete(callSid);
    this.#ended.set(callSid, line);
    this.#options.others?.over(callSid);
  }
}
