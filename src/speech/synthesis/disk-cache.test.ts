import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toSamples } from '../../audio/pcm.ts';
import { decodeWav } from '../../audio/wav.ts';
import { systemClock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { DiskCache } from './disk-cache.ts';
import { FailoverSynthesizer } from './failover.ts';
import { ramp, speechRequest } from './testing/listening.ts';
import type { Synthesizer } from './synthesizer.ts';
import { ScriptedSynthesizer } from './testing/scripted-synthesizer.ts';

const { signal } = new AbortController();
const WHOLE = ramp(2400);

let directory: string;
let provider: ScriptedSynthesizer;
let cache: DiskCache;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'parley-clips-')), 'clips');
  provider = new ScriptedSynthesizer('provider', systemClock);
  cache = new DiskCache(directory, provider);
});

afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

async function onlyFile(): Promise<string> {
  const files = await readdir(directory);
  expect(files).toHaveLength(1);
  return join(directory, files[0]!);
}

describe('clips on disk', () => {
  it('are rendered once and then read, after a restart too', async () => {
    expect(toSamples(await cache.clip(speechRequest(), signal))).toEqual(WHOLE);
    const restarted = new DiskCache(directory, provider);
    const again = await restarted.clip(speechRequest(), signal);
    expect(toSamples(again)).toEqual(WHOLE);
    expect(again.sampleRateHz).toBe(8000);
    expect(provider.attempts).toHaveLength(1);
  });

  it('are plain WAV files, one for each text, voice and rate, and no other file is left', async () => {
    await cache.clip(speechRequest('Минуту'), signal);
    expect(toSamples(decodeWav(await readFile(await onlyFile())))).toEqual(WHOLE);
    await cache.clip(speechRequest('Минуту', { voice: { name: 'jane', speed: 1 } }), signal);
    await cache.clip(speechRequest('Минуту', { sampleRateHz: 16_000 }), signal);
    const files = await readdir(directory);
    expect(files).toHaveLength(3);
    expect(files.every((file) => file.endsWith('.wav'))).toBe(true);
  });

  it.each([
    ['cut off', (file: string) => truncate(file, 1000)],
    ['emptied', (file: string) => truncate(file, 0)],
    ['overwritten', (file: string) => writeFile(file, 'not a WAV at all')],
  ])('are made anew when they were %s', async (_, damage) => {
    await cache.clip(speechRequest(), signal);
    await damage(await onlyFile());
    expect(toSamples(await cache.clip(speechRequest(), signal))).toEqual(WHOLE);
    expect(toSamples(await cache.clip(speechRequest(), signal))).toEqual(WHOLE);
    expect(provider.attempts).toHaveLength(2);
  });

  it('are not kept when two providers had to share the text', async () => {
    const error = new ParleyError('TTS_UNAVAILABLE', 'Down.');
    provider.script = () => ({ fault: { afterPieces: 2, error } });
    const second = new ScriptedSynthesizer('second', systemClock);
    const failover = new FailoverSynthesizer({ providers: [provider, second], clock: systemClock });
    const clip = await new DiskCache(directory, failover).clip(speechRequest(), signal);
    expect(toSamples(clip)).toEqual(WHOLE);
    await expect(readdir(directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are not kept when the synthesis breaks off', async () => {
    const error = new ParleyError('TTS_UNAVAILABLE', 'Down.');
    provider.script = () => ({ fault: { afterPieces: 2, error } });
    await expect(cache.clip(speechRequest(), signal)).rejects.toBe(error);
    await expect(readdir(directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are not kept in the voice of whoever stood in', async () => {
    const standIn: Synthesizer = {
      ...{ name: 'failover', close: () => Promise.resolve() },
      async *synthesize(request, aborting) {
        for await (const piece of provider.synthesize(request, aborting)) yield { ...piece, standIn: 'nova' };
      },
    };
    expect(toSamples(await new DiskCache(directory, standIn).clip(speechRequest(), signal))).toEqual(WHOLE);
    await expect(readdir(directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are spoken all the same when the disk refuses them', async () => {
    await writeFile(directory, 'a file where the directory should be');
    expect(toSamples(await cache.clip(speechRequest(), signal))).toEqual(WHOLE);
  });

  it('are whole whoever asks first, when two ask at once', async () => {
    const clips = await Promise.all([
      cache.clip(speechRequest(), signal),
      cache.clip(speechRequest(), signal),
    ]);
    for (const clip of clips) expect(toSamples(clip)).toEqual(WHOLE);
    expect(toSamples(decodeWav(await readFile(await onlyFile())))).toEqual(WHOLE);
  });
});
