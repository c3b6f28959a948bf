import { describe, expect, it } from 'vitest';
import { concatBytes, fromSamples, silence, slice, toSamples } from './pcm.ts';
import { dominantTone, tone } from './tone.ts';

/** Every 40 Hz. */
const TONES_HZ = Array.from({ length: 80 }, (_, at) => 320 + 40 * at);

describe('a tone', () => {
  it.each([320, 1000, 1440, 3280])('of %d Hz is told from its neighbours 40 Hz away within 40 ms', (hz) => {
    const heard = dominantTone(tone(hz, 40, 8000), TONES_HZ);
    expect(heard.hz).toBe(hz);
    expect(heard.purity).toBeGreaterThan(0.95);
  });

  it('is found wherever the window falls', () => {
    expect(dominantTone(slice(tone(1240, 500, 8000), 13, 133), TONES_HZ).hz).toBe(1240);
  });

  it('is as long and as loud as asked', () => {
    const pcm = tone(1000, 250, 48000, 3000);
    expect(pcm.data.byteLength).toBe(250 * 48 * 2);
    expect(Math.max(...toSamples(pcm))).toBe(3000);
  });

  it('is not pure beside another one', () => {
    const [one, other] = [toSamples(tone(600, 100, 8000)), toSamples(tone(1800, 100, 8000))];
    const both = fromSamples(
      one.map((sample, at) => sample + (other[at] ?? 0)),
      8000,
    );
    expect(dominantTone(both, TONES_HZ).purity).toBeLessThan(0.6);
  });

  it('is not there in silence, and hardly in noise', () => {
    expect(dominantTone(silence(100, 8000), TONES_HZ)).toEqual({ hz: 0, purity: 0 });
    let state = 1;
    const noise = new Int16Array(800).map(() => (state = (state * 48271) % 2147483647) % 4000);
    expect(dominantTone(fromSamples(noise, 8000), TONES_HZ).purity).toBeLessThan(0.3);
  });

  it('that lasts only half of the audio is still found', () => {
    const pcm = { sampleRateHz: 8000, data: concatBytes([silence(60, 8000).data, tone(880, 60, 8000).data]) };
    expect(dominantTone(pcm, TONES_HZ).hz).toBe(880);
  });
});
