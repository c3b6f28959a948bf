/** Prometheus keeps every combination of labels for ever: what differs from call to call must not become one. */
import { beforeEach, describe, expect, it } from 'vitest';
import { addAlertGauge } from '../alerts/alert-metrics.ts';
import { Alerts } from '../alerts/alerts.ts';
import { watchCall } from '../alerts/watch-call.ts';
import { watchService } from '../alerts/watch-providers.ts';
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import { ParleyError } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import { ManualClock } from '../base/manual-clock.ts';
import {
  ANSWERERS,
  ANSWERER_REASONS,
  CALL_END_CAUSES,
  CONSENT_OUTCOMES,
  FAILURE_STAGES,
  RESUME_CAUSES,
  MACHINE_RECORDS_AFTER,
  SPEECH_KINDS,
  TOOL_STATUSES,
  TRANSFER_OUTCOMES,
  TURN_OUTCOMES,
} from '../timeline/kinds.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { TimelineFacts, TimelineType } from '../timeline/timeline.ts';
import { measureCall } from './call-metrics.ts';
import { addGauges, createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { addProviderGauges } from './provider-metrics.ts';

const PRICES = {
  currency: 'RUB',
  synthesisRequest: 1,
  synthesisMillionCharacters: 1,
  googleMillionCharacters: 1,
  openaiMillionCharacters: 1,
  recognitionUnit: 1,
  inputMillionTokens: 1,
  outputMillionTokens: 1,
};

/** Of the profiles: nothing else is ever switched to. */
const LANGUAGES = ['ru-RU', 'en-US', 'he-IL'] as const;

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];
const PROVIDERS = ['yandex-grpc', 'yandex-http', 'cache'] as const;

/**
 * After so many calls, each with the next of every list, none brings a new combination: codes stand beside providers or stages, and of
 * the other lists, of 4, 5 and 11, all combinations have been.
 */
const ALL_COMBINATIONS = Math.max(CODES.length * PROVIDERS.length, 4 * 5 * 11);

const pick = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;

/** Every kind of mark; what is free text or a number differs with each `n`. */
const FACTS: { readonly [Type in TimelineType]: (n: number) => TimelineFacts[Type] } = {
  'call.answered': () => ({}),
  consent: (n) => ({ outcome: pick(CONSENT_OUTCOMES, n) }),
  'answerer.decided': (n) => ({ by: pick(ANSWERERS, n), reason: pick(ANSWERER_REASONS, n) }),
  'answerer.recording': (n) => ({ after: pick(MACHINE_RECORDS_AFTER, n) }),
  'speech.started': () => ({}),
  'speech.stopped': (n) => ({ endedAtMs: n * 7, speechMs: 900 + n }),
  'turn.ended': (n) => ({ speechEndedAtMs: n * 7 }),
  'recognition.partial': (n) => ({ text: `the beginning of ${n}` }),
  'recognition.done': (n) => ({ text: `caller ${n} of +7900${n}`, language: `x-${n}` }),
  'language.switched': (n) => ({ from: pick(LANGUAGES, n + 1), to: pick(LANGUAGES, n) }),
  'earlyAnswer.begun': (n) => ({ text: `caller ${n}` }),
  'earlyAnswer.used': () => ({}),
  'earlyAnswer.wasted': (n) => ({ tokens: n, characters: n }),
  'chat.started': () => ({}),
  'chat.firstToken': () => ({}),
  'chat.done': (n) => ({ characters: n }),
  'chat.usage': (n) => ({ inputTokens: n, outputTokens: n, estimated: n % 2 === 0 }),
  'context.ready': (n) => ({
    source: pick(['caller', 'knowledge', 'embeddings'], n),
    startedAtMs: n,
    tookMs: n,
    late: n % 2 === 0,
    found: n,
    failure: pick(CODES, n),
  }),
  'flow.step': (n) => ({ step: `step ${n}`, phase: 'asking', filled: [`slot ${n}`] }),
  'tool.started': () => ({ name: 'stock' }),
  // What a model makes up is never done.
  'tool.done': (n) =>
    n % 3 === 0
      ? { name: `made up ${n}`, status: 'failed', tookMs: n }
      : { name: 'stock', status: pick(TOOL_STATUSES, n), tookMs: n },
  'transfer.started': (n) => ({ to: `place ${n}`, warm: n % 2 === 0 }),
  'transfer.done': (n) => ({ to: `place ${n}`, outcome: pick(TRANSFER_OUTCOMES, n) }),
  'chunk.ready': (n) => ({ index: n % 5, text: `answer ${n}` }),
  'synthesis.started': (n) => ({ index: 0, characters: n }),
  'synthesis.firstAudio': (n) => ({ index: 0, provider: pick(PROVIDERS, n) }),
  'synthesis.done': (n) => ({ index: 0, audioMs: n }),
  'playback.started': (n) => ({ kind: pick(SPEECH_KINDS, n), index: 0, text: `words ${n}` }),
  'playback.finished': (n) => ({
    kind: pick(SPEECH_KINDS, n),
    index: 0,
    heardMs: n,
    outcome: n % 3 === 0 ? 'failed' : `some outcome ${n}`,
  }),
  'bargeIn.paused': () => ({}),
  'bargeIn.resumed': (n) => ({ because: pick(RESUME_CAUSES, n) }),
  'bargeIn.stopped': () => ({}),
  'turn.over': (n) => ({ outcome: pick(TURN_OUTCOMES, n) }),
  digit: (n) => ({ digit: String(n % 10) }),
  failure: (n) => ({ code: pick(CODES, n), during: pick(FAILURE_STAGES, n) }),
  'call.ended': (n) => ({ cause: pick(CALL_END_CAUSES, n) }),
};

let clock: ManualClock;
let metrics: Metrics;
let alerts: Alerts;
beforeEach(() => {
  clock = new ManualClock();
  metrics = createMetrics();
  alerts = new Alerts({ clock, epochMs: () => 0 });
  addAlertGauge(metrics.registry, alerts);
  addGauges(metrics, { activeCalls: () => 1, ariConnected: () => true, lagMs: () => 1, results: () => 0 });
  addProviderGauges(metrics, {
    breakers: PROVIDERS.map((name) => ({ name, state: 'closed' })),
    pools: { synthesis: () => ({ channels: 1, connected: 1, calls: 1 }), recognition: () => undefined },
  });
});

/** One call, and what its providers did meanwhile. */
async function call(n: number): Promise<void> {
  const timeline = new Timeline(clock);
  measureCall(timeline, metrics, PRICES);
  watchCall(timeline, alerts);
  timeline.turn = n % 30;
  for (const type of Object.keys(FACTS) as TimelineType[]) {
    timeline.mark(type, FACTS[type](n));
    await clock.advance(n % 40);
  }
  for (const service of ['synthesis', 'recognition'] as const) {
    const watch = watchService(service, metrics, alerts);
    watch.onRequest();
    const detail = `request ${n} to host-${n}.example failed`;
    watch.onFallback({ from: pick(PROVIDERS, n), error: new ParleyError(pick(CODES, n), detail) });
    watch.onFallback({ from: pick(PROVIDERS, n), error: new Error(detail) });
  }
}

async function series(): Promise<readonly string[]> {
  const text = await metrics.registry.metrics();
  return text
    .split('\n')
    .filter((line) => line !== '' && !/^#|_(nodejs|process)_/.test(line))
    .map((line) => line.slice(0, line.lastIndexOf(' ')))
    .sort();
}

describe('the series of the metrics', () => {
  it('are as many after thousands of calls as after all that can happen', { timeout: 60_000 }, async () => {
    for (let n = 0; n < ALL_COMBINATIONS; n++) await call(n);
    const before = await series();
    for (let n = ALL_COMBINATIONS; n < ALL_COMBINATIONS + 1000; n++) await call(n);
    expect(await series()).toEqual(before);
    expect(before.length).toBeLessThan(2000);
  });

  it('hold nothing of what was said, nor of an error', async () => {
    for (let n = 0; n < 20; n++) await call(n);
    const text = await metrics.registry.metrics();
    expect(text).not.toMatch(/\+7900|caller \d|words \d|outcome \d|host-\d|x-\d/);
  });
});
