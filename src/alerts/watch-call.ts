/** What one call says to the rules, a turn at a time: its timeline, and its sound of what was waited for. Touches nothing. */
import { refusesCredentials } from '../base/errors.ts';
import { turnWaits } from '../ear/turn-waits.ts';
import type { Listened, TurnWaits } from '../ear/turn-waits.ts';
import { entriesOf, firstEntryOf } from '../timeline/timeline-entries.ts';
import type { Medium } from '../timeline/medium.ts';
import type { Timeline, TimelineEntry } from '../timeline/timeline.ts';
import { turnStages } from '../timeline/turn-stages.ts';
import type { AlertSamples } from './alerts.ts';

/** The synthesizer that is expected to be fast; how its stand-in and the cache do says nothing about it. */
const GRPC = 'yandex-grpc';

type Entries = readonly TimelineEntry[];

/** `listened`: what waits are measured by where it has heard them. */
export function watchCall(
  timeline: Timeline,
  alerts: AlertSamples,
  medium: Medium = 'sound',
  listened?: Listened,
): void {
  timeline.observe((entry) => {
    if (entry.type === 'failure') noteRefusal(entry, alerts);
    if (entry.type !== 'turn.over') return;
    const { turn } = entry;
    const entries = timeline.entries.filter((entry) => entry.turn === turn);
    noteOutcome(entries, turn, alerts);
    noteFirstChunk(entries, alerts);
    // Nobody waits for a sound.
    if (medium === 'text') return;
    noteWaits(turnWaits(entries, turn, listened), alerts);
    noteSyntheses(entries, alerts);
    noteFillers(entries, alerts);
  });
}

/** No other provider could stand in. Of the model it is known already, whoever asked it. */
function noteRefusal(
  { code, during }: Extract<TimelineEntry, { type: 'failure' }>,
  alerts: AlertSamples,
): void {
  if (during !== 'chat' && refusesCredentials(code)) alerts.note(`${during}_refuses`, 1);
}

function noteOutcome(entries: Entries, turn: number, alerts: AlertSamples): void {
  alerts.note('failed_turns', turnStages(entries, turn).outcome === 'failed' ? 1 : 0);
}

function noteWaits({ answerMs, silentMs }: TurnWaits, alerts: AlertSamples): void {
  if (answerMs !== undefined) alerts.note('late_answers', answerMs);
  alerts.note('dead_air', silentMs);
}

function noteFirstChunk(entries: Entries, alerts: AlertSamples): void {
  const asked = firstEntryOf(entries, 'chat.started');
  const ready = firstEntryOf(entries, 'chunk.ready');
  if (asked && ready) alerts.note('slow_first_chunk', ready.atMs - asked.atMs);
}

function noteSyntheses(entries: Entries, alerts: AlertSamples): void {
  for (const { index, atMs } of entriesOf(entries, 'synthesis.started')) {
    const audio = entriesOf(entries, 'synthesis.firstAudio').find((entry) => entry.index === index);
    if (audio?.provider === GRPC) alerts.note('slow_synthesis', audio.atMs - atMs);
  }
}

function noteFillers(entries: Entries, alerts: AlertSamples): void {
  for (const { kind, outcome } of entriesOf(entries, 'playback.finished')) {
    if (kind === 'filler') alerts.note('failed_fillers', outcome === 'failed' ? 1 : 0);
  }
}
