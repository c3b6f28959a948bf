import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import wavefile from 'wavefile';
import { isParleyError } from '../base/errors.ts';
import { concatBytes, durationMs, fromSamples, silence } from './pcm.ts';
import { decodeWav, encodeStereoWav, encodeWav } from './wav.ts';

describe('WAV', () => {
  it('comes back as it went in, whatever the samples and the rate', () => {
    const anyRate = fc.integer({ min: 1, max: 192_000 });
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 500 }), anyRate, (samples, rate) => {
        const pcm = fromSamples(samples, rate);
        const back = decodeWav(encodeWav(pcm));
        expect(back.sampleRateHz).toBe(rate);
        expect(Buffer.from(back.data).equals(pcm.data)).toBe(true);
      }),
    );
  });

  it('is byte for byte what wavefile writes for the same samples', () => {
    const samples = Int16Array.of(0, 1, -1, 32767, -32768);
    const reference = new wavefile.WaveFile();
    reference.fromScratch(1, 22050, '16', samples);
    expect(Buffer.from(encodeWav(fromSamples(samples, 22050))).equals(reference.toBuffer())).toBe(true);
  });

  it('holds two sides of different length in one file', () => {
    const reference = new wavefile.WaveFile();
    reference.fromScratch(2, 8000, '16', [Int16Array.of(1, 2, 3), Int16Array.of(-1, 0, 0)]);
    const [left, right] = [fromSamples(Int16Array.of(1, 2, 3), 8000), fromSamples(Int16Array.of(-1), 8000)];
    expect(Buffer.from(encodeStereoWav(left, right)).equals(reference.toBuffer())).toBe(true);
  });

  it('does not mix two rates in one file', () => {
    expect(() => encodeStereoWav(silence(20, 8000), silence(20, 16_000))).toThrow(/8000 Hz.*16000 Hz/);
  });

  it('is read past chunks that other programs add', () => {
    const tagged = new wavefile.WaveFile();
    tagged.fromScratch(1, 8000, '16', Int16Array.of(7, 8, 9));
    tagged.setTag('ICMT', 'by somebody else');
    expect(decodeWav(tagged.toBuffer())).toEqual({
      sampleRateHz: 8000,
      data: Uint8Array.of(7, 0, 8, 0, 9, 0),
    });
  });

  it('keeps what is there of a file that was cut short', () => {
    const whole = encodeWav(silence(100, 8000));
    expect(durationMs(decodeWav(whole.subarray(0, 44 + 801)))).toBe(50);
  });

  describe('as other programs write it', () => {
    const pcm = fromSamples(Int16Array.of(7, 8, 9), 8000);
    const whole = encodeWav(pcm);
    const [head, data] = [whole.subarray(0, 36), whole.subarray(36)];
    const text = (letters: string) => new TextEncoder().encode(letters);
    const changed = (at: number, value: number) => {
      const copy = Uint8Array.from(whole);
      new DataView(copy.buffer).setUint32(at, value, true);
      return copy;
    };

    it.each<[string, Uint8Array]>([
      ['whose length was never filled in', changed(40, 0)],
      ['whose length is as long as can be', changed(40, 0xffff_ffff)],
      ['with an odd chunk', concatBytes([head, text('LIST\x03\0\0\0abc\0'), data])],
      ['with an odd chunk and no byte after it', concatBytes([head, text('LIST\x03\0\0\0abc'), data])],
      ['longer than 4 GB', concatBytes([text('RF64'), changed(40, 0xffff_ffff).subarray(4)])],
    ])('a file %s is read whole', (_what, file) => {
      expect(decodeWav(file)).toEqual({ sampleRateHz: 8000, data: Uint8Array.from(pcm.data) });
    });

    it('a file of no sound has none, whatever follows', () => {
      const empty = encodeWav(fromSamples(new Int16Array(0), 11_025));
      expect(decodeWav(empty).data).toHaveLength(0);
      expect(decodeWav(concatBytes([empty, text('LIST\x04\0\0\0abcd')])).data).toHaveLength(0);
    });
  });

  const wrong: [string, () => Uint8Array, RegExp][] = [
    ['nothing', () => new Uint8Array(0), /^Not a WAV file\./],
    ['garbage', () => new TextEncoder().encode('This is no audio at all, only text.'), /^Not a WAV file\./],
    ['half a header', () => encodeWav(silence(20, 8000)).subarray(0, 30), /^A WAV file without sound\./],
    ['stereo', () => written(2, '16'), /16-bit PCM in 2 channel/],
    ['8 bits', () => written(1, '8'), /8-bit PCM in 1 channel/],
    ['floats', () => written(1, '32f'), /32-bit floating point/],
    ['µ-law', () => written(1, '8m'), /8-bit µ-law/],
  ];
  it.each(wrong)('refuses %s as AUDIO_INVALID, and says what it is', (_name, make, why) => {
    expect(() => decodeWav(make())).toThrowError(
      expect.toSatisfy((error) => isParleyError(error, 'AUDIO_INVALID') && why.test(error.message)),
    );
  });
});

function written(channels: number, bitDepth: string): Uint8Array {
  const wav = new wavefile.WaveFile();
  wav.fromScratch(
    channels,
    8000,
    bitDepth,
    channels === 1
      ? [1, 2]
      : [
          [1, 2],
          [3, 4],
        ],
  );
  return wav.toBuffer();
}
