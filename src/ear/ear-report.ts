/** What a call was like to the ear, as it is kept and shown: times in milliseconds, counted from the answer of the call. */
import { z } from 'zod';

const ms = z.number();
const durations = z.strictObject({ count: z.int().min(0), longestMs: ms, sumMs: ms });
const side = z.strictObject({
  /** How long it was heard. */
  soundMs: ms,
  /** Of what was heard, dBFS; null where nothing was. */
  levelDbfs: z.number().nullable(),
  clippedMs: ms,
  /** How long something was louder than the line's own noise and too faint to be heard, and how loud that was, dBFS; what was kept before does not say. */
  faintMs: ms.optional(),
  faintDbfs: z.number().nullable().optional(),
});

const answer = z.strictObject({
  /** The end of what the caller said, and the first sound of the bot after it. */
  callerEndedAtMs: ms,
  botBeganAtMs: ms,
  waitMs: ms,
  /** The turn of the timeline that this was, what it says of the same wait, and how much longer the ear has waited; null where it has none. */
  inside: z.strictObject({ turn: z.int().min(0), waitMs: ms, differenceMs: ms }).nullable(),
  /** Whom the wait is charged to: to the rest where the timeline does not know of it. Null in what was kept before that was so. */
  charged: z
    .strictObject({
      endpointing: ms,
      recognition: ms,
      model: ms,
      synthesis: ms,
      playout: ms,
      other: ms,
    })
    .nullable(),
});

export const earReport = z.strictObject({
  /** `line`: from each frame as it went by. `recording`: from what was recorded of a line that shows none. */
  from: z.enum(['line', 'recording']),
  lastedMs: ms,
  /** The first sound of the bot; null where there was none. */
  greetingMs: ms.nullable(),
  /** The same as the timeline says it. */
  greetingInsideMs: ms.nullable(),
  answers: z.array(answer).readonly(),
  /** Turns in which the timeline knows of something said to the caller, of which the ear has heard no sound. */
  unheardTurns: z.array(z.int().min(0)).readonly(),
  talkOver: durations,
  deadAir: durations,
  gaps: durations,
  caller: side,
  bot: side,
  /** Of the caller's, 20 ms each; null where nobody can tell: in a recording, and from a phone that sends nothing while it is silent. */
  lostFrames: z.int().min(0).nullable(),
  /** There was more sound than is kept count of: the figures are of the call's beginning. */
  isPart: z.boolean(),
});

/** A click, or a breath, is nobody who is too faint, ms. */
const LEAST_FAINT_MS = 500;

/** What an answer counts as off what the timeline says where there was no sound of it, ms: beyond any limit. */
const UNHEARD_OFF_MS = 60_000;

/** How far the timeline was off, an answer each that it knows of, ms. */
export function offTheTimelineMs({ answers, unheardTurns }: EarReport): readonly number[] {
  const heard = answers.flatMap(({ inside }) => (inside ? Math.abs(inside.differenceMs) : []));
  return [...heard, ...unheardTurns.map(() => UNHEARD_OFF_MS)];
}

/** How loud a side is: what was heard of it; where most of it was too faint to be heard, that. Null where there was nothing. */
export function levelOfSide({
  soundMs,
  levelDbfs,
  faintMs = 0,
  faintDbfs = null,
}: EarReport['caller']): number | null {
  const isTooFaint = faintMs > soundMs && faintMs >= LEAST_FAINT_MS;
  return isTooFaint ? faintDbfs : levelDbfs;
}

export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Tenths of a millisecond are more than any of it is true to. */
export function roundedReport(report: EarReport): EarReport {
  const text = JSON.stringify(report, (_, value: unknown) =>
    typeof value === 'number' ? tenths(value) : value,
  );
  return JSON.parse(text) as EarReport;
}

export type EarReport = z.output<typeof earReport>;
export type EarAnswer = EarReport['answers'][number];
