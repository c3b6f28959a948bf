/** What an operator's Prometheus sees of calls that were really made. */
import { expect, it } from 'vitest';
import { describeCalls } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';

const reply = () => 'С девяти до шести.|Без обеда.';

describeCalls('the metrics of a service', { reply, kinds: ['simulator'] }, (suite) => {
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
  });
});
