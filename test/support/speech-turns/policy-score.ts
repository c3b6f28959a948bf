/** What an end of turn costs: how long callers wait for it, and how many are cut short. */
import { mean } from '../percentile.ts';
import type { EndOfTurn } from '../../../src/endpointing/end-of-turn.ts';
import type { Turn } from './turn-texts.ts';

export interface PolicyScore {
  readonly turns: number;
  /** Mean wait after the last word, ms. */
  readonly waitMs: number;
  /** Share of the stops after which more must come that would have ended the turn. */
  readonly cut: number;
  /** The same of stops after words that could be all. */
  readonly cutWhereAllCouldBe: number;
  /** Share of turns that would be cut anywhere where more must come. */
  readonly turnsCut: number;
}

/** Of pauses within a turn, half are over after so long, and half of the rest after as long again, ms: 1000 ms cut half of what 600 cut. */
const HALF_OF_PAUSES_MS = 400;

export function scoreOf(policy: EndOfTurn, turns: readonly Turn[]): PolicyScore {
  const wait = (text: string, { language, asked: lastSaid }: Turn) =>
    policy.waitMs({ text, language, endOfUtterance: false, lastSaid });
  const cuts = turns.map((turn) =>
    turn.stops.map(({ text, lastsMs, mayBeEnd }) => ({ mayBeEnd, cut: cutShare(wait(text, turn), lastsMs) })),
  );
  const shares = (mayBeEnd: boolean) =>
    cuts
      .flat()
      .filter((each) => each.mayBeEnd === mayBeEnd)
      .map(({ cut }) => cut);
  return {
    turns: turns.length,
    waitMs: mean(turns.map((turn) => wait(turn.text, turn))),
    cut: mean(shares(false)),
    cutWhereAllCouldBe: mean(shares(true)),
    turnsCut: mean(
      cuts.map((stops) => 1 - stops.reduce((kept, { mayBeEnd, cut }) => kept * (mayBeEnd ? 1 : 1 - cut), 1)),
    ),
  };
}

/** How many of such stops outlast the wait. */
function cutShare(waitMs: number, lastsMs: number | undefined): number {
  return lastsMs === undefined ? 2 ** (-waitMs / HALF_OF_PAUSES_MS) : Number(lastsMs > waitMs);
}
