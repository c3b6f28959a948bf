import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, durationMs, silence, type Pcm } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { encodeStereoWav, encodeWav } from '../../audio/wav.ts';
import { toneHz } from '../phone/tones.ts';
import { readLine } from './script.ts';

describe('a file to be said', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-script-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  async function file(name: string, bytes: Uint8Array): Promise<string> {
    await writeFile(join(dir, name), bytes);
    return join(dir, name);
  }

  it.each([8000, 16_000, 22_050, 44_100, 48_000])('may have %d Hz', async (rateHz) => {
    const pieces: Pcm[] = [tone(600, 500, rateHz), silence(300, rateHz)];
    const pcm = { sampleRateHz: rateHz, data: concatBytes(pieces.map(({ data }) => data)) };
    const line = await readLine(await file(`${rateHz}.wav`, encodeWav(pcm)));
    expect(line.name).toBe(`${rateHz}.wav`);
    expect(line.pcm.sampleRateHz).toBe(8000);
    expect(durationMs(line.pcm)).toBeCloseTo(800, 0);
    expect(toneHz(line.pcm)?.hz).toBeCloseTo(600, -1);
    expect(Math.abs(line.speechEndsMs - 500)).toBeLessThan(5);
  });

  it.each([
    ['silence', encodeWav(silence(500, 8000)), 'nothing is to be heard in its 500 ms'],
    ['stereo', encodeStereoWav(tone(600, 100, 8000), tone(600, 100, 8000)), '16-bit PCM in 2 channels'],
    ['another rate', encodeWav(tone(600, 100, 11_025)), /11025 Hz is none of the rates.*22\.05/],
    ['no WAV', new TextEncoder().encode('hello'), 'Not a WAV file'],
  ])('may not be %s', async (name, bytes, why) => {
    const refused = readLine(await file(name, bytes));
    await expect(refused).rejects.toMatchObject({ code: 'DIAL_OPTION_INVALID' });
    await expect(refused).rejects.toThrow(why);
  });

  it('has to be there', async () => {
    await expect(readLine(join(dir, 'missing.wav'))).rejects.toThrow(/missing\.wav cannot be said: ENOENT/);
  });
});
