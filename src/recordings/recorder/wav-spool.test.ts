import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { durationMs, slice } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { decodeWav } from '../../audio/wav.ts';
import { BOT_FILE, CALLER_FILE, MIX_FILE } from '../bundle/bundle-files.ts';
import { BundleDisk } from './bundle-disk.ts';
import { GrowingWav } from './growing-wav.ts';
import { SoundTrack } from './sound-track.ts';
import type { GrowingSound } from './sound-track.ts';

const RATE_HZ = 8000;
let dir: string;
let disk: BundleDisk;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-spool-'));
  disk = new BundleDisk({ isBusy: true });
});

afterEach(async () => {
  await disk.close();
  await rm(dir, { recursive: true, force: true });
});

const unfinished = () => join(dir, '.unfinished', 'call');
const ending = () => ({
  to: join(dir, 'call'),
  sampleRateHz: RATE_HZ,
  texts: [{ file: 'call.json', text: '{}' }],
});
const kept = async (file: string) => decodeWav(await readFile(join(dir, 'call', file)));

/** As it comes from a line. */
function say(side: GrowingSound, { data, sampleRateHz }: Pcm): void {
  const said = { data, sampleRateHz };
  for (let ms = 0; ms < durationMs(said); ms += 20) side.append(slice(said, ms, ms + 20).data);
}

describe('a recording that grows', () => {
  it('is a WAV of everything that was said, and leaves nothing waiting', async () => {
    const [caller, bot] = [disk.side(unfinished(), CALLER_FILE), disk.side(unfinished(), BOT_FILE)];
    const [asked, answered] = [tone(440, 30_000, RATE_HZ), tone(880, 7_000, RATE_HZ)];
    say(caller, asked);
    bot.append(answered.data);
    for (const side of [caller, bot]) side.finish();
    await disk.keep(unfinished(), ending());
    expect(Buffer.compare((await kept(CALLER_FILE)).data, asked.data)).toBe(0);
    expect(Buffer.compare((await kept(BOT_FILE)).data, answered.data)).toBe(0);
    expect(await readdir(join(dir, '.unfinished'))).toEqual([]);
    expect((await readdir(join(dir, 'call'))).sort()).toEqual([BOT_FILE, 'call.json', CALLER_FILE, MIX_FILE]);
  });

  it('uses the memory of what was written again, and none of it before it was', async () => {
    const sides = Array.from({ length: 6 }, (_, call) => ({
      at: join(dir, '.unfinished', String(call)),
      said: tone(300 + 100 * call, 40_000, RATE_HZ),
    }));
    const spools = sides.map(({ at }) => disk.side(at, CALLER_FILE));
    for (let ms = 0; ms < 40_000; ms += 20)
      for (const [call, { said }] of sides.entries()) spools[call]?.append(slice(said, ms, ms + 20).data);
    for (const [call, { at, said }] of sides.entries()) {
      spools[call]?.finish();
      await disk.keep(at, { ...ending(), to: join(dir, String(call)) });
      const { data } = decodeWav(await readFile(join(dir, String(call), CALLER_FILE)));
      expect(Buffer.compare(data, said.data)).toBe(0);
    }
  });

  it('is silent where nothing was said, however long that was', async () => {
    const caller = disk.side(unfinished(), CALLER_FILE);
    const said = tone(440, 100, RATE_HZ);
    for (const silentMs of [20, 30_000]) {
      caller.append(said.data);
      caller.skip((silentMs * RATE_HZ * 2) / 1000);
    }
    caller.finish();
    await disk.keep(unfinished(), ending());
    const whole = await kept(CALLER_FILE);
    expect(durationMs(whole)).toBe(30_220);
    for (const fromMs of [0, 120])
      expect(Buffer.compare(slice(whole, fromMs, fromMs + 100).data, said.data)).toBe(0);
    for (const [fromMs, toMs] of [
      [100, 120],
      [220, 30_220],
    ] as const)
      expect(slice(whole, fromMs, toMs).data.every((byte) => byte === 0)).toBe(true);
  });

  it('fails as a whole where the disk is slower than the calls, and leaves nothing behind', async () => {
    await disk.close();
    disk = new BundleDisk({ isBusy: true, maxWaitingBytes: 200_000 });
    const side = disk.side(unfinished(), CALLER_FILE);
    // Nothing is written while this lasts: the thread has not even begun.
    side.append(tone(440, 60_000, RATE_HZ).data);
    expect(() => side.finish()).toThrow('slower');
    await disk.drop(unfinished());
    expect(await readdir(join(dir, '.unfinished'))).toEqual([]);
    const next = disk.side(unfinished(), CALLER_FILE);
    next.append(tone(440, 10_000, RATE_HZ).data);
    next.finish();
    await expect(disk.keep(unfinished(), ending())).resolves.toBeUndefined();
  });

  it('is no bundle where its thread has died meanwhile; the next one is', async () => {
    const caller = disk.side(unfinished(), CALLER_FILE);
    caller.append(tone(440, 10_000, RATE_HZ).data);
    await disk.deleteExpired(dir, { maxAgeMs: 1e12, maxBytes: 1e12, nowEpochMs: Date.now() });
    await disk.close();
    caller.finish();
    await expect(disk.keep(unfinished(), ending())).rejects.toThrow('EEXIST');
    expect(await readdir(dir)).toEqual(['.unfinished']);
    expect(await readdir(join(dir, '.unfinished'))).toEqual([]);
    await disk.keep(unfinished(), ending());
    expect(durationMs(await kept(CALLER_FILE))).toBe(0);
  });

  it('never overwrites another one', async () => {
    const path = join(dir, 'a.wav');
    await writeFile(path, 'somebody');
    const file = new GrowingWav(path);
    file.append(tone(440, 20_000, RATE_HZ).data);
    expect(() => file.finish(RATE_HZ)).toThrow('EEXIST');
    expect(await readFile(path, 'utf8')).toBe('somebody');
  });
});

describe('one side of a call', () => {
  it('has every piece at its time, and silence between', async () => {
    const file = new GrowingWav(join(dir, 'a.wav'));
    const track = new SoundTrack(file, { sampleRateHz: RATE_HZ, holds: false });
    const said = tone(440, 100, RATE_HZ);
    track.add(500, said.data);
    track.add(1200, said.data);
    track.finish(2000);
    file.finish(RATE_HZ);
    const whole = decodeWav(await readFile(join(dir, 'a.wav')));
    expect(durationMs(whole)).toBe(2000);
    for (const fromMs of [500, 1200])
      expect(Buffer.compare(slice(whole, fromMs, fromMs + 100).data, said.data)).toBe(0);
    for (const [fromMs, toMs] of [
      [0, 500],
      [600, 1200],
      [1300, 2000],
    ] as const)
      expect(slice(whole, fromMs, toMs).data.every((byte) => byte === 0)).toBe(true);
  });

  it('can be silenced as long as it has not been let go of', async () => {
    const file = new GrowingWav(join(dir, 'a.wav'));
    const track = new SoundTrack(file, { sampleRateHz: RATE_HZ, holds: true });
    const said = tone(440, 20, RATE_HZ).data;
    for (let ms = 0; ms < 400; ms += 20) track.add(ms, said);
    track.letGo(200);
    track.silence(100, 300);
    track.finish(400);
    file.finish(RATE_HZ);
    const whole = decodeWav(await readFile(join(dir, 'a.wav')));
    const isSilent = (fromMs: number) => slice(whole, fromMs, fromMs + 20).data.every((byte) => byte === 0);
    expect([100, 180, 200, 280, 300].map(isSilent)).toEqual([false, false, true, true, false]);
  });

  it('is one half of the mix, which is longer than a block', async () => {
    const sides = [
      { file: CALLER_FILE, hz: 440, lengthMs: 40_000 },
      { file: BOT_FILE, hz: 880, lengthMs: 40_500 },
    ] as const;
    for (const { file, hz, lengthMs } of sides) {
      const spool = disk.side(unfinished(), file);
      const track = new SoundTrack(spool, { sampleRateHz: RATE_HZ, holds: false });
      track.add(0, tone(hz, 40_000, RATE_HZ).data);
      track.finish(lengthMs);
      spool.finish();
    }
    await disk.keep(unfinished(), ending());
    const mix = await readFile(join(dir, 'call', MIX_FILE));
    const samples = new Int16Array(mix.buffer, mix.byteOffset + 44, (mix.byteLength - 44) / 2);
    expect(samples).toHaveLength(2 * 40.5 * RATE_HZ);
    const side = (at: number) => samples.filter((_, index) => index % 2 === at);
    const left = await kept(CALLER_FILE);
    expect(Buffer.from(side(0).slice(0, 320_000).buffer).equals(Buffer.from(left.data))).toBe(true);
    expect(side(1).some((sample) => sample > 1000)).toBe(true);
  });
});
