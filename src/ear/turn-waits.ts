/** What the caller has waited for in a turn that is over: as it was heard where the line is listened to, else as the timeline tells it. Pure. */
import { entriesOf, firstEntryOf } from '../timeline/timeline-entries.ts';
import { silentSpans } from '../timeline/timeline-spans.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import { turnStages } from '../timeline/turn-stages.ts';
import { FRAME_MS, SAME_END_MS } from './inside-view.ts';
import { silencesBetween } from './sound-spans.ts';
import type { SoundSpan } from './sound-spans.ts';

export interface TurnWaits {
  /** From the caller's last word to the first sound of the answer itself; undefined where none was heard. */
  readonly answerMs: number | undefined;
  /** The longest time without a sound of either side from then until the turn was over. */
  readonly silentMs: number;
}

/** When there was sound, on the timeline's clock. */
export interface HeardSides {
  readonly caller: readonly SoundSpan[];
  readonly bot: readonly SoundSpan[];
  /** While the caller had put the call on hold. */
  readonly holds: readonly SoundSpan[];
}

/** Hands out what was heard since then; undefined where the line is not listened to. */
export type Listened = (sinceMs: number) => HeardSides | undefined;

/** `entries`: of this turn. */
export function turnWaits(entries: readonly TimelineEntry[], turn: number, listened?: Listened): TurnWaits {
  const asked = firstEntryOf(entries, 'turn.ended');
  const sides = asked && listened?.(asked.speechEndedAtMs - SAME_END_MS);
  return asked && sides ? heardWaits(entries, asked.speechEndedAtMs, sides) : toldWaits(entries, turn);
}

function heardWaits(
  entries: readonly TimelineEntry[],
  toldEndMs: number,
  { caller, bot, holds }: HeardSides,
): TurnWaits {
  const fromMs = nearestEndMs(caller, toldEndMs);
  const overMs = firstEntryOf(entries, 'turn.over')?.atMs ?? fromMs;
  const marks = entriesOf(entries, 'playback.started').filter(({ kind }) => kind === 'answer');
  const markMs = Math.min(...marks.map(({ atMs }) => atMs)) - FRAME_MS;
  const sound = bot.find(({ toMs }) => toMs > markMs);
  const answerMs = sound && Math.max(sound.fromMs, markMs) - fromMs;
  const silences = silencesBetween([...caller, ...bot, ...holds], fromMs, overMs);
  return { answerMs, silentMs: Math.max(0, ...silences) };
}

/** Where the ear has heard the caller end, if that is what the timeline means. */
function nearestEndMs(caller: readonly SoundSpan[], toldEndMs: number): number {
  const off = ({ toMs }: SoundSpan) => Math.abs(toMs - toldEndMs);
  const [nearest] = caller.toSorted((a, b) => off(a) - off(b));
  return nearest && off(nearest) <= SAME_END_MS ? nearest.toMs : toldEndMs;
}

function toldWaits(entries: readonly TimelineEntry[], turn: number): TurnWaits {
  const silences = silentSpans(entries, 0).map(({ fromMs, toMs }) => toMs - fromMs);
  return {
    answerMs: turnStages(entries, turn).times.voiceToVoice,
    silentMs: Math.max(0, ...silences),
  };
}
