/** Calls of accounts without streams, by their CallSid: whose document is asked for, and who has ended. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../base/clock.ts';
import { FaultScope } from '../../../base/fault-scope.ts';
import type { Log } from '../../../base/log.ts';
import type { Arrival, OnArrival } from '../../telephone.ts';
import type { OutboundCalls } from '../outbound-calls.ts';
import type { TwilioRest } from '../twilio-rest.ts';
import type { Whispers } from '../whispers.ts';
import { ClassicLine } from './classic-line.ts';
import { hangupTwiml } from './classic-twiml.ts';
import type { Heard } from './classic-line.ts';
import type { VoiceRequest } from '../voice-request.ts';

export interface ClassicRequest extends Heard, VoiceRequest {
  /** Of the document that Twilio was told last; 0 at the beginning. */
  readonly after: number;
}

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
}

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
  }

  /** What Twilio does next, as TwiML. A call that is not known begins; never rejects. */
  next(request: ClassicRequest): Promise<string> {
    const { callSid, after, ordered } = request;
    const known = this.#live.get(callSid) ?? this.#ended.get(callSid);
    if (!known && this.#over.has(callSid)) return Promise.resolve(hangupTwiml([]));
    // Whoever has ordered it waits no more, or has ordered it of another process: nobody would talk there.
    if (!known && ordered !== undefined && !this.#options.ordered.isAwaited(ordered))
      return Promise.resolve(hangupTwiml([]));
    return (known ?? this.#begun(request)).next(after, request);
  }

  /** Twilio has told that the call is over. */
  gone(callSid: string): void {
    const line = this.#live.get(callSid);
    line?.gone();
    if (!line) this.#over.set(callSid, true);
  }

  #begun({ callSid, from, to, callerName, bot, ordered }: ClassicRequest): ClassicLine {
    const { url, onArrival, ordered: orders, ...parts } = this.#options;
    const named = [
      ...(bot === undefined ? [] : [`bot=${encodeURIComponent(bot)}&`]),
      ...(ordered === undefined ? [] : [`call=${encodeURIComponent(ordered)}&`]),
    ].join('');
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
        urlAfter: (document) => `${url}?${named}after=${document}`,
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

  #keepEnded(callSid: string, line: ClassicLine): void {
    this.#live.delete(callSid);
    this.#ended.set(callSid, line);
  }
}
