/**
 * Work that outlives the process that does it, as several of them see it: each piece has an owner, and lines that tell whoever takes it over
 * what was done. A piece whose owner is no more can be taken, by one alone, and whoever had it can write nothing about it any more.
 */

/** `lost`: it is another's, or over. `unknown`: nobody knows of it; what shares it was emptied. */
export type Noted = 'noted' | 'lost' | 'unknown';

export interface SharedWork {
  readonly name: string;
  /** Who has it, or had it last; empty if it was left. */
  readonly daemon: string;
  /** Whoever has it is alive. */
  readonly isOwned: boolean;
  /** As its owner told it last. */
  readonly summary: string;
}

export interface Tended {
  readonly mine: readonly {
    readonly name: string;
    readonly hold: Noted;
    /** Given since the last time, the oldest first. */
    readonly orders: readonly string[];
  }[];
  /** Not closed, and nobody's. */
  readonly forsaken: readonly string[];
}

/** Of one kind, as one process sees it. Each is one step; every method may reject: then nobody knows whether it was done. */
export interface SharedWorks {
  /**
   * Makes a piece this process's, without lines. False if there is one of that name already that is not older: whoever takes one over makes it
   * older by one.
   */
  begin(name: string, work: { readonly age: number; readonly summary: string }): Promise<boolean>;
  /** Adds lines; none only asks whose it is. */
  note(name: string, lines: readonly string[]): Promise<Noted>;
  /** Makes this its only line, and it this process's if nobody knows of it. Never `unknown`. */
  put(name: string, line: string): Promise<Noted>;
  /** Takes one that is nobody's. Resolves with its age; undefined if it is another's, or there is none, or it is closed. */
  take(name: string): Promise<number | undefined>;
  /** Some of its lines, from this one on; none: that was all. */
  read(name: string, from: number): Promise<readonly string[]>;
  /** Tells of those that this process has, by name, each with a summary where that is another one; and learns what there is to do. */
  tend(mine: ReadonlyMap<string, string | undefined>): Promise<Tended>;
  /** To be told to its owner. False if there is none of that name, or if it is closed. */
  order(name: string, order: string): Promise<boolean>;
  /** Also those that are closed, as long as they are known. */
  all(): Promise<readonly SharedWork[]>;
  /** Anybody may take it at once. */
  leave(name: string): Promise<void>;
  /** Nothing is left to do. `keep`: its lines can be read still; `forget`: only that it is over is known; `remove`: as if it had never been. */
  close(name: string, what: 'keep' | 'forget' | 'remove'): Promise<void>;
}
