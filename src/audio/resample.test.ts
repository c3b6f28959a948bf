import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isParleyError } from '../base/errors.ts';
import { concatBytes, fromSamples, toSamples, type Pcm } from './pcm.ts';
import { PASS_BAND_SHARE, Resampler, SAMPLE_RATES_HZ } from './resample.ts';
import { tone } from './tone.ts';

const LEAST_SNR_DB = 80;
const AMPLITUDE = 20_000;

const pairs = SAMPLE_RATES_HZ.flatMap((from) => SAMPLE_RATES_HZ.map((to) => ({ from, to })));
const unequal = pairs.filter(({ from, to }) => from !== to);

describe('a resampler', () => {
  it('gives the same samples however the stream was cut', () => {
    const cuts = fc.array(fc.nat({ max: 700 }), { maxLength: 12 });
    const noise = fc.int16Array({ minLength: 0, maxLength: 4000 });
    fc.assert(
      fc.property(fc.constantFrom(...pairs), noise, cuts, ({ from, to }, samples, lengths) => {
        const { data } = fromSamples(samples, from);
        const resampler = new Resampler(from, to);
        let at = 0;
        const pieces = lengths.map((length) => resampler.push(data.subarray(at, (at += 2 * length))));
        pieces.push(resampler.push(data.subarray(at)), resampler.flush());
        expect(Buffer.compare(concatBytes(pieces), whole(data, from, to))).toBe(0);
      }),
    );
  });

  it.each(unequal)('keeps a tone clean from $from to $to Hz', ({ from, to }) => {
    const passBandHz = (Math.min(from, to) / 2) * PASS_BAND_SHARE;
    for (const hz of [200, 1000, passBandHz * 0.7, passBandHz]) {
      const heard = resampled(tone(hz, 300, from, AMPLITUDE), to);
      expect(snrDb(heard, hz), `${hz} Hz`).toBeGreaterThan(LEAST_SNR_DB);
    }
  });

  it.each(unequal.filter(({ from, to }) => from > to))(
    'lets no tone of $from Hz audio that $to Hz cannot hold come back as another tone',
    ({ from, to }) => {
      for (const hz of [to / 2 + 1, to / 2 + 300, (to + from) / 4, from / 2 - 1]) {
        const heard = middle(resampled(tone(hz, 300, from, AMPLITUDE), to));
        expect(levelDb(heard), `${hz} Hz`).toBeLessThan(-LEAST_SNR_DB);
      }
    },
  );

  it.each(unequal)('keeps the time: neither shift nor drift from $from to $to Hz', ({ from, to }) => {
    const heard = resampled(tone(440, 1000, from, AMPLITUDE), to);
    expect(toSamples(heard).length).toBe(to);
    const direct = middle(tone(440, 1000, to, AMPLITUDE));
    const error = middle(heard).map((sample, at) => sample - (direct[at] ?? 0));
    expect(levelDb(error)).toBeLessThan(-LEAST_SNR_DB);
  });

  it('clips instead of wrapping where a filter overshoots', () => {
    const square = Int16Array.from({ length: 800 }, (_, at) => (at % 40 < 20 ? 32_767 : -32_768));
    const heard = toSamples(resampled(fromSamples(square, 8000), 48_000));
    expect(Math.max(...heard)).toBe(32_767);
    expect(Math.min(...heard)).toBe(-32_768);
    const flipped = heard.findIndex((sample, at) => at > 60 && at % 240 > 20 && at % 240 < 100 && sample < 0);
    expect(flipped).toBe(-1);
  });

  it('hands pieces of the right rate through untouched', () => {
    const piece = Uint8Array.of(1, 2, 3, 4);
    const resampler = new Resampler(16_000, 16_000);
    expect(resampler.push(piece)).toBe(piece);
    expect(resampler.flush().byteLength).toBe(0);
  });

  it('keeps a live listener waiting for 6 ms at most', () => {
    for (const { from, to } of unequal) {
      const heardMs = (new Resampler(from, to).push(tone(440, 100, from).data).byteLength / 2 / to) * 1000;
      expect(100 - heardMs, `${from} to ${to}`).toBeLessThan(6);
    }
  });

  it('begins afresh after the end of a stream', () => {
    const { data } = tone(440, 50, 8000);
    const resampler = new Resampler(8000, 16_000);
    const once = () => concatBytes([resampler.push(data), resampler.flush()]);
    expect(once()).toEqual(once());
  });

  it('reads pieces at odd addresses', () => {
    const { data } = tone(440, 50, 8000);
    const shifted = new Uint8Array(data.byteLength + 1);
    shifted.set(data, 1);
    expect(whole(shifted.subarray(1), 8000, 16_000)).toEqual(whole(data, 8000, 16_000));
  });

  it('refuses rates that it has no filter for', () => {
    expect(() => new Resampler(8000, 11_025)).toThrowError(
      expect.toSatisfy((error) => isParleyError(error, 'AUDIO_INVALID')),
    );
  });
});

function whole(data: Uint8Array, from: number, to: number): Uint8Array {
  const resampler = new Resampler(from, to);
  return concatBytes([resampler.push(data), resampler.flush()]);
}

function resampled(pcm: Pcm, to: number): Pcm {
  return { sampleRateHz: to, data: whole(pcm.data, pcm.sampleRateHz, to) };
}

/** Without the edges, where a tone that begins or ends abruptly is no pure tone. */
function middle(pcm: Pcm): Int16Array {
  const samples = toSamples(pcm);
  const edge = Math.round(pcm.sampleRateHz / 25);
  return samples.subarray(edge, samples.length - edge);
}

/** Against a sine as loud as the tones here. */
function levelDb(samples: Int16Array): number {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(energy / (AMPLITUDE ** 2 / 2) + 1e-30);
}

/** The tone that fits best, by least squares, against all that it does not explain. */
function snrDb(pcm: Pcm, hz: number): number {
  const samples = middle(pcm);
  const step = (2 * Math.PI * hz) / pcm.sampleRateHz;
  let [cc, ss, cs, xc, xs] = [0, 0, 0, 0, 0];
  samples.forEach((sample, at) => {
    const [c, s] = [Math.cos(step * at), Math.sin(step * at)];
    cc += c * c;
    ss += s * s;
    cs += c * s;
    xc += sample * c;
    xs += sample * s;
  });
  const determinant = cc * ss - cs * cs;
  const a = (xc * ss - xs * cs) / determinant;
  const b = (xs * cc - xc * cs) / determinant;
  let [signal, noise] = [0, 0];
  samples.forEach((sample, at) => {
    const fitted = a * Math.cos(step * at) + b * Math.sin(step * at);
    signal += fitted ** 2;
    noise += (sample - fitted) ** 2;
  });
  return 10 * Math.log10(signal / noise);
}
