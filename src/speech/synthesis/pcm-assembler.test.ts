import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromSamples } from '../../audio/pcm.ts';
import { encodeWav } from '../../audio/wav.ts';
import { PcmAssembler } from './pcm-assembler.ts';

const SPEECH = fromSamples(
  Int16Array.from({ length: 500 }, (_, sample) => sample * 7 - 1000),
  8000,
);

function assemble(parts: readonly Uint8Array[]): Uint8Array {
  const assembler = new PcmAssembler(8000);
  const pieces = parts.map((part) => assembler.push(part));
  assembler.end();
  expect(pieces.every((piece) => piece.byteLength % 2 === 0)).toBe(true);
  return concatBytes(pieces);
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const borders = [0, ...[...at].sort((a, b) => a - b), bytes.byteLength];
  return borders.slice(1).map((border, index) => bytes.subarray(borders[index], border));
}

const anyCuts = (bytes: Uint8Array) =>
  fc.array(fc.integer({ min: 0, max: bytes.byteLength }), { maxLength: 20 });

describe('making samples of what a server sends', () => {
  it('gives whole samples and the same bytes wherever the answer is cut', () => {
    fc.assert(
      fc.property(anyCuts(SPEECH.data), (at) => {
        expect(assemble(cut(SPEECH.data, at))).toEqual(SPEECH.data);
      }),
    );
  });

  it('takes off a WAV header that nobody asked for, wherever it is cut', () => {
    const wav = encodeWav(SPEECH);
    fc.assert(
      fc.property(anyCuts(wav), (at) => {
        expect(assemble(cut(wav, at))).toEqual(SPEECH.data);
      }),
    );
  });

  it('does not play what stands behind the audio of a WAV', () => {
    const trailer = new TextEncoder().encode('LIST\u0004\u0000\u0000\u0000INFO');
    expect(assemble([encodeWav(SPEECH), trailer])).toEqual(SPEECH.data);
  });

  it.each([0, 0xffff_ffff])('plays a streamed WAV to its end, its length given as %i', (length) => {
    const wav = encodeWav(SPEECH);
    new DataView(wav.buffer).setUint32(40, length, true);
    expect(assemble([wav])).toEqual(SPEECH.data);
  });

  it('refuses a WAV at the rate that containers default to', () => {
    const wav = encodeWav({ ...SPEECH, sampleRateHz: 22_050 });
    expect(() => assemble([wav])).toThrow(/22050 Hz.*TTS_BAD_ANSWER/);
  });

  it.each(['OggS\u0000\u0002', '{"error_code":1}', '<html>', '<!DOCTYPE html>', 'ID3\u0004'])(
    'refuses %j',
    (text) => {
      expect(() => assemble([new TextEncoder().encode(text)])).toThrow('TTS_BAD_ANSWER');
    },
  );

  it.each([[[]], [[new Uint8Array(0)]], [[new Uint8Array(3)]], [[encodeWav(SPEECH).subarray(0, 44)]]])(
    'refuses an answer without audio (%#)',
    (parts) => {
      expect(() => assemble(parts)).toThrow('TTS_BAD_ANSWER');
    },
  );

  it('drops half a sample at the end', () => {
    expect(assemble([Uint8Array.of(1, 2, 3, 4, 5)])).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('refuses a WAV whose audio never comes', () => {
    const header = encodeWav(SPEECH).slice(0, 44);
    header.set(new TextEncoder().encode('junk'), 36);
    new DataView(header.buffer).setUint32(40, 0x1000_0000, true);
    expect(() => assemble([header])).toThrow('TTS_BAD_ANSWER');
  });
});
