import { describe, expect, it } from 'vitest';
import { concatBytes, fromSamples, msToBytes, silence } from '../audio/pcm.ts';
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

const call = concatBytes([
  silence(300, RATE_HZ).data,
  tone(440, 500, RATE_HZ).data,
  silence(400, RATE_HZ).data,
]);

describe('the meter of one side', () => {
  it.each([5, 7, 20, 500])('tells when there was sound, in pieces of %s ms', (stepMs) => {
    const [span, ...others] = metered(call, { stepMs }).spans.list();
    expect(others).toEqual([]);
    expect(span?.fromMs).toBeCloseTo(1300, -1);
    expect(span?.toMs).toBeCloseTo(1800, -1);
  });

  it('tells how loud it was while it was heard, not how silent it was between', () => {
    expect(metered(call).levels.levelDbfs).toBeCloseTo(20 * Math.log10(8000 / 32_768 / Math.SQRT2), 0);
    expect(metered(silence(500, RATE_HZ).data).levels.levelDbfs).toBeNull();
  });

  it('tells how much was at the limit', () => {
    const loud = fromSamples(new Int16Array(800).fill(32_124), RATE_HZ).data;
    expect(metered(loud).levels.clippedMs).toBeCloseTo(100);
    expect(metered(call).levels.clippedMs).toBe(0);
  });

  it('learns what a noisy line sounds like, and hears speech above it', () => {
    const noisy = noise(8000, -40);
    const loud = noise(600, -20, 2);
    const meter = metered(concatBytes([noisy, loud, noise(2000, -40, 3)]), { background: 'line' });
    const later = meter.spans.list().filter(({ fromMs }) => fromMs > 5000);
    expect(later).toHaveLength(1);
    expect(later[0]?.fromMs).toBeCloseTo(9000, -1);
    expect(later[0]?.toMs).toBeCloseTo(9600, -1);
  });

  it('counts what did not come, and takes jitter that evens out for nothing', () => {
    const meter = new SideMeter({ sampleRateHz: RATE_HZ, background: 'line' });
    const frame = silence(20, RATE_HZ).data;
    for (const atMs of [0, 20, 45, 60, 80, 160, 180]) meter.hear(frame, atMs);
    expect(meter.levels.missingMs).toBe(60);
  });

  it('keeps two sounds apart that a silence was between', () => {
    const meter = new SideMeter({ sampleRateHz: RATE_HZ, background: 'clean' });
    meter.hear(tone(440, 100, RATE_HZ).data, 0);
    meter.hear(tone(440, 100, RATE_HZ).data, 500);
    const [first, second] = meter.spans.list();
    expect(first?.toMs).toBeCloseTo(100, -1);
    expect(second?.fromMs).toBeCloseTo(500, -1);
  });
});
