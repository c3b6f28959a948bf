/**
 * Which uses of tools with effects a call knows of, so that none is done twice. The key of a use is made of the call, the tool, its
 * arguments, and how many such uses have been sent and come to a sure end before: who tries again after an end that nobody knows shows the same key, and
 * the other side can tell.
 */
import { createHash } from 'node:crypto';
import type { EarlierUse, HowEnded } from '../journal/tool-journal.ts';
import type { ToolOutcome } from '../tool.ts';

export interface Use {
  readonly key: string;
  readonly ordinal: number;
  /** The other side has been asked under this key before, and nobody knows what became of it. */
  readonly isDoubtful: boolean;
  /** The turn that asked for it last. */
  turn: number;
  readonly outcome: Promise<ToolOutcome>;
  /** Undefined while it is under way. */
  ended?: { readonly how: HowEnded };
  /** Whoever asked has read what became of it. Nobody has where the caller took the turn meanwhile. */
  isTold: boolean;
}

export type Decision =
  /** It is under way or has been done in this turn: no second one. */
  | { readonly kind: 'known'; readonly use: Use }
  /** It has ended in a turn that was interrupted: who asks now does not know of it. */
  | { readonly kind: 'untold'; readonly use: Use }
  /** An earlier process has done it, or may have: who asks now may not know of it. */
  | {
      readonly kind: 'askFirst';
      readonly how: 'done' | 'unknown';
      /** How often it was surely done. */ readonly times: number;
    }
  | ({ readonly kind: 'begin' } & Pick<Use, 'key' | 'ordinal' | 'isDoubtful'>);

/** Hex digits of a key. */
const KEY_LENGTH = 40;

export class KnownUses {
  readonly #call: string;
  readonly #earlier: ReadonlyMap<string, EarlierUse>;
  readonly #latest = new Map<string, Use>();
  /** What an earlier process has begun, and the turn in which the model was told to ask first. */
  readonly #askedIn = new Map<string, number>();

  constructor(call: string, earlier: readonly EarlierUse[]) {
    this.#call = call;
    this.#earlier = new Map(earlier.map((use) => [use.key, use]));
  }

  decide(signature: string, turn: number): Decision {
    const use = this.#latest.get(signature);
    if (!use) return this.#afterEarlier(signature, turn);
    const isOfThisTurn = use.turn === turn;
    use.turn = turn;
    if (!use.ended) return { kind: 'known', use };
    const { how } = use.ended;
    const mayBeDone = how === 'done' || how === 'unknown';
    if (mayBeDone && isOfThisTurn) return { kind: 'known', use };
    if (mayBeDone && !use.isTold) return { kind: 'untold', use };
    const isOver = how === 'done' || how === 'failed';
    return this.#begin(signature, isOver ? use.ordinal + 1 : use.ordinal, how === 'unknown');
  }

  /** Begun, from now on known to `decide`. */
  add(signature: string, use: Use): void {
    this.#latest.set(signature, use);
  }

  /** The first use of its kind in this process. */
  #afterEarlier(signature: string, turn: number): Decision {
    let next = this.#begin(signature, 0);
    let last: EarlierUse['how'] | undefined;
    let times = 0;
    for (let found = this.#earlier.get(next.key); found; found = this.#earlier.get(next.key)) {
      const { how } = found;
      // Nothing went out under this key: it can still be used.
      if (how === 'notSent') break;
      last = how;
      if (how === 'done') times++;
      next = this.#begin(signature, how === 'unknown' ? next.ordinal : next.ordinal + 1, how === 'unknown');
      if (how === 'unknown') break;
    }
    if (last !== 'done' && last !== 'unknown') return next;
    const askedIn = this.#askedIn.get(signature);
    if (askedIn !== undefined && askedIn < turn) return next;
    this.#askedIn.set(signature, turn);
    return { kind: 'askFirst', how: last, times };
  }

  #begin(signature: string, ordinal: number, isDoubtful = false) {
    const text = JSON.stringify([this.#call, signature, ordinal]);
    const key = createHash('sha256').update(text).digest('hex').slice(0, KEY_LENGTH);
    return { kind: 'begin' as const, key, ordinal, isDoubtful };
  }
}
