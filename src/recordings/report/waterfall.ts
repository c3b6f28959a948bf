/** What went on in one turn, and for how long: lanes of bars over a common time axis. */
import { SMALL_TALK } from '../../timeline/kinds.ts';
import { entriesOf } from '../../timeline/timeline-entries.ts';
import { pauseSpans, silentSpans, spokenSpans } from '../../timeline/timeline-spans.ts';
import type { Span, SpokenSpan } from '../../timeline/timeline-spans.ts';
import { THRESHOLDS } from '../../timeline/thresholds.ts';
import type { ResumeCause, SpeechKind, TimelineEntry } from '../../timeline/timeline.ts';
import { durationText } from '../../base/time-text.ts';
import { speechBefore } from './transcript.ts';

/** How much of the caller's speech is shown before its end, ms: what comes after it is what the page is about. */
const SPEECH_SHOWN_MS = 1500;
/** Free space on both sides, ms. */
const MARGIN_MS = 150;

/** What a bar shows; its colour follows from that. */
export type Look =
  | 'speech'
  | 'endOfTurn'
  | 'recognition'
  | 'early'
  | 'earlyWasted'
  | 'modelWait'
  | 'model'
  | 'known'
  | 'knownLate'
  | 'tool'
  | 'toolFailed'
  | 'voiceWait'
  | 'voice'
  | 'answer'
  | 'smallTalk'
  | 'pause'
  | 'silence';

export interface Bar extends Span {
  readonly look: Look;
  readonly title: string;
}

export interface Mark {
  readonly atMs: number;
  readonly look: 'partial' | 'chunk' | 'cut' | 'step';
  readonly title: string;
}

export interface Lane {
  readonly label: string;
  /** Bars that may overlap stand below each other; those of a row follow each other or lie on each other. */
  readonly rows: readonly (readonly Bar[])[];
  readonly marks: readonly Mark[];
}

export interface Waterfall extends Span {
  readonly lanes: readonly Lane[];
}

type Timeline = readonly TimelineEntry[];

/** Lanes in which nothing happened are left out; undefined if nothing happened at all. */
export function waterfallOf(timeline: Timeline, turn: number): Waterfall | undefined {
  const lanes = [
    callerLane(timeline, turn),
    endOfTurnLane(timeline, turn),
    recognitionLane(timeline, turn),
    earlyAnswerLane(timeline, turn),
    knownLane(timeline, turn),
    modelLane(timeline, turn),
    toolLane(timeline, turn),
    scriptLane(timeline, turn),
    voiceLane(timeline, turn),
    playoutLane(timeline, turn),
  ].filter(({ rows, marks }) => rows.flat().length + marks.length > 0);
  const bars = lanes.flatMap(({ rows }) => rows.flat());
  if (bars.length === 0) return undefined;
  const end = entriesOf(timeline, 'turn.ended').find((entry) => entry.turn === turn);
  const begin = Math.min(...bars.map(({ fromMs }) => fromMs));
  const fromMs = end ? Math.max(begin, end.speechEndedAtMs - SPEECH_SHOWN_MS) : begin;
  return {
    fromMs: Math.max(0, fromMs - MARGIN_MS),
    toMs: Math.max(...bars.map(({ toMs }) => toMs)) + MARGIN_MS,
    lanes,
  };
}

function callerLane(timeline: Timeline, turn: number): Lane {
  const speech = speechBefore(timeline, turn).map((span) => bar(span, 'speech', 'The caller speaks'));
  return { label: 'Caller', rows: [speech], marks: [] };
}

function endOfTurnLane(timeline: Timeline, turn: number): Lane {
  const waits = entriesOf(timeline, 'turn.ended')
    .filter((entry) => entry.turn === turn)
    .map(({ speechEndedAtMs: fromMs, atMs: toMs }) =>
      bar({ fromMs, toMs }, 'endOfTurn', 'Has the caller finished?'),
    );
  return { label: 'End of turn', rows: [waits], marks: [] };
}

/** Where the recognizer tells what it has understood so far, its bar begins there. */
function recognitionLane(timeline: Timeline, turn: number): Lane {
  const done = entriesOf(timeline, 'recognition.done').find((entry) => entry.turn === turn);
  const end = entriesOf(timeline, 'turn.ended').find((entry) => entry.turn === turn);
  if (!done || !end) return { label: 'Recognition', rows: [], marks: [] };
  const sinceMs = speechBefore(timeline, turn)[0]?.fromMs ?? end.speechEndedAtMs;
  const partials = entriesOf(timeline, 'recognition.partial').filter(
    ({ atMs }) => atMs >= sinceMs && atMs <= done.atMs,
  );
  const span = { fromMs: partials[0]?.atMs ?? end.speechEndedAtMs, toMs: done.atMs };
  return {
    label: 'Recognition',
    rows: [[bar(span, 'recognition', `Understood: ${done.text}`)]],
    // The first one is where the bar begins.
    marks: partials.slice(1).map(({ atMs, text }) => ({ atMs, look: 'partial', title: `So far: ${text}` })),
  };
}

function earlyAnswerLane(timeline: Timeline, turn: number): Lane {
  const ends = entriesOf(timeline, 'turn.ended');
  const endMs = ends.find((end) => end.turn === turn)?.atMs ?? -Infinity;
  const sinceMs = ends.find((end) => end.turn === turn - 1)?.atMs ?? -Infinity;
  const verdicts = timeline.filter(
    ({ type }) => type === 'earlyAnswer.used' || type === 'earlyAnswer.wasted',
  );
  const bars = entriesOf(timeline, 'earlyAnswer.begun')
    .filter(({ atMs }) => atMs > sinceMs && atMs <= endMs)
    .map(({ atMs: fromMs, text }) => {
      const verdict = verdicts.find(({ atMs }) => atMs >= fromMs);
      const span = { fromMs, toMs: verdict?.atMs ?? endMs };
      return verdict?.type === 'earlyAnswer.wasted'
        ? bar(span, 'earlyWasted', `Thrown away after ${verdict.tokens} tokens; it answered: ${text}`)
        : bar(span, 'early', `Used; it answered: ${text}`);
    });
  return { label: 'Early', rows: [bars], marks: [] };
}

function modelLane(timeline: Timeline, turn: number): Lane {
  const of = timeline.filter((entry) => entry.turn === turn);
  const chunks = entriesOf(of, 'chunk.ready');
  const token = entriesOf(of, 'chat.firstToken')[0]?.atMs;
  const started = (entriesOf(of, 'chat.started')[0] ?? entriesOf(of, 'recognition.done')[0])?.atMs;
  if (started === undefined || (token === undefined && entriesOf(of, 'chat.started').length === 0))
    return { label: 'Model', rows: [], marks: [] };
  const stoppedMs = (entriesOf(of, 'failure')[0] ?? entriesOf(of, 'turn.over')[0])?.atMs ?? started;
  const doneMs = entriesOf(of, 'chat.done')[0]?.atMs ?? chunks.at(-1)?.atMs ?? stoppedMs;
  const tokenMs = token ?? stoppedMs;
  return {
    label: 'Model',
    rows: [
      [
        bar({ fromMs: started, toMs: tokenMs }, 'modelWait', 'Waiting for the first token'),
        ...(token === undefined ? [] : [bar({ fromMs: token, toMs: doneMs }, 'model', 'Tokens arrive')]),
      ],
    ],
    marks: chunks.map(({ atMs, index, text }) => ({
      atMs,
      look: 'chunk',
      title: `Chunk ${index + 1}: ${text}`,
    })),
  };
}

/** A row a source: they are asked side by side. */
function knownLane(timeline: Timeline, turn: number): Lane {
  const rows = entriesOf(timeline, 'context.ready')
    .filter((entry) => entry.turn === turn)
    .map(({ failure, found, late, source, startedAtMs: fromMs, tookMs }) => {
      const outcome = failure ?? `${found} found`;
      const title = `${source}: ${outcome}${late ? ', too late for this answer' : ''}`;
      return [bar({ fromMs, toMs: fromMs + tookMs }, late || failure ? 'knownLate' : 'known', title)];
    });
  return { label: 'Known', rows, marks: [] };
}

/** A row a tool: several may be used at once. */
function toolLane(timeline: Timeline, turn: number): Lane {
  const rows = entriesOf(timeline, 'tool.done')
    .filter((entry) => entry.turn === turn)
    .map(({ atMs: toMs, name, status, tookMs }) => [
      bar({ fromMs: toMs - tookMs, toMs }, status === 'done' ? 'tool' : 'toolFailed', `${name}: ${status}`),
    ]);
  return { label: 'Tools', rows, marks: [] };
}

/** Where the script went, and which language the call took up. */
function scriptLane(timeline: Timeline, turn: number): Lane {
  const steps = entriesOf(timeline, 'flow.step').map(({ turn: of, atMs, phase, step }) => ({
    ...{ of, atMs },
    title: `Step ${step}: ${phase}`,
  }));
  const languages = entriesOf(timeline, 'language.switched').map(({ turn: of, atMs, to }) => ({
    ...{ of, atMs },
    title: `From here on in ${to}`,
  }));
  const marks = [...steps, ...languages]
    .filter(({ of }) => of === turn)
    .map(({ atMs, title }): Mark => ({ atMs, look: 'step', title }));
  return { label: 'Script', rows: marks.length > 0 ? [[]] : [], marks };
}

/** A row a chunk: they are synthesized side by side. */
function voiceLane(timeline: Timeline, turn: number): Lane {
  const of = timeline.filter((entry) => entry.turn === turn);
  const overMs = entriesOf(of, 'turn.over')[0]?.atMs;
  // A failure names no chunk; they are told in the chunks' order.
  const failures = entriesOf(of, 'failure').filter(({ during }) => during === 'synthesis');
  const rows = entriesOf(of, 'synthesis.started').map(({ index, atMs, characters }) => {
    const audio = entriesOf(of, 'synthesis.firstAudio').find((entry) => entry.index === index);
    const done = entriesOf(of, 'synthesis.done').find((entry) => entry.index === index);
    const chunk = `Chunk ${index + 1}, ${characters} characters`;
    const waitedUntil = (toMs: number) =>
      bar({ fromMs: atMs, toMs }, 'voiceWait', `${chunk}: waiting for its voice`);
    if (!audio) return [waitedUntil(failures.shift()?.atMs ?? overMs ?? atMs)];
    const toMs = done?.atMs ?? overMs ?? audio.atMs;
    return [
      waitedUntil(audio.atMs),
      bar({ fromMs: audio.atMs, toMs }, 'voice', `${chunk}: audio from ${audio.provider}`),
    ];
  });
  return { label: 'Voice', rows, marks: [] };
}

/** What is said between the turns, because the caller says nothing or the operator something, stands in the transcript only. */
const BETWEEN_TURNS: ReadonlySet<SpeechKind> = new Set(['prompt', 'goodbye', 'operator', 'message']);

const RESUMED: Readonly<Record<ResumeCause, string>> = {
  noSpeech: 'a sound without speech',
  tooShort: 'too short to be speech',
  notUnderstood: 'no words',
  backchannel: 'only a backchannel',
  ownEcho: "the bot's own echo",
};

function playoutLane(timeline: Timeline, turn: number): Lane {
  const spoken = spokenSpans(timeline).filter((span) => span.turn === turn && !BETWEEN_TURNS.has(span.kind));
  const pauses = pauseSpans(timeline).filter((span) => span.turn === turn && spoken.length > 0);
  const silences = silentSpans(timeline, THRESHOLDS.deadAir.warningMs).filter((span) => span.turn === turn);
  return {
    label: 'Heard',
    rows: [
      [
        ...silences.map((span) => bar(span, 'silence', 'Nobody is heard')),
        ...spoken.map((span) => bar(span, lookOf(span), span.text)),
        ...pauses.map((span) => bar(span, 'pause', `Paused to listen: ${verdictOf(span.because)}`)),
      ],
    ],
    marks: spoken
      .filter(({ outcome }) => outcome === 'stopped')
      .slice(-1)
      .map(({ toMs: atMs }) => ({ atMs, look: 'cut', title: 'The caller takes the turn' })),
  };
}

function lookOf({ kind }: SpokenSpan): Look {
  return SMALL_TALK.has(kind) ? 'smallTalk' : 'answer';
}

function verdictOf(because: ResumeCause | undefined): string {
  return because ? RESUMED[because] : 'the caller takes the turn';
}

function bar(span: Span, look: Look, title: string): Bar {
  const { fromMs, toMs } = span;
  return { fromMs, toMs: Math.max(fromMs, toMs), look, title: `${title} (${durationText(toMs - fromMs)})` };
}
