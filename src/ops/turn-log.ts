/** One line a turn: what it cost the caller in seconds, and why. Reads the timeline, and touches nothing. */
import type { Log } from '../base/log.ts';
import type { Timeline, TimelineEntry, TimelineType } from '../call/timeline.ts';

/** Logs a summary at the end of each turn of the call, and one at the end of the call. */
export function logTurns(timeline: Timeline, log: Log): void {
  timeline.observe((entry) => {
    if (entry.type === 'turn.over') log.info({ event: 'turn', ...summary(timeline, entry.turn) }, 'turn');
    if (entry.type === 'call.ended') {
      log.info(
        { event: 'call.ended', cause: entry.cause, turns: timeline.turn, callSeconds: callSeconds(timeline) },
        'call ended',
      );
    }
  });
}

/** The turn in seconds from the caller's last loud frame; what did not happen is left out. */
function summary(timeline: Timeline, turn: number): Record<string, unknown> {
  const entries = timeline.entries.filter((entry) => entry.turn === turn);
  const end = first(entries, 'turn.ended');
  const fromMs = end?.speechEndedAtMs ?? entries[0]?.atMs ?? 0;
  const at = (entry: TimelineEntry | undefined) => (entry ? seconds(entry.atMs - fromMs) : undefined);
  const playback = (kind: string) =>
    entries.find((entry) => entry.type === 'playback.started' && entry.kind === kind);
  const over = first(entries, 'turn.over');
  const failures = entries.flatMap((entry) => (entry.type === 'failure' ? [entry.code] : []));
  const chunks = entries.filter((entry) => entry.type === 'chunk.ready');
  return {
    turn,
    outcome: over?.outcome,
    endOfTurnSeconds: at(end),
    recognitionSeconds: at(first(entries, 'recognition.done')),
    firstTokenSeconds: at(first(entries, 'chat.firstToken')),
    firstChunkSeconds: at(chunks[0]),
    firstAudioSeconds: at(first(entries, 'synthesis.firstAudio')),
    fillerSeconds: at(playback('filler')),
    answerSeconds: at(playback('answer')),
    turnSeconds: at(over),
    chunks: chunks.length,
    provider: first(entries, 'synthesis.firstAudio')?.provider,
    heard: first(entries, 'recognition.done')?.text,
    said: chunks.map((chunk) => chunk.text).join(' ') || undefined,
    failures: failures.length > 0 ? failures : undefined,
  };
}

function first<Type extends TimelineType>(entries: readonly TimelineEntry[], type: Type) {
  return entries.find((entry): entry is Extract<TimelineEntry, { type: Type }> => entry.type === type);
}

function callSeconds(timeline: Timeline): number {
  const { entries } = timeline;
  return seconds((entries.at(-1)?.atMs ?? 0) - (entries[0]?.atMs ?? 0));
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
