/** What is tried: keys of a bot's profile that decide when it speaks, when it falls silent, and what it asks for in vain. */

/** As `parley replay --set` takes them: `name=value` each. None: the bot as it was. */
export type Candidate = readonly string[];

/** What is varied together; the groups hardly bear on each other. */
export const GROUPS = ['endpointing', 'earlyAnswer', 'bargeIn', 'fillers'] as const;
export type Group = (typeof GROUPS)[number];

const SILENCES_MS = [300, 400, 500, 600, 700, 800, 1000, 1200];
const EARLY_AFTER_MS = [0, 50, 100, 200, 400];
const MIN_SPEECH_MS = [100, 250, 400];
const DECIDE_WITHIN_MS = [800, 1200, 2000];
const FILLER_AFTER_MS = [300, 600, 900, 1500];

const BY_GROUP: Readonly<Record<Group, readonly Candidate[]>> = {
  endpointing: ['adaptive', 'fixed'].flatMap((mode) =>
    SILENCES_MS.map((ms) => [`endpointing.mode=${mode}`, `endpointing.silenceMs=${ms}`]),
  ),
  earlyAnswer: [
    ['earlyAnswer.enabled=false'],
    ...EARLY_AFTER_MS.map((ms) => ['earlyAnswer.enabled=true', `earlyAnswer.afterMs=${ms}`]),
  ],
  bargeIn: [
    ['bargeIn.mode=stopAtOnce'],
    ...MIN_SPEECH_MS.flatMap((minMs) =>
      DECIDE_WITHIN_MS.map((withinMs) => [
        'bargeIn.mode=pauseFirst',
        `bargeIn.minSpeechMs=${minMs}`,
        `bargeIn.decideWithinMs=${withinMs}`,
      ]),
    ),
  ],
  fillers: [
    ['fillers.enabled=false'],
    ...FILLER_AFTER_MS.map((ms) => ['fillers.enabled=true', `fillers.afterMs=${ms}`]),
  ],
};

/** Each group alone, all else as it was. */
export function candidatesOf(groups: readonly Group[]): readonly Candidate[] {
  return groups.flatMap((group) => BY_GROUP[group]);
}

/** The best of each group with the best of every other, at most so many; those with fewer changes first. */
export function combined(best: readonly Candidate[], most: number): readonly Candidate[] {
  const of = GROUPS.map((group) => [[], ...best.filter(([first = '']) => first.startsWith(`${group}.`))]);
  const all = of.reduce<readonly Candidate[]>(
    (sofar, group) => sofar.flatMap((one) => group.map((other) => [...one, ...other])),
    [[]],
  );
  const known = new Set(best.map(String));
  return all
    .filter((candidate) => candidate.length > 0 && !known.has(String(candidate)))
    .toSorted((a, b) => a.length - b.length)
    .slice(0, most);
}
