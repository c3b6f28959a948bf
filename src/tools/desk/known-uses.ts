/**
 * Which uses of tools with effects a call knows of, so that none is done twice. The key of a use is made of the call, the tool, its
 * arguments, and how many such uses have come to a sure end before: who tries again after an end that nobody knows shows the same key, and
 * the other side can tell.
 */
import { createHash } from 'node:crypto';
import type { EarlierUse } from '../journal/tool-journal.ts';
import type { ToolOutcome } from '../tool.ts';

export interface Use {
  readonly key: string;
  readonly ordinal: number;
  /** The turn that asked for it last. */
  turn: number;
  readonly outcome: Promise<ToolOutcome>;
  /** Undefined while it is under way. */
  ended?: { readonly outcome: ToolOutcome; readonly isSure: boolean; readonly isDone: boolean };
}

export type Decision =
  /** It is under way, or has been done in this turn: no second one. */
  | { readonly kind: 'known'; readonly outcome: Promise<ToolOutcome> }
  /** An earlier process may have done it, and the caller has not been asked. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'begin'; readonly key: string; readonly ordinal: number };

/** Hex digits of a key. */
const KEY_LENGTH = 40;

export class KnownUses {
  readonly #call: string;
  readonly #earlier: ReadonlyMap<string, EarlierUse>;
  readonly #latest = new Map<string, Use>();
  /** Keys of which nobody knows, and the turn in which the model was told to ask. */
  readonly #askedIn = new Map<string, number>();

  constructor(call: string, earlier: readonly EarlierUse[]) {
    this.#call = call;
    this.#earlier = new Map(earlier.map((use) => [use.key, use]));
  }

  decide(signature: string, turn: number): Decision {
    const latest = this.#latest.get(signature);
    if (!latest) return this.#afterEarlier(signature, turn);
    const { ended, ordinal, outcome } = latest;
    if (!ended) {
      latest.turn = turn;
      return { kind: 'known', outcome };
    }
    if (latest.turn === turn && (ended.isDone || !ended.isSure)) return { kind: 'known', outcome };
    return this.#begin(signature, ended.isSure ? ordinal + 1 : ordinal);
  }

  /** Begun, from now on known to `decide`. */
  add(signature: string, use: Use): void {
    this.#latest.set(signature, use);
  }

  /** The first use of its kind in this process. */
  #afterEarlier(signature: string, turn: number): Decision {
    for (let ordinal = 0; ; ordinal++) {
      const begin = this.#begin(signature, ordinal);
      const earlier = this.#earlier.get(begin.key);
      if (!earlier) return begin;
      if (earlier.how !== 'unknown') continue;
      const askedIn = this.#askedIn.get(begin.key);
      if (askedIn !== undefined && askedIn < turn) return begin;
      this.#askedIn.set(begin.key, turn);
      return { kind: 'ask' };
    }
  }

  #begin(signature: string, ordinal: number) {
    const text = JSON.stringify([this.#call, signature, ordinal]);
    const key = createHash('sha256').update(text).digest('hex').slice(0, KEY_LENGTH);
    return { kind: 'begin' as const, key, ordinal };
  }
}
