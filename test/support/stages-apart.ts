/** How far a replay's stages are from those of the call that was recorded. */
import type { Outcome } from '../../src/recordings/replay/outcome.ts';
import { STAGES } from '../../src/timeline/turn-stages.ts';

/** What a recording of a real line may be off from what it records, ms: a stage is timed by events, and events have their frames. */
const SAME_MS = 20;

/** Each stage of a turn that took another time, or was only come to in one of them: «endOfTurn of turn 1: 250, then 522». */
export function stagesApart(recorded: Outcome, replayed: Outcome, sameWithinMs = SAME_MS): readonly string[] {
  return recorded.turns.flatMap(({ turn, stagesMs }, at) =>
    STAGES.flatMap((stage) => {
      const [then, now] = [stagesMs[stage], replayed.turns[at]?.stagesMs[stage]];
      const isSame = then === now || Math.abs((now ?? Infinity) - (then ?? Infinity)) <= sameWithinMs;
      return isSame ? [] : [`${stage} of turn ${turn}: ${then ?? 'none'}, then ${now ?? 'none'}`];
    }),
  );
}
