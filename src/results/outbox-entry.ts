/** A result on its way, as it lies on the disk until nobody needs it any more. */
import { z } from 'zod';
import { retryAfterMs } from '../llm/retry-after.ts';
import { FEWEST_ATTEMPTS, GIVE_UP_AFTER_MS, backOffMs } from './back-off.ts';
import { callResult } from './call-result.ts';
import type { CallResult } from './call-result.ts';
import type { Delivery } from './delivery.ts';
import { endedCall } from './ended-call.ts';
import type { EndedCall } from './ended-call.ts';

export const outboxEntry = z.object({
  version: z.literal(1),
  /** The call's name in the history, and the file's. */
  key: z.string().regex(/^[\w.-]{1,200}$/),
  call: endedCall,
  /** Not given: the model has not been asked yet, or was while the process ended. */
  result: callResult.exactOptional(),
  /** It was made elsewhere, goes where it says, and is of no call that the history has. */
  ready: z.literal(true).exactOptional(),
  /** It stands in the history. */
  kept: z.boolean(),
  /** The receiver has taken it. */
  delivered: z.boolean(),
  attempts: z.int().min(0),
  /** Of the first attempt, ms since 1970. */
  firstEpochMs: z.number().exactOptional(),
  /** When to go on with it, ms since 1970. */
  nextEpochMs: z.number(),
  /** What the last attempt came to. */
  reason: z.string().exactOptional(),
  /** Nobody offers it any more by itself. */
  dead: z.boolean(),
});

export type OutboxEntry = z.output<typeof outboxEntry>;

/** What may be known of it without reading it. */
export interface WaitingResult {
  readonly key: string;
  readonly call: string;
  readonly bot: string;
  readonly endedEpochMs: number;
  /** `making`: the model is asked; `waiting`: for the receiver, or for the history; `dead`: for somebody to look at it. */
  readonly state: 'making' | 'waiting' | 'dead';
  readonly attempts: number;
  readonly nextEpochMs: number;
  readonly reason: string | undefined;
}

export function newEntry(key: string, call: EndedCall, epochMs: number): OutboxEntry {
  return {
    version: 1,
    key,
    call,
    kept: false,
    delivered: false,
    attempts: 0,
    nextEpochMs: epochMs,
    dead: false,
  };
}

export function waitingResult(entry: OutboxEntry): WaitingResult {
  const { key, call, result, attempts, dead, nextEpochMs, reason } = entry;
  const state = dead ? 'dead' : result ? 'waiting' : 'making';
  return {
    key,
    call: call.id,
    bot: call.bot,
    endedEpochMs: call.endedEpochMs,
    state,
    attempts,
    nextEpochMs,
    reason,
  };
}

/** A result that is there already and only has to be delivered. */
export function readyEntry(key: string, call: EndedCall, result: CallResult, epochMs: number): OutboxEntry {
  return { ...newEntry(key, call, epochMs), result, ready: true, kept: true };
}

/** Nothing of it is needed any more. */
export function isDone({ kept, delivered }: OutboxEntry): boolean {
  return kept && delivered;
}

/** What becomes of it by an attempt that was made now. */
export function afterAttempt(
  entry: OutboxEntry,
  delivery: Delivery,
  { epochMs, random }: { readonly epochMs: number; readonly random: () => number },
): OutboxEntry {
  const { firstEpochMs = epochMs, attempts } = entry;
  const tried = { ...entry, firstEpochMs, attempts: attempts + 1 };
  switch (delivery.kind) {
    case 'delivered': {
      const { reason: _, ...taken } = tried;
      return { ...taken, delivered: true };
    }
    case 'refused':
      return { ...tried, dead: true, reason: delivery.reason };
    case 'failed': {
      const { reason, retryAfter = '' } = delivery;
      const untilEpochMs = firstEpochMs + GIVE_UP_AFTER_MS;
      const ownMs = backOffMs(tried.attempts, random);
      if (epochMs >= untilEpochMs) {
        const dead = tried.attempts >= FEWEST_ATTEMPTS;
        return { ...tried, dead, reason, nextEpochMs: epochMs + ownMs };
      }
      const waitMs = Math.max(ownMs, retryAfterMs(retryAfter, epochMs) ?? 0);
      // The last attempt is at the end of its time, whatever the receiver would like.
      return { ...tried, reason, nextEpochMs: Math.min(epochMs + waitMs, untilEpochMs) };
    }
  }
}

/** Offered anew, as if it never had been. */
export function revived(entry: OutboxEntry, epochMs: number): OutboxEntry {
  const { firstEpochMs: _, reason: __, ...rest } = entry;
  return { ...rest, dead: false, attempts: 0, nextEpochMs: epochMs };
}
