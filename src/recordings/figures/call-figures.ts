/** What a call was like for its caller, and what it cost, as far as it is known: counted out of its timeline and of what was recorded. */
import { spokenSpans } from '../../timeline/timeline-spans.ts';
import { entriesOf } from '../../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { turnStages, turnsOf } from '../../timeline/turn-stages.ts';
import { estimatedTokens } from '../../llm/token-estimate.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import type { CallerSpeech } from './caller-speech.ts';

/** Times in ms on the tape, of a turn of the caller. */
export interface TurnFigures {
  /** The caller's last loud frame: by that it is the same turn in another run. */
  readonly fromMs: number;
  /** Until the answer; undefined if none is known. */
  readonly waitMs: number | undefined;
  /** Until anything is heard, be it a filler. */
  readonly quietMs: number | undefined;
}

export interface CallFigures {
  readonly turns: readonly TurnFigures[];
  /** The caller was answered and had not finished. */
  readonly cutOffs: number;
  /** The bot dropped what it was saying for a cough, noise or "mhm". */
  readonly falseStops: number;
  /** The caller spoke to a bot that spoke on. */
  readonly missedStops: number;
  /** Of the model, for answers that nobody heard: what was asked and what was answered. */
  readonly wastedTokens: number;
  /** Of the call's length, 0 to 1. */
  readonly knownShare: number;
}

/** Who goes on within so much of the bot's first sound, ms, has not heard it yet: people need longer to react. */
export const REACTS_AFTER_MS = 300;
/** Longer stops are ends, ms: whoever then speaks again has waited in vain. */
export const LONGEST_STOP_MS = 2000;
/** Speech over the bot that lasts so long, ms, while the bot speaks on, was meant for it and missed; the metrics say the same. */
const MISSED_AFTER_MS = 1000;

export interface Measured {
  readonly call: RecordedCall;
  readonly speech: readonly CallerSpeech[];
  readonly entries: readonly TimelineEntry[];
  readonly knownUntilMs: number;
}

export function callFigures({ call, speech, entries, knownUntilMs }: Measured): CallFigures {
  const known = entries.filter(({ atMs }) => atMs <= knownUntilMs);
  const lengthMs = entries.reduce((latest, { atMs }) => Math.max(latest, atMs), 1);
  return {
    turns: turnsOf(known).map((turn) => turnFigures(known, turn)),
    cutOffs: cutOffs(known, speech),
    falseStops: falseStops(known, speech),
    missedStops: missedStops(known, speech),
    wastedTokens: wastedTokens(known, call),
    knownShare: Math.min(1, knownUntilMs / lengthMs),
  };
}

function turnFigures(entries: readonly TimelineEntry[], turn: number): TurnFigures {
  const { fromMs, times, firstSoundMs } = turnStages(entries, turn);
  return { fromMs, waitMs: times.voiceToVoice, quietMs: firstSoundMs };
}

function cutOffs(entries: readonly TimelineEntry[], speech: readonly CallerSpeech[]): number {
  return entriesOf(entries, 'turn.ended').filter(({ turn, speechEndedAtMs }) => {
    const next = speech.find(({ fromMs, isMeant }) => isMeant && fromMs > speechEndedAtMs);
    if (!next || next.fromMs - speechEndedAtMs > LONGEST_STOP_MS) return false;
    const heard = entriesOf(entries, 'playback.started').find((entry) => entry.turn === turn);
    return next.fromMs < (heard?.atMs ?? Infinity) + REACTS_AFTER_MS;
  }).length;
}

function falseStops(entries: readonly TimelineEntry[], speech: readonly CallerSpeech[]): number {
  return entriesOf(entries, 'bargeIn.stopped').filter(({ atMs }) => {
    const cause = speech.findLast(({ fromMs }) => fromMs <= atMs);
    return cause !== undefined && !cause.isMeant;
  }).length;
}

function missedStops(entries: readonly TimelineEntry[], speech: readonly CallerSpeech[]): number {
  const spoken = spokenSpans(entries);
  const stops = entries.filter(({ type }) => type === 'bargeIn.stopped' || type === 'bargeIn.paused');
  return speech.filter(({ fromMs, toMs, isMeant }) => {
    const overBot = spoken.some(
      (span) => span.fromMs < fromMs && Math.min(span.toMs, toMs) - fromMs >= MISSED_AFTER_MS,
    );
    return isMeant && overBot && !stops.some(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  }).length;
}

/** Where the model did not tell, or was never asked that, each is taken to be as large as the call's others. */
function wastedTokens(entries: readonly TimelineEntry[], call: RecordedCall): number {
  const usual = usualTokens(call);
  return entriesOf(entries, 'earlyAnswer.wasted').reduce((sum, wasted) => {
    const before = entries[entries.indexOf(wasted) - 1];
    const told = before?.type === 'chat.usage' ? before.inputTokens + before.outputTokens : 0;
    return sum + Math.max(told, usual + wasted.tokens);
  }, 0);
}

/** What the model is asked with, in the middle of the call's requests. */
function usualTokens({ replies }: RecordedCall): number {
  const asked = replies
    .map(
      ({ request, usage }) =>
        usage?.inputTokens ??
        estimatedTokens(request.messages.reduce((sum, { content }) => sum + content.length, 0)),
    )
    .toSorted((a, b) => a - b);
  return asked[Math.floor(asked.length / 2)] ?? 0;
}
