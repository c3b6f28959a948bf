import { describe, expect, it } from 'vitest';
import { concatBytes, fromSamples, msToBytes, silence, toSamples } from '../audio/pcm.ts';
import { tone } from '../audio/tone.ts';
import { seededRandom } from '../base/seeded.ts';
import { SideMeter } from './side-meter.ts';

const RATE_HZ = 8000;

function metered(
  pcm: Uint8Array,
  options: { readonly stepMs?: number; readonly background?: 'line' | 'clean' } = {},
) {
  const { stepMs = 20, background = 'clean' } = options;
  const meter = new SideMeter({ sampleRateHz: RATE_HZ, background });
  const step = msToBytes(stepMs, RATE_HZ);
  for (let at = 0; at < pcm.byteLength; at += step) meter.hear(pcm.subarray(at, at + step), 1000 + at / 16);
  return meter;
}

function noise(forMs: number, dbfs: number, seed = 1): Uint8Array {
  const random = seededRandom(seed);
  const amplitude = 32_768 * 10 ** (dbfs / 20) * Math.sqrt(3);
  const samples = Int16Array.from({ length: forMs * 8 }, () => Math.round((2 * random() - 1) * amplitude));
  return fromSamples(samples, RATE_HZ).data;
}

const tone16 = (hz: number, ms: number) => toSamples(tone(hz, ms, RATE_HZ));

const call = concatBytes([
  silence(300, RATE_HZ).data,
  tone(440, 500, RATE_HZ).data,
  silence(400, RATE_HZ).data,
]);

describe('the meter of one side', () => {
  it.each([5, 7, 20, 500])('tells when there was sound, in pieces of %s ms', (stepMs) => {
    const [span, ...others] = metered(call, { stepMs }).heardSince(0).spans;
    expect(others).toEqual([]);
    expect(span?.fromMs).toBeCloseTo(1300, -1);
    expect(span?.toMs).toBeCloseTo(1800, -1);
  });

  it('tells how loud it was while it was heard, not how silent it was between', () => {
    expect(metered(call).heardSince(0).levelDbfs).toBeCloseTo(20 * Math.log10(8000 / 32_768 / Math.SQRT2), 0);
    expect(metered(silence(500, RATE_HZ).data).heardSince(0).levelDbfs).toBeNull();
  });

  it('tells how loud it is what is too faint to be heard, and of noise nothing', () => {
    const faint = Int16Array.from(tone16(440, 2000), (sample) => Math.round(sample / 60));
    const quiet = concatBytes([noise(2500, -70), fromSamples(faint, RATE_HZ).data, noise(500, -70, 2)]);
    const { spans, levelDbfs, faintMs, faintDbfs } = metered(quiet, { background: 'line' }).heardSince(0);
    expect(spans).toEqual([]);
    expect(levelDbfs).toBeNull();
    expect(faintMs).toBeCloseTo(2000, -2);
    expect(faintDbfs).toBeCloseTo(-15.3 - 20 * Math.log10(60), 0);
    const noisy = metered(noise(8000, -58), { background: 'line' }).heardSince(0);
    expect(noisy.faintMs).toBeLessThan(100);
  });

  it('tells how much was at the limit', () => {
    const loud = fromSamples(new Int16Array(800).fill(32_124), RATE_HZ).data;
    expect(metered(loud).heardSince(0).clippedMs).toBeCloseTo(100);
    expect(metered(call).heardSince(0).clippedMs).toBe(0);
  });

  it('learns what a noisy line sounds like, and hears speech above it', () => {
    const noisy = noise(8000, -40);
    const loud = noise(600, -20, 2);
    const meter = metered(concatBytes([noisy, loud, noise(2000, -40, 3)]), { background: 'line' });
    const later = meter.heardSince(0).spans.filter(({ fromMs }) => fromMs > 5000);
    expect(later).toHaveLength(1);
    expect(later[0]?.fromMs).toBeCloseTo(9000, -1);
    expect(later[0]?.toMs).toBeCloseTo(9600, -1);
  });

  it('keeps two sounds apart that a silence was between', () => {
    const meter = new SideMeter({ sampleRateHz: RATE_HZ, background: 'clean' });
    meter.hear(tone(440, 100, RATE_HZ).data, 0);
    meter.hear(tone(440, 100, RATE_HZ).data, 500);
    const [first, second] = meter.heardSince(0).spans;
    expect(first?.toMs).toBeCloseTo(100, -1);
    expect(second?.fromMs).toBeCloseTo(500, -1);
  });

  it('takes noise for no sound before it has learnt it, whenever it is asked', () => {
    const noisy = concatBytes([
      silence(100, RATE_HZ).data,
      noise(700, -40),
      noise(5000, -20, 2).subarray(0, 4800),
    ]);
    const spans = metered(noisy, { background: 'line' }).heardSince(1000).spans;
    expect(spans).toHaveLength(1);
    expect(spans[0]?.fromMs).toBeCloseTo(800, -1);
    const later = metered(concatBytes([noisy, noise(4000, -40, 3)]), { background: 'line' });
    expect(later.heardSince(1000).spans).toEqual(spans);
  });

  it('tells of nothing before the time that is asked for', () => {
    const [span] = metered(call).heardSince(1500).spans;
    expect(span?.fromMs).toBe(0);
    expect(span?.toMs).toBeCloseTo(300, -1);
    expect(metered(call).heardSince(2000).spans).toEqual([]);
  });
});
