/** Calls of accounts without streams, by their CallSid: whose document is asked for, and who has ended. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../base/clock.ts';
import { FaultScope } from '../../../base/fault-scope.ts';
import type { Log } from '../../../base/log.ts';
import type { OnArrival } from '../../telephone.ts';
import type { TwilioRest } from '../twilio-rest.ts';
import type { Whispers } from '../whispers.ts';
import { ClassicLine } from './classic-line.ts';
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
}

/** Of so many calls that are over the last document is still told. */
const MOST_ENDED = 1000;

export class ClassicCalls {
  readonly #options: ClassicCallsOptions;
  readonly #live = new Map<string, ClassicLine>();
  readonly #ended = new LRUCache<string, ClassicLine>({ max: MOST_ENDED });

  constructor(options: ClassicCallsOptions) {
    this.#options = options;
  }

  /** What Twilio does next, as TwiML. A call that is not known begins; never rejects. */
  next(request: ClassicRequest): Promise<string> {
    const { callSid, after } = request;
    const line = this.#live.get(callSid) ?? this.#ended.get(callSid) ?? this.#begun(request);
    return line.next(after, request);
  }

  /** Twilio has told that the call is over. */
  gone(callSid: string): void {
    this.#live.get(callSid)?.gone();
  }

  #begun({ callSid, from, to, callerName, bot }: ClassicRequest): ClassicLine {
    const { url, onArrival, ...parts } = this.#options;
    const named = bot === undefined ? '' : `bot=${encodeURIComponent(bot)}&`;
    return new FaultScope().run(() => {
      const line = new ClassicLine({
        ...parts,
        id: `twilio-${callSid}`,
        callSid,
        party: { direction: 'inbound', number: from, name: callerName, dialled: to, bot },
        urlAfter: (document) => `${url}?${named}after=${document}`,
      });
      this.#live.set(callSid, line);
      line.ended.addEventListener('abort', () => this.#over(callSid, line), { once: true });
      const takeTyped = () => line.hearing.takeWritten();
      onArrival({ line, leg: callSid, speech: 'written', takeTyped });
      return line;
    });
  }

  #over(callSid: string, line: ClassicLine): void {
    this.#live.delete(callSid);
    this.#ended.set(callSid, line);
  }
}
