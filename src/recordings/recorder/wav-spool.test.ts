import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { durationMs, silence, slice } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { decodeWav } from '../../audio/wav.ts';
import { Mixer } from './mixer.ts';
import { SoundTrack } from './sound-track.ts';
import { WavSpool } from './wav-spool.ts';

const RATE_HZ = 8000;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-spool-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const spool = (name: string, maxBytes = 1e9) => {
  const backlog = { bytes: 0, maxBytes };
  return { backlog, spool: new WavSpool(join(dir, name), { sampleRateHz: RATE_HZ, backlog }) };
};

describe('a recording that grows', () => {
  it('is a WAV of everything that was said, and leaves nothing waiting', async () => {
    const { spool: file, backlog } = spool('a.wav');
    const said = tone(440, 30_000, RATE_HZ);
    for (let ms = 0; ms < 30_000; ms += 20) file.append(slice(said, ms, ms + 20).data);
    await file.finish();
    expect(Buffer.compare(decodeWav(await readFile(join(dir, 'a.wav'))).data, said.data)).toBe(0);
    expect(backlog.bytes).toBe(0);
  });

  it('fails as a whole where the disk is slower than the calls, and gives its place in the backlog back', async () => {
    const { spool: file, backlog } = spool('a.wav', 1000);
    for (let n = 0; n < 10; n++) file.append(silence(20, RATE_HZ).data);
    await expect(file.finish()).rejects.toThrow('slower');
    expect(backlog.bytes).toBe(0);
  });

  it('never overwrites another one', async () => {
    await writeFile(join(dir, 'a.wav'), 'somebody');
    const { spool: file, backlog } = spool('a.wav');
    file.append(silence(20_000, RATE_HZ).data);
    await expect(file.finish()).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(join(dir, 'a.wav'), 'utf8')).toBe('somebody');
    expect(backlog.bytes).toBe(0);
  });
});

describe('one side of a call', () => {
  it('has every piece at its time, and silence between', async () => {
    const track = new SoundTrack(spool('a.wav').spool, { sampleRateHz: RATE_HZ, holds: false });
    const said = tone(440, 100, RATE_HZ);
    track.add(500, said.data);
    track.add(1200, said.data);
    await track.finish(2000);
    const whole = decodeWav(await readFile(join(dir, 'a.wav')));
    expect(durationMs(whole)).toBe(2000);
    for (const fromMs of [500, 1200])
      expect(Buffer.compare(slice(whole, fromMs, fromMs + 100).data, said.data)).toBe(0);
    expect(slice(whole, 600, 1200).data.every((byte) => byte === 0)).toBe(true);
  });

  it('can be silenced as long as it has not been let go of', async () => {
    const track = new SoundTrack(spool('a.wav').spool, { sampleRateHz: RATE_HZ, holds: true });
    const said = tone(440, 20, RATE_HZ).data;
    for (let ms = 0; ms < 400; ms += 20) track.add(ms, said);
    track.letGo(200);
    track.silence(100, 300);
    await track.finish(400);
    const whole = decodeWav(await readFile(join(dir, 'a.wav')));
    const isSilent = (fromMs: number) => slice(whole, fromMs, fromMs + 20).data.every((byte) => byte === 0);
    expect([100, 180, 200, 280, 300].map(isSilent)).toEqual([false, false, true, true, false]);
  });

  it('is one half of the mix, which is longer than a block', async () => {
    for (const [name, hz] of [
      ['left.wav', 440],
      ['right.wav', 880],
    ] as const) {
      const track = new SoundTrack(spool(name).spool, { sampleRateHz: RATE_HZ, holds: false });
      track.add(0, tone(hz, 40_000, RATE_HZ).data);
      await track.finish(name === 'left.wav' ? 40_000 : 40_500);
    }
    const to = join(dir, 'mix.wav');
    await new Mixer().mix({
      left: join(dir, 'left.wav'),
      right: join(dir, 'right.wav'),
      to,
      sampleRateHz: RATE_HZ,
    });
    const mix = await readFile(to);
    const samples = new Int16Array(mix.buffer, mix.byteOffset + 44, (mix.byteLength - 44) / 2);
    expect(samples).toHaveLength(2 * 40.5 * RATE_HZ);
    const side = (at: number) => samples.filter((_, index) => index % 2 === at);
    const left = decodeWav(await readFile(join(dir, 'left.wav')));
    expect(Buffer.from(side(0).slice(0, 320_000).buffer).equals(Buffer.from(left.data))).toBe(true);
    expect(side(1).some((sample) => sample > 1000)).toBe(true);
  });
});
