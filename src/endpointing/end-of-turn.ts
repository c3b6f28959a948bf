import type { SlotSpec } from '../languages/slots/slot.ts';

/** When the caller has finished: how much silence it takes depends on what was said. */
export interface EndOfTurn {
  /**
   * How long the silence after the caller's last sound must last before the turn is over, in milliseconds. Depends on nothing but
   * `soFar`: ask again whenever that changes, and count from the same last sound.
   */
  waitMs(soFar: TurnSoFar): number;
  /**
   * After how much of that silence what was said is likely all, in milliseconds: an answer that is begun then is seldom thrown away. It may
   * be heard only when the turn is over.
   */
  likelyAllMs(soFar: TurnSoFar): number;
}

export interface TurnSoFar {
  /** All finals and the present partial text of the turn; empty while nothing has been understood. */
  readonly text: string;
  /** BCP-47, or `auto`. */
  readonly language: string;
  /** The recognizer believes that the speaker has finished, and nothing was said since. */
  readonly endOfUtterance: boolean;
  /** What the caller is being asked for, where that is known. */
  readonly expecting?: SlotSpec | undefined;
  /** What the bot said last, all of it, where it is known: what it asked tells whether a short answer is whole. */
  readonly lastSaid?: string | undefined;
}
