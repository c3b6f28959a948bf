/**
 * What a recorded call is expected to be, as a test: `expect.yaml` beside its call.json. Every key may be left out; each that is given can
 * fail.
 */
import { LineCounter, isNode, parseDocument } from 'yaml';
import { z } from 'zod';
import { ParleyError } from '../../base/errors.ts';
import { durationText } from '../../base/time-text.ts';
import { likelyMeant } from '../../config/nearest-name.ts';
import { duration, saying } from '../../config/yaml-kinds.ts';
import { CALL_END_CAUSES } from '../../timeline/kinds.ts';
import type { Outcome, Saying } from './outcome.ts';

const endCause = z.string().refine((given) => (CALL_END_CAUSES as readonly string[]).includes(given), {
  error: ({ input }) => `${String(input)} ends no call; ${hintFor(String(input), CALL_END_CAUSES)}`,
});

const expectations = z.strictObject({
  /** From the caller's last word to the answer, in every turn that is answered. */
  within: duration.exactOptional(),
  /** So many turns of the caller. */
  turns: z.int().min(0).exactOptional(),
  /** Who says what, in this order; others may say more in between. */
  dialogue: z
    .array(
      z.union([
        z
          .strictObject({ caller: saying })
          .transform(({ caller }) => ({ who: 'caller' as const, what: caller })),
        z.strictObject({ bot: saying }).transform(({ bot }) => ({ who: 'bot' as const, what: bot })),
      ]),
    )
    .exactOptional(),
  /** What nobody may say. */
  never: z.array(saying).exactOptional(),
  /** What was being said when the caller took the turn, each; an empty list for a call in which nobody does. */
  interrupted: z.array(saying).exactOptional(),
  /** How often the bot held still and went on. */
  resumed: z.int().min(0).exactOptional(),
  endedBy: endCause.exactOptional(),
  /** The longest that the caller waits without a sound; 1.5 s if not given. */
  noSilenceOver: duration.default(1500),
});

export type Expectations = z.output<typeof expectations>;

/** Throws EXPECTATIONS_INVALID with every fault and the line that it stands on. */
export function parseExpectations(yaml: string, name: string): Expectations {
  const invalid = (why: string, cause?: unknown) =>
    new ParleyError('EXPECTATIONS_INVALID', `expect.yaml of ${name}: ${why}.`, { cause });
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw invalid(`line ${error.linePos?.[0].line ?? 1} is no YAML`, error);
  const parsed = expectations.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const lineOf = (path: readonly PropertyKey[]): number => {
    const node: unknown = document.getIn(path, true);
    return isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
  };
  throw invalid(
    parsed.error.issues
      .flatMap(faultsOf)
      .map(({ path, told }) => `line ${lineOf(path)}: ${told}`)
      .join('; '),
  );
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly told: string;
}

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') return [{ path, told: `${path.join('.')} ${issue.message}` }];
  const known = Object.keys(expectations.shape);
  return issue.keys.map((key) => ({
    path: [...path, key],
    told: `${JSON.stringify(key)} is nothing to expect; ${hintFor(key, known)}`,
  }));
}

function hintFor(given: string, known: readonly string[]): string {
  const [meant] = likelyMeant(given, known);
  return meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
}

/** What is not as expected, a sentence each; none if all is. */
export function disappointments(outcome: Outcome, expected: Expectations): readonly string[] {
  return [
    ...lateTurns(outcome, expected.within),
    ...missingSayings(outcome.dialogue, expected.dialogue ?? []),
    ...forbiddenSayings(outcome.dialogue, expected.never ?? []),
    ...wrongInterruptions(outcome, expected),
    ...differs('turns', expected.turns, outcome.turns.length),
    ...differs('ended by', expected.endedBy, outcome.endedBy),
    ...tooSilent(outcome, expected.noSilenceOver),
  ];
}

function lateTurns({ turns }: Outcome, withinMs: number | undefined): readonly string[] {
  if (withinMs === undefined) return [];
  return turns.flatMap(({ turn, stagesMs: { voiceToVoice } }) =>
    voiceToVoice === undefined || voiceToVoice <= withinMs
      ? []
      : [`turn ${turn} was answered after ${durationText(voiceToVoice)}, expected ${durationText(withinMs)}`],
  );
}

interface ExpectedSaying {
  readonly who: Saying['who'];
  readonly what: RegExp;
}

function missingSayings(dialogue: readonly Saying[], expected: readonly ExpectedSaying[]): readonly string[] {
  let at = 0;
  for (const { who, what } of expected) {
    const found = dialogue.findIndex((one, place) => place >= at && one.who === who && what.test(one.text));
    if (found < 0)
      return [`the ${who} did not say ${String(what)} in its place: ${told(dialogue.slice(at))}`];
    at = found + 1;
  }
  return [];
}

function forbiddenSayings(dialogue: readonly Saying[], never: readonly RegExp[]): readonly string[] {
  return dialogue.flatMap(({ text, who }) =>
    never.some((what) => what.test(text)) ? [`the ${who} said «${text}»`] : [],
  );
}

function wrongInterruptions(
  { dialogue, interruptions }: Outcome,
  { interrupted, resumed }: Expectations,
): readonly string[] {
  const cut = dialogue.filter(({ wasCut }) => wasCut).map(({ text }) => text);
  const fits =
    interrupted?.length === cut.length && interrupted.every((what, at) => what.test(cut[at] ?? ''));
  const wrong = interrupted && !fits;
  const times = interruptions.filter(({ became }) => became === 'resumed').length;
  return [
    ...(wrong
      ? [`interrupted was [${cut.join(', ')}], expected [${interrupted.map(String).join(', ')}]`]
      : []),
    ...differs('resumed', resumed, times),
  ];
}

function tooSilent({ longestSilenceMs }: Outcome, limitMs: number): readonly string[] {
  if (longestSilenceMs <= limitMs) return [];
  return [
    `the caller heard nothing for ${durationText(longestSilenceMs)}, expected ${durationText(limitMs)}`,
  ];
}

function differs<T>(what: string, expected: T | undefined, found: T): readonly string[] {
  return expected === undefined || expected === found
    ? []
    : [`${what} was ${String(found)}, expected ${String(expected)}`];
}

function told(dialogue: readonly Saying[]): string {
  return dialogue.map(({ who, text }) => `${who}: ${text}`).join(' / ') || 'nothing more was said';
}
