/** Turns what happens in one call into metrics. Reads the timeline, and touches nothing. */
import { refusesCredentials } from '../base/errors.ts';
import { turnWaits } from '../ear/turn-waits.ts';
import type { Listened } from '../ear/turn-waits.ts';
import { THRESHOLDS } from '../timeline/thresholds.ts';
import type { Medium } from '../timeline/medium.ts';
import type { SpeechKind, Timeline, TimelineEntry } from '../timeline/timeline.ts';
import { BargeInMetrics } from './barge-in-metrics.ts';
import { costOf, usageOf } from './cost.ts';
import type { Prices } from './cost.ts';
import type { Metrics } from './metrics.ts';

type Entry<Type extends TimelineEntry['type']> = Extract<TimelineEntry, { type: Type }>;

/** What is told of sound, and of the wait for it. */
const OF_SOUND: ReadonlySet<TimelineEntry['type']> = new Set([
  ...(['speech.stopped', 'turn.ended', 'recognition.done', 'chat.started', 'chat.firstToken'] as const),
  ...(['chunk.ready', 'synthesis.started', 'synthesis.firstAudio'] as const),
  ...(['playback.started', 'playback.finished'] as const),
]);

export function measureCall(
  timeline: Timeline,
  metrics: Metrics,
  prices: Prices,
  medium: Medium = 'sound',
  listened?: Listened,
): void {
  const call = new CallMetrics(metrics);
  const bargeIn = new BargeInMetrics(metrics);
  timeline.observe((entry) => {
    const sounds = medium === 'sound';
    if (sounds || !OF_SOUND.has(entry.type)) call.note(entry);
    if (sounds) bargeIn.note(entry);
    if (sounds && entry.type === 'turn.over') measureWaits(timeline.entries, entry.turn, metrics, listened);
    if (entry.type === 'call.ended') measureCost(timeline.entries, metrics, prices);
  });
}

function measureWaits(
  timeline: readonly TimelineEntry[],
  turn: number,
  { answer, silences }: Metrics,
  listened: Listened | undefined,
): void {
  const entries = timeline.filter((entry) => entry.turn === turn);
  const { answerMs, silentMs } = turnWaits(entries, turn, listened);
  if (answerMs !== undefined) answer.observe(seconds(answerMs));
  if (silentMs > THRESHOLDS.deadAir.warningMs) silences.inc();
}

function measureCost(timeline: readonly TimelineEntry[], metrics: Metrics, prices: Prices): void {
  const cost = costOf(usageOf(timeline), prices);
  if (!cost) return;
  const { currency } = cost;
  for (const service of ['synthesis', 'recognition', 'model'] as const)
    metrics.cost.inc({ service, currency }, cost[service]);
}

class CallMetrics {
  readonly #metrics: Metrics;
  #answeredAtMs: number | undefined;
  #turnEndedAtMs: number | undefined;
  #heardKinds = new Set<SpeechKind>();
  #speechEndedAtMs: number | undefined;
  /** When each stage of the present turn was reached. */
  #reached = new Map<string, number>();
  #requestedAtMs = new Map<number, number>();
  /** Since when each chunk could have been played. */
  #audibleAtMs = new Map<number, number>();
  #answerSilentSinceMs: number | undefined;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  note(entry: TimelineEntry): void {
    const metrics = this.#metrics;
    switch (entry.type) {
      case 'call.answered':
        this.#answeredAtMs = entry.atMs;
        return;
      case 'call.ended':
        return metrics.calls.inc({ cause: entry.cause });
      case 'speech.stopped':
        return entry.typed ? undefined : metrics.recognized.inc(entry.speechMs / 1000);
      case 'turn.ended':
        return this.#beginTurn(entry);
      case 'recognition.done':
        return this.#reach('recognition', entry.atMs, 'end_of_turn');
      case 'language.switched':
        // One of the bot's languages: as many as profiles name.
        return metrics.languageSwitches.inc({ to: entry.to });
      case 'context.ready':
        return entry.late ? metrics.contextLate.inc({ source: entry.source }) : undefined;
      case 'tool.done':
        return this.#used(entry);
      case 'chat.started':
        return void this.#reached.set('chat', entry.atMs);
      case 'chat.firstToken':
        return this.#reach('first_token', entry.atMs, 'chat');
      case 'chat.done':
        return metrics.modelCharacters.inc(entry.characters);
      case 'chat.usage':
        return this.#spent(entry);
      case 'chunk.ready':
        if (entry.index === 0) this.#reach('first_chunk', entry.atMs, 'chat');
        return;
      case 'synthesis.started':
        this.#requestedAtMs.set(entry.index, entry.atMs);
        return metrics.characters.inc(entry.characters);
      case 'synthesis.firstAudio':
        return this.#synthesized(entry);
      case 'playback.started':
        return this.#started(entry);
      case 'playback.finished':
        if (entry.kind === 'answer') this.#answerSilentSinceMs = entry.atMs;
        if (entry.kind === 'filler')
          metrics.fillers.inc({ outcome: entry.outcome === 'failed' ? 'failed' : 'played' });
        return;
      case 'earlyAnswer.used':
        return metrics.earlyAnswers.inc({ outcome: 'used' });
      case 'earlyAnswer.wasted':
        metrics.wastedTokens.inc(entry.tokens);
        return metrics.earlyAnswers.inc({ outcome: 'wasted' });
      case 'turn.over':
        return metrics.turns.inc({ outcome: entry.outcome });
      case 'failure':
        // Of the model it is counted where it is asked.
        if (entry.during !== 'chat' && refusesCredentials(entry.code))
          metrics.credentialRefusals.inc({ service: entry.during });
        return metrics.failures.inc({ code: entry.code, during: entry.during });
    }
  }

  #beginTurn({ atMs, speechEndedAtMs }: Entry<'turn.ended'>): void {
    this.#metrics.stage.observe({ stage: 'end_of_turn' }, seconds(atMs - speechEndedAtMs));
    this.#turnEndedAtMs = atMs;
    this.#speechEndedAtMs = speechEndedAtMs;
    this.#heardKinds = new Set();
    this.#answerSilentSinceMs = undefined;
    this.#requestedAtMs = new Map();
    this.#audibleAtMs = new Map();
    this.#reached = new Map([['end_of_turn', atMs]]);
  }

  /** An answer that was begun early has done some of this before the turn was over: that took no time of the caller's. */
  #reach(stage: string, atMs: number, since: string): void {
    const fromMs = this.#reached.get(since) ?? this.#turnEndedAtMs;
    if (fromMs !== undefined && !this.#reached.has(stage))
      this.#metrics.stage.observe({ stage }, seconds(atMs - fromMs));
    this.#reached.set(stage, atMs);
  }

  #synthesized({ index, provider, atMs }: Entry<'synthesis.firstAudio'>): void {
    this.#audibleAtMs.set(index, atMs);
    const requestedAtMs = this.#requestedAtMs.get(index);
    if (requestedAtMs !== undefined)
      this.#metrics.synthesis.observe({ provider }, seconds(atMs - requestedAtMs));
  }

  #used({ name, status, tookMs }: Entry<'tool.done'>): void {
    const { toolNames, tools } = this.#metrics;
    tools.observe({ tool: toolNames.labelOf(name, status), status }, seconds(tookMs));
  }

  #spent({ inputTokens, outputTokens, estimated }: Entry<'chat.usage'>): void {
    const source = estimated ? 'estimated' : 'reported';
    this.#metrics.tokens.inc({ direction: 'input', source }, inputTokens);
    this.#metrics.tokens.inc({ direction: 'output', source }, outputTokens);
  }

  #started({ kind, index, atMs }: Entry<'playback.started'>): void {
    const { firstAudio, chunkGap, chunkWait } = this.#metrics;
    const audibleAtMs = kind === 'answer' ? this.#audibleAtMs.get(index) : undefined;
    if (audibleAtMs !== undefined) chunkWait.observe(seconds(atMs - audibleAtMs));
    if (kind === 'answer' && index > 0 && this.#answerSilentSinceMs !== undefined)
      chunkGap.observe(seconds(atMs - this.#answerSilentSinceMs));
    if (this.#heardKinds.has(kind)) return;
    this.#heardKinds.add(kind);
    const fromMs = kind === 'greeting' ? this.#answeredAtMs : this.#speechEndedAtMs;
    if (fromMs !== undefined) firstAudio.observe({ kind }, seconds(atMs - fromMs));
  }
}

function seconds(ms: number): number {
  return Math.max(0, ms) / 1000;
}
