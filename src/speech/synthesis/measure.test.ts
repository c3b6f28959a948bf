import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { Listening } from './listening.ts';
import { MeasuredSynthesizer, type SynthesisMeasure } from './measure.ts';
import { ScriptedSynthesizer } from './testing/scripted-synthesizer.ts';

function setUp() {
  const clock = new ManualClock();
  const provider = new ScriptedSynthesizer('provider', clock, { firstAudioMs: 120, betweenPiecesMs: 40 });
  const measures: SynthesisMeasure[] = [];
  const measured = new MeasuredSynthesizer(provider, clock, (measure) => measures.push(measure));
  return { clock, provider, measures, measured };
}

describe('measuring a synthesizer', () => {
  it('reports the time to the first audio and to the end', async () => {
    const { clock, measures, measured } = setUp();
    const heard = new Listening(measured);
    await clock.advance(200);
    await heard.ended;
    expect(measures).toEqual([
      {
        name: 'provider',
        outcome: 'whole',
        firstAudioMs: 120,
        totalMs: 200,
        characters: 11,
        audioBytes: 4800,
        code: undefined,
      },
    ]);
  });

  it('reports a failure with its code', async () => {
    const { provider, measures, measured } = setUp();
    const error = new ParleyError('TTS_QUOTA', 'Used up.');
    provider.script = () => ({ fault: { afterPieces: 0, error } });
    await new Listening(measured).ended;
    expect(measures).toMatchObject([{ outcome: 'failed', code: 'TTS_QUOTA', firstAudioMs: undefined }]);
  });

  it('reports a hangup as cancelled, without a code', async () => {
    const { clock, measures, measured } = setUp();
    const heard = new Listening(measured);
    await clock.advance(130);
    heard.hangUp();
    await heard.ended;
    expect(measures).toMatchObject([
      { outcome: 'cancelled', code: undefined, firstAudioMs: 120, totalMs: 130 },
    ]);
  });
});
