/** What Prometheus is told: names, help and labels, in one place. Every label has few values that are known beforehand. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { ToolNames } from './tool-names.ts';

/** Seconds. From what nobody notices to what nobody waits for. */
const WAIT_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10];
/** Seconds: what happens between two breaths. */
const SHORT_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2];

/** Seconds: from what a clock cannot tell to what would be another answer. */
const DIFFERENCE_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
/** dBFS. Speech on a good line is between -30 and -15. */
const LEVEL_BUCKETS = [-50, -45, -40, -35, -30, -25, -20, -15, -10, -5];

/** What is asked at the moment of a scrape. */
export interface Gauges {
  readonly activeCalls: () => number;
  readonly ariConnected: () => boolean;
  readonly lagMs: () => number;
  /** Results of ended calls in that state. */
  readonly results: (state: 'making' | 'waiting' | 'dead') => number;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** A registry of its own, so that services in one process do not add up. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'parley_' });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly Label[] = [],
  ) =>
    new Histogram({ name: `parley_${name}_seconds`, help, buckets, labelNames: [...labelNames], registers });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name: `parley_${name}_total`, help, labelNames: [...labelNames], registers });
  return {
    registry,
    firstAudio: histogram(
      'first_audio',
      "From the caller's last loud frame (greeting: from the answer of the call) to the first audio of a kind.",
      WAIT_BUCKETS,
      ['kind'],
    ),
    answer: histogram(
      'answer',
      "From the caller's last word to the first sound of the answer itself: by the sound, or by the timeline where nobody listens to the line.",
      WAIT_BUCKETS,
    ),
    heardCalls: counter(
      'heard_calls',
      'Ended calls, by where their sound was measured: on the line, in a recording, or nowhere.',
      ['from'],
    ),
    heardAnswer: histogram(
      'heard_answer',
      "By the sound alone: from the end of the caller's speech to the first sound of the bot.",
      WAIT_BUCKETS,
    ),
    heardGreeting: histogram(
      'heard_greeting',
      'By the sound alone: from the answer of the call to the first sound of the bot.',
      WAIT_BUCKETS,
    ),
    heardWait: counter(
      'heard_wait_seconds',
      'What callers have waited for answers, by whom it is charged to.',
      ['stage'],
    ),
    heardDifference: histogram(
      'heard_difference',
      'How far the wait that was heard is from the one that the timeline tells.',
      DIFFERENCE_BUCKETS,
    ),
    heardDeadAir: histogram(
      'heard_dead_air',
      'The longest silence of a call while the bot was to speak.',
      WAIT_BUCKETS,
    ),
    heardTalkOver: counter('heard_talk_over_seconds', 'Caller and bot spoke at once.'),
    heardGaps: counter('heard_gaps_seconds', 'Silences of more than 200 ms inside what the bot has said.'),
    heardClipped: counter('heard_clipped_seconds', 'Sound at the limit of what a line can carry.', ['side']),
    heardLostFrames: counter(
      'heard_lost_frames',
      "Frames of callers' sound that did not come, 20 ms each, of the calls where that is known.",
    ),
    heardLevel: new Histogram({
      name: 'parley_heard_level_dbfs',
      help: 'How loud each side of a call was while it was heard.',
      buckets: LEVEL_BUCKETS,
      labelNames: ['side'],
      registers,
    }),
    stage: histogram('stage', 'How long each stage of a turn took.', WAIT_BUCKETS, ['stage']),
    synthesis: histogram(
      'synthesis_first_audio',
      'From the request for a chunk to its first audio, by provider.',
      WAIT_BUCKETS,
      ['provider'],
    ),
    chunkWait: histogram(
      'chunk_wait',
      'From the first audio of a chunk until it was played: its turn had to come.',
      WAIT_BUCKETS,
    ),
    chunkGap: histogram('chunk_gap', 'Silence between two chunks of an answer.', SHORT_BUCKETS),
    languageSwitches: counter(
      'language_switches',
      'Callers who changed the language of the call, by the new one.',
      ['to'],
    ),
    tools: histogram(
      'tool',
      'How long what was done for callers took, by tool and what became of it.',
      WAIT_BUCKETS,
      ['tool', 'status'],
    ),
    contextLate: counter('context_late', 'Answers that were made without what was looked for.', ['source']),
    toolNames: new ToolNames(),
    bargeIns: counter('barge_in', 'Sounds over the bot, by what became of them.', ['outcome']),
    bargeInStop: histogram(
      'barge_in_stop',
      "From the caller's first loud frame over the bot to the bot's falling silent.",
      SHORT_BUCKETS,
    ),
    fillers: counter('fillers', 'Small words that covered a wait, by whether they could be played.', [
      'outcome',
    ]),
    turns: counter('turns', 'Turns, by their outcome.', ['outcome']),
    calls: counter('calls', 'Calls that have ended, by cause.', ['cause']),
    failures: counter('failures', 'What failed while calls went on.', ['code', 'during']),
    requests: counter(
      'provider_requests',
      'What was asked of a service, whichever provider then served it.',
      ['service'],
    ),
    secondModel: counter('second_model', 'A second model was asked, by what the first was.', ['because']),
    fallbacks: counter('fallbacks', 'Another provider had to serve, by the one that failed.', [
      'service',
      'provider',
      'code',
    ]),
    credentialRefusals: counter('credentials_refused', 'Requests that were refused for their credentials.', [
      'service',
    ]),
    cacheLookups: counter(
      'synthesis_cache',
      'Speech that was asked for, by whether it had been made before.',
      ['lookup'],
    ),
    earlyAnswers: counter('early_answers', 'Answers begun before the turn was over.', ['outcome']),
    wastedTokens: counter('early_answer_tokens_wasted', 'Tokens of early answers that were thrown away.'),
    silences: counter(
      'long_silences',
      'Turns in which the caller waited more than 1.5 s without a sound of either side.',
    ),
    characters: counter('synthesized_characters', 'Characters that were sent to synthesis for answers.'),
    recognized: counter('recognized_speech_seconds', 'Speech of callers that was heard.'),
    callsOut: counter(
      'calls_out',
      'Calls that Parley has made, by telephone, what came of ringing, and who has picked up.',
      ['telephone', 'outcome', 'by'],
    ),
    tokens: counter('model_tokens', 'Tokens of the model, by direction; told by it, or estimated.', [
      'direction',
      'source',
    ]),
    cost: counter('cost', 'What ended calls cost by the price table, in the currency of the label.', [
      'service',
      'currency',
    ]),
    modelCharacters: counter('model_characters', 'Characters that the model has written.'),
    recordings: counter(
      'recordings',
      'Recorded calls that were kept, could not be, or that nobody has consented to.',
      ['outcome'],
    ),
    history: counter('history', 'Ended calls that were written into the history, or never will be.', [
      'outcome',
    ]),
    results: counter(
      'results',
      'Results of ended calls, by what became of them; an attempt that failed is failed.',
      ['outcome'],
    ),
    refusals: counter('calls_refused', 'Calls that were not taken.', ['reason']),
    // Of tenants only what one of them is told; a service without any has none of these.
    tenantCalls: counter('tenant_calls', 'Calls of tenants that have ended, by cause.', ['tenant', 'cause']),
    tenantRefusals: counter('tenant_calls_refused', 'Calls of tenants that were not taken.', [
      'tenant',
      'reason',
    ]),
    tenantAnswers: histogram(
      'tenant_answer',
      "Of tenants: from the caller's last loud frame to the first sound of the answer.",
      WAIT_BUCKETS,
      ['tenant'],
    ),
    tenantCost: counter('tenant_cost', 'What ended calls of tenants cost by the price table.', [
      'tenant',
      'currency',
    ]),
  };
}

/** Adds what is asked for at each scrape. */
export function addGauges(
  { registry }: Metrics,
  { activeCalls, ariConnected, lagMs, results }: Gauges,
): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `parley_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('active_calls', 'Live calls.', activeCalls);
  gauge('ari_connected', '1 while Asterisk is connected.', () => (ariConnected() ? 1 : 0));
  gauge(
    'event_loop_lag_mean_seconds',
    'Mean lateness of timers over the last seconds.',
    () => lagMs() / 1000,
  );
  new Gauge({
    name: 'parley_results_waiting',
    help: 'Results of ended calls that nobody has taken yet; dead: nobody offers them any more.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of ['making', 'waiting', 'dead'] as const) this.set({ state }, results(state));
    },
  });
}
