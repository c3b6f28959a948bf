/**
 * A scripted phone: what tests, benches, the demo and `parley dial` call the bot with. The SIP phone (sip/) talks to a real Asterisk;
 * the simulator's callers are the same from here.
 */
import type { Pcm } from '../../audio/pcm.ts';

export interface Phone {
  /** Dials and resolves when the other side has answered. Throws if it never does, with the SIP status or cause. */
  dial(extension: string, options?: DialOptions): Promise<PhoneCall>;
  /** Hangs up what is still up and closes every socket. Idempotent. */
  close(): Promise<void>;
}

/** A phone that can also be called. */
export interface CallablePhone extends Phone {
  /** Where: `PJSIP/201`. */
  readonly endpoint: string;
  /** What it does from now on when it is called; it is busy until then. */
  whenCalled(how: WhenCalled): void;
}

/** `ring`: nobody answers. A function: it answers at once, and the call is handed there. */
export type WhenCalled = 'busy' | 'decline' | 'ring' | ((call: PhoneCall) => void);

export interface DialOptions {
  readonly callerNumber?: string;
  readonly answerWithinMs?: number;
  /** What goes out between clips: silence, as from most phones, if not given; or nothing, as from one with silence suppression. */
  readonly betweenClips?: 'silence' | 'nothing';
}

export interface PhoneCall {
  /** `performance.now()` at the answer. */
  readonly answeredAtMs: number;
  /**
   * Speaks: 8 kHz PCM, in 20 ms packets at its own pace. Resolves when the last packet has gone out. Between clips the phone sends
   * silence, as phones do. A second `say` waits for the first.
   */
  say(speech: Pcm): Promise<Span>;
  sendDigit(digit: string): Promise<void>;
  /** Puts the other side on hold (a re-INVITE), and resolves with what takes it back. Only a SIP phone can. */
  hold?(): Promise<() => Promise<void>>;
  /** Hangs up properly (BYE) and resolves when that is confirmed. */
  hangup(): Promise<void>;
  /** Resolves when the call is over, with who ended it. Never rejects. */
  readonly ended: Promise<{ readonly by: 'us' | 'them' | 'network'; readonly atMs: number }>;
  /**
   * When sound was last heard (`performance.now()`), undefined before the first. Told by each packet as it comes, so that a loop may ask
   * for it; true to 20 ms. What is to be measured is measured on `heard()`.
   */
  readonly soundHeardAtMs: number | undefined;
  /** Whom it was asked to call instead (REFER), once it was; it has then hung up. Not in the simulator, which knows no SIP. */
  readonly referredTo?: string | undefined;
  /** RTP payload types in which something came that this phone has not agreed to hear, and does not. Not in the simulator. */
  readonly unheardPayloadTypes?: readonly number[];
  /** Everything heard so far on one axis: gaps in which nothing was sent are silence. */
  heard(): Track;
  /** Everything said so far, on the same axis. */
  said(): Track;
  /** What the network has made of the packets so far; undefined where there is no network, as in the simulator. */
  streamQuality(): StreamQuality | undefined;
}

/** How one side's audio packets came. */
export interface StreamQuality {
  /** By their sequence numbers. */
  readonly expected: number;
  /** Each counted once. */
  readonly received: number;
  readonly lost: number;
  /** Received, but too late for an ordinary phone's jitter buffer: heard as lost. */
  readonly late: number;
  /** The interarrival jitter of RFC 3550 (6.4.1) at its highest, ms. */
  readonly jitterMs: number;
  /** The longest time without a packet while packets were to come, ms; the usual is 20. */
  readonly longestGapMs: number;
}

/** 8 kHz PCM whose first sample was at `startedAtMs` (`performance.now()` axis). Both tracks of a call start at the answer. */
export interface Track {
  readonly startedAtMs: number;
  readonly pcm: Pcm;
}

export interface Span {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}
