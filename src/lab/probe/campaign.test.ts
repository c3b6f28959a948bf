import { describe, expect, it } from 'vitest';
import { tone } from '../../audio/tone.ts';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { runCampaign, type CampaignListener } from './campaign.ts';

const BUSY = new ParleyError('DIAL_FAILED', '486 Busy Here.');

/** Nobody takes these calls. */
function campaign(calls: number, rampMs: number) {
  const clock = new ManualClock();
  const dialledAtMs: number[] = [];
  const stop = new AbortController();
  const listener: CampaignListener = {
    onStep: () => undefined,
    onResult: () => undefined,
    onRecorded: async () => undefined,
  };
  const dial = () => {
    dialledAtMs.push(clock.nowMs());
    return Promise.reject(BUSY);
  };
  const running = runCampaign({
    phone: { dial, close: async () => undefined },
    extension: '100',
    script: {
      lines: [{ name: 'a.wav', pcm: tone(500, 100, 8000), speechEndsMs: 100 }],
      botSilenceMs: 700,
      holdMs: 0,
    },
    answerWithinMs: 1000,
    clock,
    signal: stop.signal,
    calls,
    rampMs,
    listener,
  });
  return { clock, dialledAtMs, stop, running };
}

describe('many calls', () => {
  it('begin evenly over the ramp', async () => {
    const { clock, dialledAtMs, running } = campaign(4, 1000);
    await clock.advance(1000);
    const results = await running;
    expect(dialledAtMs).toEqual([0, 250, 500, 750]);
    expect(results.map(({ call, failure }) => [call, failure?.code])).toEqual(
      [1, 2, 3, 4].map((call) => [call, 'DIAL_FAILED']),
    );
  });

  it('are not dialled any more once somebody stops them', async () => {
    const { clock, dialledAtMs, stop, running } = campaign(4, 1000);
    await clock.advance(300);
    stop.abort(new ParleyError('DIAL_INTERRUPTED', 'Enough.'));
    const results = await running;
    expect(dialledAtMs).toEqual([0, 250]);
    expect(results.map(({ failure }) => failure?.code).slice(2)).toEqual([
      'DIAL_INTERRUPTED',
      'DIAL_INTERRUPTED',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('are no leak of listeners, however many they are', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => warnings.push(name);
    process.on('warning', onWarning);
    const { clock, running } = campaign(50, 1000);
    await clock.advance(1000);
    await running;
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});
