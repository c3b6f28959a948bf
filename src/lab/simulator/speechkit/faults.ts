/** What can be made to go wrong, service by service, at any moment of a running call. */
import { sleep, type Clock } from '../../../base/clock.ts';
import { aborted } from '../../../base/async.ts';

export type SpeechKitService = 'tts-grpc' | 'tts-http' | 'stt-grpc' | 'stt-http' | 'iam';

export type Fault =
  /** The connection is dropped (HTTP) or ends as UNAVAILABLE (gRPC). For a port that nobody listens on, kill the service. */
  | { readonly kind: 'refused' }
  /** Answers rightly, but `delayMs` later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Never answers. */
  | { readonly kind: 'hung' }
  /** Answers rightly up to `audioMs` of speech (a recognizer: half of its answer), then breaks off or falls silent. */
  | { readonly kind: 'half'; readonly audioMs: number; readonly then: 'error' | 'hang' }
  /** Bytes that are not the protocol, audio that ends in half a sample, a web page, or an answer with nothing in it. */
  | { readonly kind: 'garbage'; readonly as: 'bytes' | 'oddLength' | 'html' | 'empty' }
  | { readonly kind: 'quota' | 'unauthenticated' | 'invalid' | 'internal' };

export interface FaultScope {
  /** How many requests it befalls; all until cleared if not given. */
  readonly next?: number;
  /** Only requests whose text matches. Recognition and IAM requests have no text. */
  readonly text?: string | RegExp;
}

/** Which fault befalls which request. The fault set last is asked first. */
export class FaultScript {
  readonly #rules: { service: SpeechKitService; fault: Fault; left: number; scope: FaultScope }[] = [];

  set(service: SpeechKitService, fault: Fault, scope: FaultScope = {}): void {
    this.#rules.unshift({ service, fault, left: scope.next ?? Infinity, scope });
  }

  /** Everything is well again: with one service, or with all. Requests that hang already go on hanging. */
  clear(service?: SpeechKitService): void {
    const kept = service === undefined ? [] : this.#rules.filter((rule) => rule.service !== service);
    this.#rules.splice(0, this.#rules.length, ...kept);
  }

  /** The fault of a request that has just come. */
  take(service: SpeechKitService, text = ''): Fault | undefined {
    const rule = this.#rules.find(
      (each) => each.service === service && each.left > 0 && matches(text, each.scope.text),
    );
    if (rule !== undefined) rule.left -= 1;
    return rule?.fault;
  }
}

/** An answer that is an error. Each protocol has its own words for the kinds. */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  constructor(kind: RefusalKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export type RefusalKind = 'refused' | 'quota' | 'unauthenticated' | 'invalid' | 'internal' | 'sessionOver';

/** What a fault does before an answer begins: waits, throws a Refusal, or nothing. Throws the signal's reason when the client goes. */
export async function passFault(fault: Fault | undefined, clock: Clock, signal: AbortSignal): Promise<void> {
  switch (fault?.kind) {
    case 'slow':
      return sleep(clock, fault.delayMs, signal);
    case 'hung':
      return hang(signal);
    case 'refused':
    case 'quota':
    case 'unauthenticated':
    case 'invalid':
    case 'internal':
      throw new Refusal(fault.kind, `scripted: ${fault.kind}`);
    default:
      return;
  }
}

/** Waits until the client goes away, then throws the signal's reason. */
export async function hang(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw signal.reason as Error;
}

/** What stands where an answer should: a proxy's error page. */
export const HTML_PAGE = '<html><body><h1>502 Bad Gateway</h1></body></html>';
/** Neither protobuf nor JSON. */
export const GARBAGE = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07, 0x7b, 0x00]);

function matches(text: string, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}
