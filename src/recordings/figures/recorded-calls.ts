/** Recorded calls by the dozen, as operators have them: of several bots, old, damaged. What cannot be used is named, and the others go on. */
import { messageOf } from '../../base/message-of.ts';
import { readBundle } from '../bundle/bundle.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { outcomeOf } from '../replay/outcome.ts';
import type { Outcome } from '../replay/outcome.ts';
import { replayAsFarAsKnown } from '../replay/replay.ts';
import type { Replayed } from '../replay/replay.ts';
import { callFigures } from './call-figures.ts';
import type { CallFigures } from './call-figures.ts';
import { callerSpeech } from './caller-speech.ts';
import { knownUntil } from './known-until.ts';

export interface LeftOut {
  readonly path: string;
  readonly because: string;
}

/** A call that runs again as it was, and what it comes to with nothing changed. */
export interface UsableCall {
  readonly bundle: Bundle;
  readonly replayed: Replayed;
}

/** Why the second of two is left out: packed and unpacked, or in two directories. */
export const GIVEN_TWICE = 'It is given twice.';

/** Which call it is: the same channel name comes again, at another time. The latest sorts last. */
export function callKey({ id, startedAt }: Pick<RecordedCall, 'id' | 'startedAt'>): string {
  return `${startedAt} ${id}`;
}

/** Never rejects: why a call is of no use is told instead. */
export async function usableCall(path: string): Promise<UsableCall | LeftOut> {
  try {
    const bundle = await readBundle(path);
    const replayed = await replayAsFarAsKnown(bundle);
    if (replayed.unknown) return { path, because: replayed.unknown.error.message };
    if (!comesToWhatItWas(bundle.call.timeline, replayed.entries))
      return { path, because: 'It does not come to what it was when it is run again.' };
    return { bundle, replayed };
  } catch (error) {
    return { path, because: messageOf(error) };
  }
}

export function isLeftOut(call: UsableCall | LeftOut): call is LeftOut {
  return 'because' in call;
}

/** The figures of the same call in another run, `after`, as far as that is known. */
export function figuresOf({ bundle, replayed }: UsableCall, after: Replayed): CallFigures {
  const { call } = bundle;
  const speech = callerSpeech(call);
  const { atMs: knownUntilMs } = knownUntil(after, replayed.entries, speech);
  return callFigures({ call, speech, entries: after.entries, knownUntilMs });
}

/** Whether a listener would call it the same call. */
export function comesToWhatItWas(was: readonly TimelineEntry[], is: readonly TimelineEntry[]): boolean {
  return toldOf(outcomeOf(was)) === toldOf(outcomeOf(is));
}

/** Small words that bridge a wait hang on milliseconds. */
function toldOf({ dialogue, endedBy }: Outcome): string {
  const said = dialogue.filter(({ kind }) => kind !== 'filler' && kind !== 'hold');
  return JSON.stringify([endedBy, said.map(({ who, text, wasCut }) => [who, text, wasCut])]);
}
