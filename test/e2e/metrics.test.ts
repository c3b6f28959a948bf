/** What an operator's Prometheus sees of calls that were really made. */
import { expect, it } from 'vitest';
import { tokensOf } from '../../src/lab/simulator/chat-wire.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';

const ANSWER = 'С девяти до шести.|Без обеда.';
const reply = () => ANSWER;

const env = {
  PRICE_TTS_PER_REQUEST: '0.5',
  PRICE_STT_PER_UNIT: '0.25',
  PRICE_LLM_INPUT_PER_MILLION_TOKENS: '1',
  PRICE_LLM_OUTPUT_PER_MILLION_TOKENS: '1000000',
};

describeCalls('the metrics of a service', { reply, env, kinds: ['simulator'] }, (suite) => {
  it('agree with the timelines of its calls', async () => {
    const { world } = suite;
    for (let n = 0; n < 2; n++) {
      const call = await world.dial('100');
      await world.untilHeard(call, 'Добрый день!');
      await call.say(world.speech.callerTone('какие часы'));
      await world.untilHeard(call, 'Без обеда.');
      await call.hangup();
    }
    await until('both calls are over', () => world.service.activeCalls === 0);
    const text = await (await fetch(`${world.service.httpUrl}/metrics`)).text();
    const value = (sample: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${sample} `))
          ?.slice(sample.length + 1),
      );
    const entries = world.timelines.flatMap((timeline) => timeline.entries);
    const answers = entries.filter((entry) => entry.type === 'playback.started' && entry.kind === 'answer');
    expect(answers).toHaveLength(4);
    expect(value('parley_first_audio_seconds_count{kind="answer"}')).toBe(2);
    expect(value('parley_chunk_gap_seconds_count')).toBe(2);
    expect(value('parley_turns_total{outcome="spoken"}')).toBe(2);
    expect(value('parley_calls_total{cause="caller"}')).toBe(2);
    expect(value('parley_active_calls')).toBe(0);
    expect(value('parley_ari_connected')).toBe(1);
    const [first] = world.timelines;
    const ended = first?.entries.find((entry) => entry.type === 'turn.ended');
    const spoken = first?.entries.find(
      (entry) => entry.type === 'playback.started' && entry.kind === 'answer',
    );
    const waitedSeconds =
      ((spoken?.atMs ?? 0) - (ended?.type === 'turn.ended' ? ended.speechEndedAtMs : 0)) / 1000;
    expect(value('parley_first_audio_seconds_sum{kind="answer"}')).toBeGreaterThan(waitedSeconds);
    expect(value('parley_synthesized_characters_total')).toBe(2 * 'С девяти до шести.Без обеда.'.length);

    expect(value('parley_synthesis_cache_total{lookup="hit"}')).toBe(2);
    expect(value('parley_breaker_state{provider="yandex-grpc",state="closed"}')).toBe(1);
    expect(value('parley_breaker_state{provider="yandex-grpc",state="open"}')).toBe(0);
    expect(value('parley_grpc_channels{service="synthesis"}')).toBe(4);
    expect(value('parley_grpc_channels_connected{service="synthesis"}')).toBe(4);
    expect(value('parley_grpc_calls{service="synthesis"}')).toBe(0);
    expect(value('parley_grpc_channels_connected{service="recognition"}') > 0).toBe(suite.mode === 'stream');

    const written = 2 * tokensOf(ANSWER).length;
    expect(value('parley_model_tokens_total{direction="output",source="reported"}')).toBe(written);
    // The second call's answer came from the cache.
    expect(value('parley_cost_total{service="synthesis",currency="RUB"}')).toBe(2 * 0.5);
    expect(value('parley_cost_total{service="recognition",currency="RUB"}')).toBe(2 * 0.25);
    expect(value('parley_cost_total{service="model",currency="RUB"}')).toBeCloseTo(written, 1);
    const ends = world.log.filter(({ event }) => event === 'call.ended');
    expect(ends).toEqual([
      expect.objectContaining({
        cost: expect.objectContaining({ synthesis: 1, currency: 'RUB' }) as unknown,
      }),
      expect.objectContaining({ cost: expect.objectContaining({ synthesis: 0 }) as unknown }),
    ]);
  });

  it('have the tokens of an answer that was given up', async () => {
    const { world } = suite;
    world.chat.fail({ kind: 'hang', afterTokens: 3 }, 1);
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('какие часы'));
    const entries = () => world.timelines.at(-1)?.entries ?? [];
    await until('the model answers', () => entries().some(({ type }) => type === 'chat.firstToken'));
    await call.hangup();
    await until('the call is over', () => world.service.activeCalls === 0);
    const usage = entries().filter(({ type }) => type === 'chat.usage');
    expect(usage).toEqual([expect.objectContaining({ outputTokens: 3, estimated: true })]);
    expect(entries().at(-1)?.type).toBe('call.ended');
    const [ended] = world.log.filter(({ event }) => event === 'call.ended').slice(-1);
    expect(ended?.['usage']).toMatchObject({ outputTokens: 3, tokensEstimated: true });
  });
});
