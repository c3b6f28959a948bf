import type { MediaSocketFaults } from './media-sockets.ts';

/**
 * What can be made to go wrong, at any moment and in mid-call. Set `rest` for as long as it shall last; undefined is health.
 */
export type RestFault = {
  /** Only requests whose `METHOD /path` (`POST /ari/channels/…/play`) matches; all if not given. */
  readonly only?: RegExp;
} & (
  | /** Takes the request and never answers. */ { readonly kind: 'hang' }
  | /** Resets the connection instead of answering; the request is not done. */ { readonly kind: 'reset' }
  | /** Does the request and resets the connection before its answer. */ { readonly kind: 'loseAnswer' }
  | /** Does everything, but this much later. */ { readonly kind: 'delay'; readonly delayMs: number }
  | /** Answers with an error of Asterisk's form; the request is not done. */ {
      readonly kind: 'refuse';
      /** 500 if not given. */
      readonly status?: number;
      readonly message?: string;
    }
  | /** Answers 200 with something that is no JSON; the request is not done. */ { readonly kind: 'garbage' }
);

export interface Faults extends MediaSocketFaults {
  rest: RestFault | undefined;
  /** New event sockets are refused with 503. */
  refuseEventSockets: boolean;
  /** Every recording that starts fails with this cause (`RecordingFailed`). */
  recordingCause: string | undefined;
  /** Cuts every event socket without a closing handshake. Events are lost until the client is back, as in Asterisk. */
  dropEventSockets(): void;
  /** The event sockets that are open now stay open but say nothing any more, not even a pong. New ones work. */
  blackHoleEventSockets(): void;
  /** Cuts every media socket without a closing handshake. */
  dropMediaSockets(): void;
  /** The media sockets that are open now stay open, but nothing is played, sent or read on them any more. */
  stallMediaSockets(): void;
  /** Sends any text on every event socket, or a binary message. */
  sendRaw(message: string | Uint8Array): void;
  /** The same on every media socket. */
  sendRawMedia(message: string | Uint8Array): void;
  /** Sends `count` events about a channel that nobody has ever heard of, at once. */
  floodEvents(count: number): void;
}

export function faultFor(fault: RestFault | undefined, method: string, path: string): RestFault | undefined {
  return fault && (fault.only?.test(`${method} ${path}`) ?? true) ? fault : undefined;
}
