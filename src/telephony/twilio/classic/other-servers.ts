/**
 * The other servers that Twilio may ask about a call without a stream: each call is one server's, and whichever is asked has the answer from
 * that one.
 */
import type { Heard } from './classic-line.ts';
import type { VoiceRequest } from '../voice-request.ts';

export interface ClassicRequest extends Heard, VoiceRequest {
  /** Of the document that Twilio was told last; 0 at the beginning. */
  readonly after: number;
}

/** What this server has for the others. */
export interface OwnCalls {
  /** The answer, if the call is here; undefined if it is not. */
  answer(request: ClassicRequest): Promise<string> | undefined;
  /** Twilio has told another server that the call is over. */
  gone(callSid: string): void;
  /** Another server has this call now: this one was thought dead. */
  lost(callSid: string): void;
}

/** A question to all of them. */
export interface Asked {
  /** The document, from whoever has the call; undefined once it was dropped. */
  readonly answer: Promise<string | undefined>;
  /** Nobody waits for it any more. Idempotent. */
  drop(): void;
}

export interface OtherServers {
  /** To be called once, before anything else. */
  serve(own: OwnCalls): void;
  /** Makes the call this server's. False if it is another's, who lives; true where that cannot be known. Never rejects. */
  claim(callSid: string): Promise<boolean>;
  /** A call of this server's is over: nobody else begins it for a while. */
  over(callSid: string): void;
  ask(request: ClassicRequest): Asked;
  tellGone(callSid: string): void;
}
