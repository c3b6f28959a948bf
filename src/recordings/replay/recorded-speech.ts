/** What the caller of a recorded call said, by what he said it with: which speech began an utterance, and what was heard by its end. */
import type { RecordedCall, RecordedUtterance } from '../bundle/recorded-call.ts';

export interface SpokenUtterance {
  readonly utterance: RecordedUtterance;
  /** The place in the line's hearing of the speech that it began with; -1 if it was heard before anything. */
  readonly beganWith: number;
  /** So many events of the line's hearing had been told when it was over. */
  readonly heardByItsEnd: number;
}

/** In their order. */
export function spokenUtterances({ line, utterances }: RecordedCall): readonly SpokenUtterance[] {
  const { hearing } = line;
  const toldBy = (tapeMs: number) => hearing.filter(({ atMs }) => atMs <= tapeMs).length;
  let last = -1;
  return utterances.map((utterance) => {
    const { heardAt, finishedAtMs, end } = utterance;
    const beganWith = heardAt ?? speechOf(utterance, hearing, last);
    last = beganWith;
    return { utterance, beganWith, heardByItsEnd: Math.max(beganWith + 1, toldBy(finishedAtMs ?? end.atMs)) };
  });
}

/** Before version 3 nobody noted it: of the speech that no earlier utterance began with, what was told nearest to when it was asked for. */
function speechOf(
  { beganAtMs }: RecordedUtterance,
  hearing: RecordedCall['line']['hearing'],
  after: number,
): number {
  const awayMs = (place: number) => Math.abs((hearing[place]?.atMs ?? Infinity) - beganAtMs);
  const speech = hearing.flatMap(({ kind }, at) => (kind === 'speechStarted' && at > after ? [at] : []));
  return speech.reduce((nearest, place) => (awayMs(place) < awayMs(nearest) ? place : nearest), -1);
}
