/** What one call's timeline says to the rules, a turn at a time. Reads the timeline, and touches nothing. */
import { refusesCredentials } from '../base/errors.ts';
import { entriesOf, firstEntryOf } from '../timeline/timeline-entries.ts';
import { silentSpans } from '../timeline/timeline-spans.ts';
import { THRESHOLDS } from '../timeline/thresholds.ts';
import type { Medium } from '../timeline/medium.ts';
import type { Timeline, TimelineEntry } from '../timeline/timeline.ts';
import { turnStages } from '../timeline/turn-stages.ts';
import type { AlertSamples } from './alerts.ts';

/** The synthesizer that is expected to be fast; how its stand-in and the cache do says nothing about it. */
const GRPC = 'yandex-grpc';

type Entries = readonly TimelineEntry[];

export function watchCall(timeline: Timeline, alerts: AlertSamples, medium: Medium = 'sound'): void {
  timeline.observe((entry) => {
    if (entry.type === 'failure') noteRefusal(entry, alerts);
    if (entry.type !== 'turn.over') return;
    const { turn } = entry;
    const entries = timeline.entries.filter((entry) => entry.turn === turn);
    noteOutcome(entries, turn, alerts);
    noteFirstChunk(entries, alerts);
    // Nobody waits for a sound.
    if (medium === 'text') return;
    noteTurn(entries, turn, alerts);
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

function noteTurn(entries: Entries, turn: number, alerts: AlertSamples): void {
  const { times } = turnStages(entries, turn);
  if (times.voiceToVoice !== undefined) alerts.note('late_answers', times.voiceToVoice);
  const silentMs = silentSpans(entries, THRESHOLDS.deadAir.warningMs).map(
    ({ fromMs, toMs }) => toMs - fromMs,
  );
  alerts.note('dead_air', Math.max(0, ...silentMs));
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
