import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { durationMs } from '../../../audio/pcm.ts';
import { EspeakSynthesizer } from '../../../speech/espeak/espeak-synthesizer.ts';
import { espeakStandIn } from '../../../speech/espeak/testing/espeak-stand-in.ts';
import type { EspeakStandIn } from '../../../speech/espeak/testing/espeak-stand-in.ts';
import { espeakVoice } from './espeak-voice.ts';

describe("espeak-ng's voice", () => {
  let standIn: EspeakStandIn;
  let espeak: EspeakSynthesizer;
  beforeEach(() => {
    standIn = espeakStandIn();
    espeak = new EspeakSynthesizer({ program: standIn.program });
  });
  afterEach(async () => {
    await espeak.close();
    standIn.remove();
  });

  it.each([
    ['Добрый день!', 'ru+f3'],
    ['Hello!', 'en-us+f3'],
    ['שלום!', 'he+f3'],
  ])('says %s in its language, at the rate that was asked for', async (text, voice) => {
    const pcm = await espeakVoice(espeak)(text, 16_000);
    expect(pcm.sampleRateHz).toBe(16_000);
    expect(durationMs(pcm)).toBeCloseTo(300, 0);
    expect(standIn.asked()[0]).toContain(`-v ${voice} `);
  });

  it('fails as a synthesizer does when the program fails', async () => {
    standIn.befall('breaksOff');
    await expect(espeakVoice(espeak)('Да', 8000)).rejects.toThrow(/ended with 1/);
  });
});
