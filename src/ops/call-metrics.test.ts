import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { Medium } from '../timeline/medium.ts';
import { Timeline } from '../timeline/timeline.ts';
import { measureCall } from './call-metrics.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';

const PRICES = {
  currency: 'RUB',
  synthesisRequest: 0.5,
  synthesisMillionCharacters: 0,
  googleMillionCharacters: 0,
  openaiMillionCharacters: 0,
  recognitionUnit: 0.25,
  inputMillionTokens: 1000,
  outputMillionTokens: 2000,
};

let clock: ManualClock;
let metrics: Metrics;

beforeEach(() => {
  clock = new ManualClock();
  metrics = createMetrics();
});

/** A call with one turn: half a second of end of turn, 200 ms of recognition, 600 of the model, 150 of synthesis. */
async function callOf(
  words: string,
  until: 'heard' | 'interrupted' = 'heard',
  medium: Medium = 'sound',
): Promise<void> {
  const timeline = new Timeline(clock);
  measureCall(timeline, metrics, PRICES, medium);
  timeline.mark('call.answered', {});
  await clock.advance(30);
  timeline.mark('playback.started', { kind: 'greeting', index: 0, text: words });
  await clock.advance(2000);
  const speechEndedAtMs = clock.nowMs();
  timeline.mark('speech.stopped', { endedAtMs: speechEndedAtMs, speechMs: 1500 });
  await clock.advance(500);
  timeline.turn++;
  timeline.mark('turn.ended', { speechEndedAtMs });
  await clock.advance(200);
  timeline.mark('recognition.done', { text: words });
  timeline.mark('chat.started', {});
  await clock.advance(600);
  timeline.mark('chat.firstToken', {});
  timeline.mark('chunk.ready', { index: 0, text: words });
  timeline.mark('chat.usage', { inputTokens: 1000, outputTokens: 500, estimated: false });
  timeline.mark('synthesis.started', { index: 0, characters: words.length });
  await clock.advance(150);
  timeline.mark('synthesis.firstAudio', { index: 0, provider: 'yandex-grpc' });
  await clock.advance(1000);
  timeline.mark('playback.started', { kind: 'answer', index: 0, text: words });
  if (until === 'interrupted') timeline.mark('bargeIn.stopped', {});
  timeline.mark('turn.over', { outcome: until === 'heard' ? 'spoken' : 'interrupted' });
  timeline.mark('call.ended', { cause: 'caller' });
}

async function valueOf(sample: string): Promise<number> {
  const line = (await metrics.registry.metrics()).split('\n').find((text) => text.startsWith(`${sample} `));
  return Number(line?.slice(sample.length + 1));
}

describe('the metrics of calls', () => {
  it('are not told of voices by calls in writing, which count as calls, turns and tokens', async () => {
    await callOf('Да.', 'heard', 'text');
    const all = (await metrics.registry.metrics()).split('\n');
    expect(all.filter((line) => /_count(\{.*\})? [1-9]/.test(line))).toEqual([]);
    expect(all.filter((line) => /(recognized|characters).*total [1-9]/.test(line))).toEqual([]);
    expect(all.filter((line) => /(calls|turns|tokens)_total\{.*\} [1-9]/.test(line)).length).toBeGreaterThan(
      2,
    );
  });

  it('tell how long the caller waited, and for what', async () => {
    await callOf('hello');
    expect(await valueOf('parley_first_audio_seconds_sum{kind="greeting"}')).toBeCloseTo(0.03);
    expect(await valueOf('parley_first_audio_seconds_sum{kind="answer"}')).toBeCloseTo(2.45);
    expect(await valueOf('parley_stage_seconds_sum{stage="end_of_turn"}')).toBeCloseTo(0.5);
    expect(await valueOf('parley_stage_seconds_sum{stage="recognition"}')).toBeCloseTo(0.2);
    expect(await valueOf('parley_stage_seconds_sum{stage="first_token"}')).toBeCloseTo(0.6);
    expect(await valueOf('parley_synthesis_first_audio_seconds_sum{provider="yandex-grpc"}')).toBeCloseTo(
      0.15,
    );
    expect(await valueOf('parley_chunk_wait_seconds_sum')).toBeCloseTo(1);
    expect(await valueOf('parley_long_silences_total')).toBe(1);
    expect(await valueOf('parley_recognized_speech_seconds_total')).toBe(1.5);
    expect(await valueOf('parley_synthesized_characters_total')).toBe(5);
  });

  it('count calls, turns and interruptions', async () => {
    await callOf('hello', 'interrupted');
    await callOf('hello');
    expect(await valueOf('parley_calls_total{cause="caller"}')).toBe(2);
    expect(await valueOf('parley_turns_total{outcome="interrupted"}')).toBe(1);
    expect(await valueOf('parley_barge_in_total{outcome="stopped"}')).toBe(1);
  });

  it('tell what calls cost', async () => {
    await callOf('hello');
    await callOf('hello');
    expect(await valueOf('parley_model_tokens_total{direction="input",source="reported"}')).toBe(2000);
    expect(await valueOf('parley_cost_total{service="synthesis",currency="RUB"}')).toBe(1);
    expect(await valueOf('parley_cost_total{service="recognition",currency="RUB"}')).toBe(0.5);
    expect(await valueOf('parley_cost_total{service="model",currency="RUB"}')).toBe(4);
  });

  it('tell how long tools took by name, but for names that a model has made up, and what came too late', async () => {
    const timeline = new Timeline(new ManualClock());
    measureCall(timeline, metrics, PRICES);
    timeline.mark('tool.done', { name: 'stock', status: 'done', tookMs: 700 });
    timeline.mark('tool.done', { name: 'stock', status: 'failed', tookMs: 10 });
    timeline.mark('tool.done', { name: 'buy_everything', status: 'failed', tookMs: 1 });
    const ready = { source: 'caller', startedAtMs: 0, tookMs: 800, found: 0 };
    timeline.mark('context.ready', { ...ready, late: true });
    timeline.mark('context.ready', { ...ready, late: false });
    const text = await metrics.registry.metrics();
    expect(text).toContain('parley_tool_seconds_sum{tool="stock",status="done"} 0.7');
    expect(text).toContain('parley_tool_seconds_count{tool="stock",status="failed"} 1');
    expect(text).toContain('parley_tool_seconds_count{tool="other",status="failed"} 1');
    expect(text).toContain('parley_context_late_total{source="caller"} 1');
  });

  it('have no label but those whose values are known beforehand', async () => {
    await callOf('hello', 'interrupted');
    const known = new Set([
      'kind',
      'stage',
      'provider',
      'outcome',
      'cause',
      'code',
      'during',
      'reason',
      'service',
      'direction',
      'source',
      'currency',
      'tool',
      'status',
    ]);
    const own = (await metrics.registry.getMetricsAsJSON()).filter(
      ({ name }) => !/process|nodejs/.test(name),
    );
    const text = await metrics.registry.metrics();
    expect(own.length).toBeGreaterThan(15);
    const labels = [...text.matchAll(/^parley_(?!process|nodejs)[a-z_]+\{([^}]*)\}/gm)].flatMap(
      ([, all = '']) => [...all.matchAll(/(\w+)=/g)].map(([, label = '']) => label),
    );
    expect(labels).toContain('provider');
    expect(labels.filter((label) => !known.has(label) && label !== 'le')).toEqual([]);
  });
});
