import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../audio/pcm.ts';
import { espeakVoice, hasEspeak } from './espeak-voice.ts';

/** Speaks as espeak-ng 1.51 does into a pipe: 22,050 Hz, and sizes in the header that are not true. 100 ms a character of its voice's name. */
const STAND_IN = `#!${process.execPath}
const header = Buffer.alloc(44);
header.write('RIFF'); header.writeUInt32LE(0x7ffff024, 4); header.write('WAVEfmt ', 8);
header.writeUInt32LE(16, 16); header.writeUInt16LE(1, 20); header.writeUInt16LE(1, 22);
header.writeUInt32LE(22050, 24); header.writeUInt32LE(44100, 28); header.writeUInt16LE(2, 32); header.writeUInt16LE(16, 34);
header.write('data', 36); header.writeUInt32LE(0x7ffff000, 40);
let text = '';
process.stdin.on('data', (data) => (text += data)).on('end', () => {
  if (text === 'fail') process.exit(1);
  const voice = process.argv[process.argv.indexOf('-v') + 1];
  process.stdout.write(Buffer.concat([header, Buffer.alloc(4410 * voice.length)]));
});
`;

function program(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'parley-espeak-')), 'espeak-ng');
  writeFileSync(file, STAND_IN);
  chmodSync(file, 0o755);
  return file;
}

describe("espeak-ng's voice", () => {
  it.each([
    ['Добрый день!', 'ru+f3'],
    ['Hello!', 'en-us+f3'],
    ['שלום!', 'he+f3'],
  ])('says %s in its language, at the rate that was asked for', async (text, voice) => {
    const pcm = await espeakVoice(program())(text, 16_000);
    expect(pcm.sampleRateHz).toBe(16_000);
    expect(durationMs(pcm)).toBeCloseTo(100 * voice.length, -1);
  });

  it('fails as a synthesizer does when the program fails', async () => {
    await expect(espeakVoice(program())('fail', 8000)).rejects.toThrow(/ended with 1/);
  });

  it('is there where the program is', async () => {
    expect(await hasEspeak(program())).toBe(true);
    expect(await hasEspeak('/nowhere/espeak-ng')).toBe(false);
  });
});
