/** What went beyond a threshold in a call, and why. */
import { entriesOf } from './timeline-entries.ts';
import { silentSpans } from './timeline-spans.ts';
import type { TimelineEntry } from './timeline.ts';
import { THRESHOLDS } from './thresholds.ts';
import { turnStages, turnsOf, waitsOf } from './turn-stages.ts';
import { STAGE_NAMES } from './stage-names.ts';
import { durationText } from '../base/time-text.ts';

export interface Breach {
  readonly severity: 'warning' | 'critical';
  readonly turn: number;
  /** Where to listen. */
  readonly atMs: number;
  readonly what: string;
  readonly why: string;
}

type Timeline = readonly TimelineEntry[];

/** In the order in which they happened. */
export function breachesOf(timeline: Timeline): readonly Breach[] {
  return [
    ...lateAnswers(timeline),
    ...lateFirstChunks(timeline),
    ...lateSyntheses(timeline),
    ...deadAir(timeline),
    ...failures(timeline),
  ].toSorted((a, b) => a.turn - b.turn || a.atMs - b.atMs);
}

/** Of an answer that came so long after the caller's last word. */
export function answerSeverity(ms: number): Breach['severity'] | undefined {
  const { warningMs, criticalMs } = THRESHOLDS.answer;
  if (ms > criticalMs) return 'critical';
  return ms > warningMs ? 'warning' : undefined;
}

function lateAnswers(timeline: Timeline): Breach[] {
  return turnsOf(timeline).flatMap((turn) => {
    const { times, fromMs } = turnStages(timeline, turn);
    const ms = times.voiceToVoice ?? 0;
    const severity = answerSeverity(ms);
    if (!severity) return [];
    const limitMs = THRESHOLDS.answer[`${severity}Ms`];
    const longest = waitsOf(times).reduce((a, b) => (b.ms > a.ms ? b : a));
    const why = `limit ${durationText(limitMs)}; ${STAGE_NAMES[longest.stage].toLowerCase()} took ${durationText(longest.ms)} of it`;
    return [{ severity, turn, atMs: fromMs, what: `The answer came after ${durationText(ms)}`, why }];
  });
}

/** From the request to the model, so that a patient end of turn is not blamed on it. */
function lateFirstChunks(timeline: Timeline): Breach[] {
  const { warningMs } = THRESHOLDS.firstChunk;
  return entriesOf(timeline, 'chat.started').flatMap(({ turn, atMs }) => {
    const chunk = entriesOf(timeline, 'chunk.ready').find((entry) => entry.turn === turn);
    const token = entriesOf(timeline, 'chat.firstToken').find((entry) => entry.turn === turn);
    const ms = chunk ? chunk.atMs - atMs : 0;
    if (ms <= warningMs) return [];
    const tokenMs = token ? token.atMs - atMs : ms;
    const why =
      tokenMs > ms / 2
        ? `the model's first token alone took ${durationText(tokenMs)}`
        : `the model's first token came after ${durationText(tokenMs)}, but the words to make a chunk of were slow`;
    return [
      {
        severity: 'warning',
        turn,
        atMs,
        what: `The first chunk was ready only ${durationText(ms)} after the model was asked`,
        why: `limit ${durationText(warningMs)}; ${why}`,
      },
    ];
  });
}

function lateSyntheses(timeline: Timeline): Breach[] {
  const { warningMs } = THRESHOLDS.synthesis;
  return entriesOf(timeline, 'synthesis.started').flatMap(({ turn, index, atMs, characters }) => {
    const audio = entriesOf(timeline, 'synthesis.firstAudio').find(
      (entry) => entry.turn === turn && entry.index === index,
    );
    const ms = audio ? audio.atMs - atMs : 0;
    if (!audio || ms <= warningMs) return [];
    return [
      {
        severity: 'warning',
        turn,
        atMs,
        what: `The voice of chunk ${index + 1} began only after ${durationText(ms)}`,
        why: `limit ${durationText(warningMs)}; ${characters} characters, spoken by ${audio.provider}`,
      },
    ];
  });
}

function deadAir(timeline: Timeline): Breach[] {
  const { warningMs } = THRESHOLDS.deadAir;
  return silentSpans(timeline, warningMs).map(({ turn, fromMs, toMs }) => {
    const { fromMs: askedMs, times, firstSoundMs = Infinity } = turnStages(timeline, turn);
    const afterMs = fromMs - askedMs;
    const where =
      afterMs < firstSoundMs
        ? 'before anything was heard of the bot'
        : afterMs < (times.voiceToVoice ?? Infinity)
          ? 'after the small talk, before the answer'
          : 'in the middle of the answer';
    return {
      severity: 'warning',
      turn,
      atMs: fromMs,
      what: `Nobody was heard for ${durationText(toMs - fromMs)}`,
      why: `limit ${durationText(warningMs)}; ${where}`,
    };
  });
}

const DURING = {
  recognition: 'Recognition failed',
  chat: 'The model failed',
  synthesis: 'Synthesis failed',
} as const;

function failures(timeline: Timeline): Breach[] {
  return entriesOf(timeline, 'failure').map(({ turn, atMs, code, during }) => ({
    severity: 'critical',
    turn,
    atMs,
    what: DURING[during],
    why: code,
  }));
}
