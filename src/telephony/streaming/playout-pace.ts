/** How far ahead of the caller's ear a far end is sent to, by what it can do with what it has. */
export interface PlayoutPace {
  /** How much audio may be on its way, ms. */
  readonly windowMs: number;
  /** A mark at least so often, ms, so that the window moves on while a long clip plays. */
  readonly markEveryMs: number;
  /** `atOnce`: it stops where it is when it is told to. `heldBack`: it plays on what it has, and is sent nothing more. */
  readonly pause: 'atOnce' | 'heldBack';
}

/**
 * More than any pause of this process or the network should last, or the caller hears it; and not much more, because it is kept here too,
 * to be sent again over a new socket if this one dies.
 */
export const PAUSING_PACE: PlayoutPace = { windowMs: 2000, markEveryMs: 500, pause: 'atOnce' };

/**
 * What is on its way cannot be taken back without being lost, so a pause takes as long as the window to be heard. Marks come often, so that
 * the window is not used up before word of them is back: a round trip of 300 ms may lie between.
 */
export const BUFFERING_PACE: PlayoutPace = { windowMs: 400, markEveryMs: 100, pause: 'heldBack' };
