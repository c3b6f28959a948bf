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
  /** How long the call was when it was recorded, ms, and how much of that is known. */
  readonly lengthMs: number;
  readonly knownMs: number;
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
  // In another run it may have ended with the first thing that was not recorded.
  const lengthMs = call.timeline.reduce((latest, { atMs }) => Math.max(latest, atMs), 1);
  return {
    turns: turnsOf(known).map((turn) => turnFigures(known, turn)),
    cutOffs: cutOffs(known, speech),
    falseStops: falseStops(known, speech),
    missedStops: missedStops(known, speech),
    wastedTokens: wastedTokens(known, call),
    lengthMs,
    knownMs: Math.min(lengthMs, knownUntilMs),
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

/** Of the model, for all that it was asked; what it was asked too early and was never asked in the recording, as `wastedTokens`. */
export function tokensOf(entries: readonly TimelineEntry[], call: RecordedCall): number {
  return usedIn(entriesOf(entries, 'chat.usage')) + sumOf(wastedEarly(entries, call), ({ untold }) => untold);
}

/** Asked too early, or dropped before anything of the answer was heard because the caller had gone on. */
function wastedTokens(entries: readonly TimelineEntry[], call: RecordedCall): number {
  const early = wastedEarly(entries, call);
  const counted = new Set(early.map(({ usage }) => usage));
  const dropped = entriesOf(entries, 'turn.over').flatMap(({ outcome, turn }) => {
    const ofTurn = entries.filter((entry) => entry.turn === turn);
    const isHeard = entriesOf(ofTurn, 'playback.started').some(({ kind }) => kind === 'answer');
    return outcome === 'interrupted' && !isHeard ? entriesOf(ofTurn, 'chat.usage') : [];
  });
  return sumOf(early, ({ tokens }) => tokens) + usedIn(dropped.filter((usage) => !counted.has(usage)));
}

/** Where the model did not tell, or was never asked that, each is taken to be as large as the call's others: `untold` of its tokens. */
function wastedEarly(entries: readonly TimelineEntry[], call: RecordedCall) {
  const usual = usualTokens(call);
  return entries.flatMap((wasted, at) => {
    if (wasted.type !== 'earlyAnswer.wasted') return [];
    const before = entries[at - 1];
    const usage = before?.type === 'chat.usage' ? before : undefined;
    const told = usage ? usedIn([usage]) : 0;
    const tokens = Math.max(told, usual + wasted.tokens);
    return { usage, tokens, untold: tokens - told };
  });
}

type Usage = Extract<TimelineEntry, { readonly type: 'chat.usage' }>;

function usedIn(usages: readonly Usage[]): number {
  return sumOf(usages, ({ inputTokens, outputTokens }) => inputTokens + outputTokens);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
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
