/** How much audio one recognition session may hold, and when to leave it for a new one. */
import { bytesToMs } from '../../../audio/pcm.ts';

export interface SessionLimits {
  /** The provider's limit, in milliseconds of audio. Default 300 000. */
  readonly longestMs: number;
  /** The provider's limit, in bytes of audio. Default 10 000 000, its 10 MB in the smaller reading. */
  readonly largestBytes: number;
  /** From this share of the limit on, the next pause of the speaker ends the session. Default 0.8: a minute to find a pause in. */
  readonly restShare: number;
  /** At this share it ends in the middle of a word. Default 0.95: 15 s for what the provider may count otherwise. */
  readonly fullShare: number;
}

export const SESSION_LIMITS: SessionLimits = Object.freeze({
  longestMs: 300_000,
  largestBytes: 10_000_000,
  restShare: 0.8,
  fullShare: 0.95,
});

/** The limit at this rate, in milliseconds. */
export function longestSessionMs({ longestMs, largestBytes }: SessionLimits, sampleRateHz: number): number {
  return Math.min(longestMs, bytesToMs(largestBytes, sampleRateHz));
}
